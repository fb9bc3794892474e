import GitHubCore

extension SimulatedGitHub.Graph {
    /// Tells what a document asks for that the schema does not have (section 5, the rules that clients run into).
    struct Validator {
        private let schema: Schema
        private let document: Document
        private(set) var problems: [Problem] = []
        private var visits = 0

        init(_ schema: Schema, _ document: Document) {
            self.schema = schema
            self.document = document
        }

        mutating func validate() {
            for operation in document.operations {
                let root = Schema.root(of: operation.kind)
                check(operation.selections, of: root, [.string(operation.title)])
                checkVariables(of: operation)
            }
            var used: Set<String> = []
            for operation in document.operations { collectSpreads(operation.selections, into: &used) }
            for fragment in document.fragments.values.sorted(by: { $0.offset < $1.offset }) {
                let path: [JSON] = [.string("fragment \(fragment.name)")]
                if !used.contains(fragment.name) {
                    let text = "Fragment \(fragment.name) was defined, but not used"
                    report(
                        "useAndDefineFragment",
                        text,
                        fragment.offset,
                        path,
                        [.init("fragmentName", .string(fragment.name))]
                    )
                }
                if isEndless(fragment) {
                    let text = "Fragment \(fragment.name) contains an infinite loop"
                    report("infiniteLoop", text, fragment.offset, path, [.init("fragmentName", .string(fragment.name))])
                }
                guard isComposite(fragment.type, fragment.offset, path) else { continue }
                check(fragment.selections, of: fragment.type, path)
            }
        }

        private mutating func report(
            _ code: String,
            _ message: String,
            _ offset: Int,
            _ path: [JSON],
            _ facts: [JSON.Member] = []
        ) {
            problems.append(Problem(code, message, at: offset, path: path, facts))
        }

        private mutating func check(_ selections: [Selection], of type: String, _ path: [JSON]) {
            for selection in selections {
                visits += 1
                guard visits <= Limits.visits else { return }
                switch selection {
                case .field(let field):
                    check(field.directives, path)
                    check(field, of: type, path + [.string(field.key)])
                case .spread(let name, let directives, let offset):
                    check(directives, path)
                    guard let fragment = document.fragments[name] else {
                        let text = "Fragment \(name) was used, but not defined"
                        report("useAndDefineFragment", text, offset, path, [.init("fragmentName", .string(name))])
                        continue
                    }
                    checkOverlap(fragment.type, type, offset, path, name: "\(name) on \(fragment.type)")
                case .inline(let condition, let directives, let inner, let offset):
                    check(directives, path)
                    let condition = condition ?? type
                    let inside = path + [.string("... on \(condition)")]
                    guard isComposite(condition, offset, inside) else { continue }
                    checkOverlap(condition, type, offset, inside, name: "on \(condition)")
                    check(inner, of: condition, inside)
                }
            }
        }

        private mutating func check(_ field: Field, of type: String, _ path: [JSON]) {
            if field.name == "__typename" { return }
            guard let definition = schema.types[type]?.fields[field.name] else {
                let text = "Field '\(field.name)' doesn't exist on type '\(type)'"
                let facts: [JSON.Member] = [.init("typeName", .string(type)), .init("fieldName", .string(field.name))]
                return report("undefinedField", text, field.offset, path, facts)
            }
            check(field.arguments, definition.arguments, "Field", field.name, field.offset, path)
            let inner = definition.type.name
            let isComposite = schema.types[inner]?.isComposite ?? false
            switch (field.selections, isComposite) {
            case (nil, true):
                let text =
                    "Field must have selections (field '\(field.name)' returns \(inner) but has no selections. "
                    + "Did you mean '\(field.name) { ... }'?)"
                report("selectionMismatch", text, field.offset, path, [.init("nodeName", "field '\(field.name)'")])
            case (_?, false):
                let text =
                    "Selections can't be made on scalars (field '\(field.name)' returns \(inner) but has selections)"
                report("selectionMismatch", text, field.offset, path, [.init("nodeName", "field '\(field.name)'")])
            case (let selections?, true):
                check(selections, of: inner, path)
            case (nil, false):
                break
            }
        }

        private mutating func check(_ directives: [Directive], _ path: [JSON]) {
            let known = ["if": Schema.InputDefinition(type: .required(.named("Boolean")), fallback: nil)]
            for directive in directives {
                guard directive.name == "include" || directive.name == "skip" else {
                    let text = "Directive @\(directive.name) is not defined"
                    report(
                        "undefinedDirective",
                        text,
                        directive.offset,
                        path,
                        [.init("directiveName", .string(directive.name))]
                    )
                    continue
                }
                check(directive.arguments, known, "Directive", directive.name, directive.offset, path)
            }
        }

