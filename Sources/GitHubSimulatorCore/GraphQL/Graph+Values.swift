import GitHubCore

extension SimulatedGitHub.Graph.Value {
    /// The variables in it.
    var variables: [String] {
        switch self {
        case .variable(let name): [name]
        case .list(let values): values.flatMap(\.variables)
        case .object(let members): members.sorted { $0.key < $1.key }.flatMap(\.value.variables)
        case .number, .string, .bool, .null, .constant: []
        }
    }

    /// As it is written.
    var text: String {
        switch self {
        case .variable(let name): "$\(name)"
        case .number(let text), .constant(let text): text
        case .string(let text): "\"\(text)\""
        case .bool(let value): "\(value)"
        case .null: "null"
        case .list(let values): "[\(values.map(\.text).joined(separator: ", "))]"
        case .object(let members):
            "{\(members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.text)" }.joined(separator: ", "))}"
        }
    }

    /// The value once variables are known; nil for a variable that was not given.
    func json(_ variables: [String: JSON]) -> JSON? {
        switch self {
        case .variable(let name): return variables[name]
        case .number(let text): return Int64(text).map { .integer($0) } ?? .number(Double(text) ?? 0)
        case .string(let text), .constant(let text): return .string(text)
        case .bool(let value): return .bool(value)
        case .null: return .null
        case .list(let values): return .array(values.map { $0.json(variables) ?? .null })
        case .object(let members):
            let known = members.sorted { $0.key < $1.key }.compactMap { key, value in
                value.json(variables).map { JSON.Member(key, $0) }
            }
            return .object(known)
        }
    }
}

extension SimulatedGitHub.Graph.Schema {
    typealias Graph = SimulatedGitHub.Graph

    /// The name of the type that an operation begins at.
    static func root(of kind: GitHubCore.GraphQL.OperationKind) -> String {
        kind == .query ? "Query" : "Mutation"
    }

    /// Whether a value in a document may stand for a type; what variables hold is looked at when it is known.
    func accepts(_ value: Graph.Value, _ type: Graph.TypeReference) -> Bool {
        switch (value, type) {
        case (.variable, _): return true
        case (.null, .required): return false
        case (.null, _): return true
        case (_, .required(let inner)): return accepts(value, inner)
        case (.list(let values), .list(let inner)): return values.allSatisfy { accepts($0, inner) }
        case (_, .list(let inner)): return accepts(value, inner)
        case (_, .named(let name)):
            guard let definition = types[name] else { return false }
            switch (value, definition.kind) {
            case (.constant(let word), .enumeration): return definition.values.contains(word)
            case (.object(let members), .input):
                return members.allSatisfy { key, value in
                    definition.inputs[key].map { accepts(value, $0.type) } ?? false
                }
                    && definition.inputs.allSatisfy { key, input in
                        !input.type.isRequired || input.fallback != nil || members[key] != nil
                    }
            case (.string, .scalar): return !["Int", "Float", "Boolean"].contains(name)
            case (.number(let text), .scalar):
                return name == "Float" || (name == "Int" || name == "ID") && Int32(text) != nil
            case (.bool, .scalar): return name == "Boolean"
            default: return false
            }
        }
    }

    /// What is wrong with a variable's value; nil where it may stand for a type.
    func fault(in value: JSON, as type: Graph.TypeReference) -> String? {
        switch (value, type) {
        case (.null, .required): return "Expected value to not be null"
        case (.null, _): return nil
        case (_, .required(let inner)): return fault(in: value, as: inner)
        case (.array(let values), .list(let inner)):
            return values.lazy.compactMap { fault(in: $0, as: inner) }.first
        case (_, .list(let inner)): return fault(in: value, as: inner)
        case (_, .named(let name)):
            guard let definition = types[name] else { return "No such type \(name)" }
            switch (value, definition.kind) {
            case (.string(let word), .enumeration):
                return definition.values.contains(word)
                    ? nil
                    : "Expected \"\(word)\" to be one of: "
                        + definition.values.sorted().joined(separator: ", ")
            case (.object(let members), .input):
                if let stranger = members.first(where: { definition.inputs[$0.key] == nil }) {
                    return "Field is not defined on \(name): \(stranger.key)"
                }
                return definition.inputs.sorted { $0.key < $1.key }.lazy.compactMap { key, input in
                    value[key].map { fault(in: $0, as: input.type) }
                        ?? (input.type.isRequired && input.fallback == nil ? "Expected value to not be null" : nil)
                }.first
            case (.string, .scalar) where !["Int", "Float", "Boolean"].contains(name): return nil
            case (.integer(let number), .scalar) where name == "Int" && Int32(exactly: number) != nil: return nil
            case (.integer, .scalar) where name == "ID" || name == "Float": return nil
            case (.number, .scalar) where name == "Float": return nil
            case (.bool, .scalar) where name == "Boolean": return nil
            default: return "Could not coerce value \(String(decoding: value.compact, as: UTF8.self)) to \(name)"
            }
        }
    }
}
