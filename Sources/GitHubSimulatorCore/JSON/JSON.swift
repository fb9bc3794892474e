/// A JSON value whose objects keep the order of their members, as GitHub's do.
package enum JSON: Hashable, Sendable {
    /// One member of an object.
    package struct Member: Hashable, Sendable {
        /// The name.
        package var key: String
        /// What it stands for.
        package var value: JSON

        /// A member.
        package init(_ key: String, _ value: JSON) {
            self.key = key
            self.value = value
        }
    }

    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([Member])
    /// A text that is JSON already and is written as it stands.
    case verbatim([UInt8])

    /// A string, or null where there is none.
    package static func optional(_ text: String?) -> JSON { text.map { .string($0) } ?? .null }

    /// An integer, or null where there is none.
    package static func optional(_ number: Int64?) -> JSON { number.map { .integer($0) } ?? .null }

    /// The first member with a key; nil for other values.
    package subscript(key: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    /// This object with further members at its end; any other value is returned as it is.
    package func adding(_ more: [Member]) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members + more)
    }

    /// This object with other values for keys that it has, in their places.
    package func replacing(_ values: [String: JSON]) -> JSON {
        guard case .object(let members) = self else { return self }
        return .object(members.map { Member($0.key, values[$0.key] ?? $0.value) })
    }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    /// `nil` is null.
    package init(nilLiteral: ()) { self = .null }
    /// A truth value.
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    /// An integer.
    package init(integerLiteral value: Int64) { self = .integer(value) }
    /// A string.
    package init(stringLiteral value: String) { self = .string(value) }
    /// An array.
    package init(arrayLiteral elements: JSON...) { self = .array(elements) }
    /// An object, its members in the order they are written.
    package init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { Member($0.0, $0.1) })
    }
}