        private mutating func check(
            _ arguments: [Argument],
            _ known: [String: Schema.InputDefinition],
            _ kind: String,
            _ name: String,
            _ offset: Int,
            _ path: [JSON]
        ) {
            for argument in arguments {
                let place = path + [.string(argument.name)]
                guard let input = known[argument.name] else {
                    let text = "\(kind) '\(name)' doesn't accept argument '\(argument.name)'"
                    let facts: [JSON.Member] = [
                        .init("name", .string(name)), .init("typeName", .string(kind)),
                        .init("argumentName", .string(argument.name)),
                    ]
                    report("argumentNotAccepted", text, argument.offset, place, facts)
                    continue
                }
                guard !schema.accepts(argument.value, input.type) else { continue }
                let text =
                    "Argument '\(argument.name)' on \(kind) '\(name)' has an invalid value "
                    + "(\(argument.value.text)). Expected type '\(input.type.text)'."
                let facts: [JSON.Member] = [
                    .init("typeName", .string(kind)), .init("argumentName", .string(argument.name)),
                ]
                report("argumentLiteralsIncompatible", text, argument.offset, place, facts)
            }
            let given = Set(arguments.map(\.name))
            let missing = known.filter {
                $0.value.type.isRequired && $0.value.fallback == nil && !given.contains($0.key)
            }
            guard !missing.isEmpty else { return }
            let names = missing.keys.sorted().joined(separator: ", ")
            let text = "\(kind) '\(name)' is missing required arguments: \(names)"
            let facts: [JSON.Member] = [
                .init("className", .string(kind)), .init("name", .string(name)), .init("arguments", .string(names)),
            ]
            report("missingRequiredArguments", text, offset, path, facts)
        }

        private mutating func isComposite(_ type: String, _ offset: Int, _ path: [JSON]) -> Bool {
            guard let definition = schema.types[type] else {
                let text = "No such type \(type), so it can't be a fragment condition"
                report("undefinedType", text, offset, path, [.init("typeName", .string(type))])
                return false
            }
            guard definition.isComposite else {
                let text = "Invalid fragment on type \(type) (must be Union, Interface or Object)"
                report("fragmentOnNonCompositeType", text, offset, path, [.init("typeName", .string(type))])
                return false
            }
            return true
        }

        private mutating func checkOverlap(
            _ condition: String,
            _ type: String,
            _ offset: Int,
            _ path: [JSON],
            name: String
        ) {
            guard schema.types[condition] != nil, !schema.overlaps(condition, type) else { return }
            let text = "Fragment \(name) can't be spread inside \(type)"
            let facts: [JSON.Member] = [
                .init("typeName", .string(condition)), .init("fragmentName", .string(name)),
                .init("parentName", .string(type)),
            ]
            report("cannotSpreadFragment", text, offset, path, facts)
        }
    }
}

// Variables and fragments are followed through all that is spread.
extension SimulatedGitHub.Graph.Validator {
    private typealias Graph = SimulatedGitHub.Graph

    private func collectSpreads(_ selections: [Graph.Selection], into found: inout Set<String>) {
        for selection in selections {
            switch selection {
            case .field(let field): collectSpreads(field.selections ?? [], into: &found)
            case .inline(_, _, let inner, _): collectSpreads(inner, into: &found)
            case .spread(let name, _, _):
                if found.insert(name).inserted, let fragment = document.fragments[name] {
                    collectSpreads(fragment.selections, into: &found)
                }
            }
        }
    }

    private func isEndless(_ fragment: Graph.Fragment) -> Bool {
        var found: Set<String> = []
        collectSpreads(fragment.selections, into: &found)
        return found.contains(fragment.name)
    }

    private mutating func checkVariables(of operation: Graph.Operation) {
        var spreads: Set<String> = []
        collectSpreads(operation.selections, into: &spreads)
        var used: [String: Int] = [:]
        collectVariables(operation.selections, into: &used)
        for name in spreads { collectVariables(document.fragments[name]?.selections ?? [], into: &used) }
        let path: [JSON] = [.string(operation.title)]
        let title = operation.name ?? "anonymous \(operation.kind.rawValue)"
        for variable in operation.variables {
            let fact = JSON.Member("variableName", .string(variable.name))
            if schema.types[variable.type.name] == nil {
                let text = "\(variable.type.name) isn't a defined input type (on $\(variable.name))"
                report("variableRequiresValidType", text, variable.offset, path, [fact])
            }
            guard used.removeValue(forKey: variable.name) == nil else { continue }
            let text = "Variable $\(variable.name) is declared by \(title) but not used"
            report("variableNotUsed", text, variable.offset, path, [fact])
        }
        for (name, offset) in used.sorted(by: { $0.value < $1.value }) {
            let text = "Variable $\(name) is used by \(title) but not declared"
            report("variableNotDefined", text, offset, path, [.init("variableName", .string(name))])
        }
    }

    private func collectVariables(_ selections: [Graph.Selection], into found: inout [String: Int]) {
        func note(_ arguments: [Graph.Argument]) {
            for argument in arguments {
                for name in argument.value.variables where found[name] == nil { found[name] = argument.offset }
            }
        }
        for selection in selections {
            switch selection {
            case .field(let field):
                note(field.arguments + field.directives.flatMap(\.arguments))
                collectVariables(field.selections ?? [], into: &found)
            case .spread(_, let directives, _): note(directives.flatMap(\.arguments))
            case .inline(_, let directives, let inner, _):
                note(directives.flatMap(\.arguments))
                collectVariables(inner, into: &found)
            }
        }
    }
}
