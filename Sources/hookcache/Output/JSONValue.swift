import Foundation

/// Any JSON, with whole numbers kept whole.
enum JSONValue: Codable, Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .bool(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .string(let value): try container.encode(value)
        case .array(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// Reads JSON; nil for anything else.
    init?(_ bytes: some Sequence<UInt8>) {
        guard let value = try? JSONDecoder().decode(JSONValue.self, from: Data(bytes)) else { return nil }
        self = value
    }

    /// JSON for people and programs: indented, keys in order.
    var text: String { self.encoded([.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]) }

    /// JSON on one line.
    var line: String { self.encoded([.sortedKeys, .withoutEscapingSlashes]) }

    private func encoded(_ formatting: JSONEncoder.OutputFormatting) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = formatting
        guard let data = try? encoder.encode(self) else { return "null" }
        return String(decoding: data, as: UTF8.self)
    }

    /// The value at a path of names with dots, or nil.
    subscript(path: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        if let member = members[path] { return member }
        guard let dot = path.firstIndex(of: ".") else { return nil }
        return members[String(path[..<dot])]?[String(path[path.index(after: dot)...])]
    }

    /// An object of these fields alone; a field that is not there is null.
    func picking(_ fields: [String]) -> JSONValue {
        .object(Dictionary(fields.map { ($0, self[$0] ?? .null) }) { $1 })
    }

    /// The elements, where this is a list or an object that holds one under one of these names.
    func rows(_ names: String...) -> [JSONValue] {
        if case .array(let elements) = self { return elements }
        for name in names {
            if case .array(let elements) = self[name] { return elements }
        }
        return []
    }

    /// Tells a person where a list goes on beyond what the node reads.
    func warnIfIncomplete(_ what: String) {
        guard case .bool(false) = self["complete"] else { return }
        Terminal.error.write("hookcache: there are more \(what) than the node reads; these are the first\n")
    }

    var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The value as a cell of a table.
    var cell: String {
        switch self {
        case .null: "-"
        case .bool(let value): value ? "yes" : "no"
        case .integer(let value): String(value)
        case .number(let value): Humane.number(value)
        case .string(let value): value
        case .array([]): "-"
        case .array(let elements): elements.map(\.cell).joined(separator: ",")
        case .object: self.line
        }
    }
}
