package import GitHubCore

extension JSON {
    /// Reads a text into a tree that keeps the order of members.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        let slices = try JSONSlices(bytes)
        self = try Self.value(slices, slices.root)
    }

    private static func value(_ text: JSONSlices, _ range: Range<Int>) throws(JSONError) -> JSON {
        switch text.kind(of: range) {
        case .object:
            var members: [Member] = []
            for member in try text.members(of: range) {
                members.append(Member(member.key, try value(text, member.value)))
            }
            return .object(members)
        case .array:
            var elements: [JSON] = []
            for element in try text.elements(of: range) { elements.append(try value(text, element)) }
            return .array(elements)
        case .string: return .string(text.string(range) ?? "")
        case .bool: return .bool(text.bool(range) ?? false)
        case .null: return .null
        case .number:
            if let integer = text.integer(range) { return .integer(integer) }
            return .number(Double(String(decoding: text.bytes[range], as: UTF8.self)) ?? .nan)
        }
    }

    /// The keys of an object, in order; none for other values.
    package var keys: [String] {
        guard case .object(let members) = self else { return [] }
        return members.map(\.key)
    }

    /// The elements of an array; none for other values.
    package var elements: [JSON] {
        guard case .array(let elements) = self else { return [] }
        return elements
    }

    /// The text of a string; nil for other values.
    package var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// An integer; nil for other values.
    package var integer: Int64? {
        guard case .integer(let integer) = self else { return nil }
        return integer
    }

    /// The value at a path of keys and places, such as `jobs.0.name`.
    package func at(_ path: String) -> JSON? {
        path.split(separator: ".").reduce(Optional(self)) { value, step in
            guard let place = Int(step) else { return value?[String(step)] }
            let elements = value?.elements ?? []
            return elements.indices.contains(place) ? elements[place] : nil
        }
    }
}
