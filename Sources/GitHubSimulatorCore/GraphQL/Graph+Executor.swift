import GitHubCore

extension SimulatedGitHub.Graph {
    /// What a field is resolved to.
    indirect enum Resolved: Sendable {
        case null
        case leaf(JSON)
        case object(Source)
        case list([Resolved])

        static func text(_ text: String?) -> Resolved { text.map { .leaf(.string($0)) } ?? .null }
        static func number(_ number: Int) -> Resolved { .leaf(.integer(Int64(number))) }
        static func flag(_ flag: Bool) -> Resolved { .leaf(.bool(flag)) }
        static func object(_ source: Source?) -> Resolved { source.map { .object($0) } ?? .null }
        static func list(of sources: [Source]) -> Resolved { .list(sources.map { .object($0) }) }
    }

    /// The arguments of a field, once variables are known.
    struct Arguments {
        let values: [String: JSON]

        func text(_ name: String) -> String? { values[name]?.text }
        func number(_ name: String) -> Int? { values[name]?.integer.map { Int($0) } }
        func flag(_ name: String) -> Bool? {
            if case .bool(let flag)? = values[name] { flag } else { nil }
        }
        /// The words of a list, or the one word that stands for a list of one; nil where nothing is given.
        func words(_ name: String) -> Set<String>? {
            guard let value = values[name], value != .null else { return nil }
            return Set(value.text.map { [$0] } ?? value.elements.compactMap(\.text))
        }
    }

    /// Who asks, when, and of which GitHub.
    struct Context {
        var github: SimulatedGitHub
        let caller: SimulatedGitHub.Caller
        let now: Timestamp
        /// The budget as it will be after this query, and what the query costs and may find.
        let budget: RateLimit
        let cost: Cost
    }

    typealias Resolver = @Sendable (inout Context, Source, Arguments) throws(Problem) -> Resolved

    /// Executes one operation (section 6).
    struct Executor {
        private let schema: Schema
        private let document: Document
        private let variables: [String: JSON]
        private(set) var context: Context
        private(set) var problems: [Problem] = []
        private var visits = 0

        init(_ schema: Schema, _ document: Document, variables: [String: JSON], context: Context) {
            self.schema = schema
            self.document = document
            self.variables = variables
            self.context = context
        }

        /// Null came where it must not: whatever holds it is null then (section 6.4.4).
        private struct Bubble: Error {}

        mutating func execute(_ operation: Operation) -> JSON {
            let root = Schema.root(of: operation.kind)
            do throws(Bubble) {
                return try object(operation.selections, of: .record(root, [:]), [])
            } catch {
                return .null
            }
        }

        private mutating func object(
            _ selections: [Selection],
            of source: Source,
            _ path: [JSON]
        ) throws(Bubble) -> JSON {
            let type = source.typeName
            var members: [JSON.Member] = []
            for (key, fields) in collect(selections, type) {
                guard let field = fields.first else { continue }
                visits += 1
                guard visits <= Limits.nodes else { throw Bubble() }
                if field.name == "__typename" {
                    members.append(.init(key, .string(type)))
                    continue
                }
                guard let definition = schema.types[type]?.fields[field.name] else { continue }
                let inner = fields.flatMap { $0.selections ?? [] }
                let place = path + [.string(key)]
                var resolved = Resolved.null
                do throws(Problem) {
                    let arguments = try arguments(of: field, definition)
                    try checkBounds(field, definition, arguments, inner)
                    resolved = try Resolvers.resolve(type, field.name, source, arguments, &context)
                } catch {
                    var problem = error
                    problem.path = place
                    problem.offsets = [field.offset]
                    problems.append(problem)
                }
                members.append(.init(key, try complete(resolved, definition.type, inner, place)))
            }
            return .object(members)
        }

