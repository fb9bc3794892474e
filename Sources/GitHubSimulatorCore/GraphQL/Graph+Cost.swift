extension SimulatedGitHub.Graph {
    /// What a query costs, told before it is executed: its connections' requests by the hundred, and at least a point.
    struct Cost {
        private(set) var requests = 0
        private(set) var nodes = 0

        var points: Int { max(1, (requests + 50) / 100) }

        /// Adds up what selections of a type may find.
        mutating func add(
            _ selections: [Selection],
            of type: String,
            times: Int = 1,
            in document: Document,
            _ schema: Schema,
            _ variables: [String: JSON],
            depth: Int = 0
        ) {
            guard depth < Limits.depth, nodes <= Limits.nodes, requests <= Limits.nodes else { return }
            for selection in selections {
                switch selection {
                case .field(let field):
                    guard let definition = schema.types[type]?.fields[field.name] else { continue }
                    var inner = times
                    if definition.type.name.hasSuffix("Connection") {
                        let sizes = field.arguments.filter { $0.name == "first" || $0.name == "last" }
                        let size = sizes.compactMap { $0.value.json(variables)?.integer }.max() ?? 0
                        inner = times * Int(min(max(size, 0), Int64(Limits.page)))
                        requests += times
                        nodes += inner
                    }
                    let next = field.selections ?? []
                    add(next, of: definition.type.name, times: inner, in: document, schema, variables, depth: depth + 1)
                case .spread(let name, _, _):
                    guard let fragment = document.fragments[name] else { continue }
                    let next = fragment.selections
                    add(next, of: fragment.type, times: times, in: document, schema, variables, depth: depth + 1)
                case .inline(let condition, _, let next, _):
                    add(next, of: condition ?? type, times: times, in: document, schema, variables, depth: depth + 1)
                }
            }
        }
    }
}