        private mutating func complete(
            _ value: Resolved,
            _ type: TypeReference,
            _ selections: [Selection],
            _ path: [JSON]
        ) throws(Bubble) -> JSON {
            if case .required(let inner) = type {
                let completed = try complete(value, inner, selections, path)
                if completed == .null { throw Bubble() }
                return completed
            }
            switch value {
            case .null: return .null
            case .leaf(let json): return json
            case .object(let source):
                do throws(Bubble) { return try object(selections, of: source, path) } catch { return .null }
            case .list(let elements):
                guard case .list(let inner) = type else { return .null }
                var completed: [JSON] = []
                for (index, element) in elements.enumerated() {
                    do throws(Bubble) {
                        completed.append(try complete(element, inner, selections, path + [.integer(Int64(index))]))
                    } catch {
                        return .null
                    }
                }
                return .array(completed)
            }
        }

        /// The fields that are selected of a type, by their keys, each with all its places (section 6.3.2).
        private func collect(_ selections: [Selection], _ type: String) -> [(key: String, fields: [Field])] {
            var found: [(key: String, fields: [Field])] = []
            var spread: Set<String> = []
            collect(selections, type, &spread, &found)
            return found
        }

        private func collect(
            _ selections: [Selection],
            _ type: String,
            _ spread: inout Set<String>,
            _ found: inout [(key: String, fields: [Field])]
        ) {
            for selection in selections {
                switch selection {
                case .field(let field):
                    guard isIncluded(field.directives) else { continue }
                    if let index = found.firstIndex(where: { $0.key == field.key }) {
                        found[index].fields.append(field)
                    } else {
                        found.append((field.key, [field]))
                    }
                case .spread(let name, let directives, _):
                    guard isIncluded(directives), spread.insert(name).inserted, let fragment = document.fragments[name],
                        schema.overlaps(fragment.type, type)
                    else { continue }
                    collect(fragment.selections, type, &spread, &found)
                case .inline(let condition, let directives, let inner, _):
                    guard isIncluded(directives), condition.map({ schema.overlaps($0, type) }) ?? true else { continue }
                    collect(inner, type, &spread, &found)
                }
            }
        }

        private func isIncluded(_ directives: [Directive]) -> Bool {
            directives.allSatisfy { directive in
                let condition = directive.arguments.first { $0.name == "if" }?.value.json(variables)
                return (condition == .bool(true)) == (directive.name == "include")
            }
        }

        private func arguments(of field: Field, _ definition: Schema.FieldDefinition) throws(Problem) -> Arguments {
            var values: [String: JSON] = [:]
            for (name, input) in definition.arguments {
                let given = field.arguments.first { $0.name == name }.flatMap { $0.value.json(variables) }
                if let value = given ?? input.fallback?.json([:]) { values[name] = value }
                guard let value = values[name] else { continue }
                if let fault = schema.fault(in: value, as: input.type) { throw Problem(type: nil, fault) }
            }
            return Arguments(values: values)
        }

        /// GitHub refuses pages without a size, and large ones.
        private func checkBounds(
            _ field: Field,
            _ definition: Schema.FieldDefinition,
            _ arguments: Arguments,
            _ selections: [Selection]
        ) throws(Problem) {
            guard definition.type.name.hasSuffix("Connection") else { return }
            for name in ["first", "last"] {
                guard let count = arguments.number(name) else { continue }
                guard count >= 0 else {
                    let text = "`\(name)` on the `\(field.name)` connection cannot be less than zero."
                    throw Problem(type: "INVALID_PAGINATION_BOUNDARIES", text)
                }
                guard count <= Limits.page else {
                    let text =
                        "Requesting \(count) records on the `\(field.name)` connection exceeds the `\(name)` limit "
                        + "of \(Limits.page) records."
                    throw Problem(type: "EXCESSIVE_PAGINATION", text)
                }
            }
            let isCounted = collect(selections, definition.type.name).allSatisfy {
                $0.fields.allSatisfy { ["totalCount", "__typename"].contains($0.name) }
            }
            guard arguments.number("first") == nil, arguments.number("last") == nil, !isCounted else { return }
            let text = "You must provide a `first` or `last` value to properly paginate the `\(field.name)` connection."
            throw Problem(type: "MISSING_PAGINATION_BOUNDARIES", text)
        }
    }
}
