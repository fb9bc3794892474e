extension GraphQL {
    /// Finds out which repositories and owners a query's text names, and whether its answer can lie in others.
    struct Places {
        private let document: Document
        private let operation: Operation
        private let variables: JSONObject?
        private var visitsLeft = Limits.visits

        var tags = Tags()
        /// What tells where the answer lies: for the field of the root that tells least.
        private(set) var placement = Placement.byText
        /// Whether it asks for what is only true at once.
        private(set) var isLive = false

        init(_ document: Document, _ operation: Operation, variables: JSONObject?) {
            self.document = document
            self.operation = operation
            self.variables = variables
        }

        mutating func visit() {
            var spreads: Set<String> = []
            visitRoot(operation.selections, &spreads)
            spreads = []
            collect(operation.selections, &spreads)
        }

        /// Whether the text was longer than what is visited, so that nothing here is certain.
        var isCut: Bool { visitsLeft == 0 }

        private mutating func visitRoot(_ selections: [Selection], _ spreads: inout Set<String>) {
            for selection in selections where step() {
                switch selection {
                case .field(let field):
                    var inner: Set<String> = []
                    guard !isPlaced(field) else { continue }
                    placement = max(placement, namesItself(field.selections, &inner) ? .byAnswer : .unknown)
                case .inline(let selections):
                    visitRoot(selections, &spreads)
                case .spread(let name):
                    guard spreads.insert(name).inserted else { continue }
                    visitRoot(document.fragments[name] ?? [], &spreads)
                }
            }
        }

        /// Counts what is visited; false past the limit.
        private mutating func step() -> Bool {
            visitsLeft = max(0, visitsLeft - 1)
            return visitsLeft > 0
        }

        /// Whether a field of the root lies in what its arguments name, or in no repository at all.
        private func isPlaced(_ field: Field) -> Bool {
            if field.name.hasPrefix("__") || field.name == "meta" { return true }
            switch field.name {
            case "repository", "resource":
                return !scopes(of: field).isEmpty
            case "search":
                return !scopes(of: field).isEmpty
            case "viewer", "user", "organization", "repositoryOwner":
                // A login, a name: nothing that lies in a repository, or in one of an owner who is known.
                let isKnown = !scopes(of: field).isEmpty
                return field.selections.allSatisfy { selection in
                    guard case .field(let inner) = selection else { return false }
                    return inner.selections.isEmpty || inner.name == "repository" && isKnown
                }
            default:
                return false
            }
        }

        /// Whether what is selected tells in the answer which repository it lies in, under the keys that are looked for.
        private mutating func namesItself(_ selections: [Selection], _ spreads: inout Set<String>) -> Bool {
            for selection in selections where step() {
                switch selection {
                case .field(let field):
                    if JSONPlaces.namingKeys.contains(field.name), field.key == field.name { return true }
                    if namesItself(field.selections, &spreads) { return true }
                case .inline(let selections):
                    if namesItself(selections, &spreads) { return true }
                case .spread(let name):
                    guard spreads.insert(name).inserted else { continue }
                    if namesItself(document.fragments[name] ?? [], &spreads) { return true }
                }
            }
            return false
        }

        /// Collects the names in the arguments of all fields.
        private mutating func collect(_ selections: [Selection], _ spreads: inout Set<String>) {
            for selection in selections where step() {
                switch selection {
                case .field(let field):
                    if field.name == "rateLimit" { isLive = true }
                    for scope in scopes(of: field) { tags.insert(scope) }
                    collect(field.selections, &spreads)
                case .inline(let selections):
                    collect(selections, &spreads)
                case .spread(let name):
                    guard spreads.insert(name).inserted else { continue }
                    collect(document.fragments[name] ?? [], &spreads)
                }
            }
        }

        /// The repositories or owners that a field's arguments name.
        private func scopes(of field: Field) -> [Scope] {
            switch field.name {
            case "repository":
                // Below an owner it is named alone; the owner is a tag then.
                guard let name = string(field.arguments["name"]), let owner = string(field.arguments["owner"]) else {
                    return []
                }
                return RepositoryName(owner: owner, name: name).map { [.repository($0)] } ?? []
            case "user", "organization", "repositoryOwner":
                return string(field.arguments["login"]).flatMap(Self.owner).map { [$0] } ?? []
            case "search":
                return string(field.arguments["query"]).map(JSONPlaces.scopes(inSearch:)) ?? []
            case "resource":
                return string(field.arguments["url"]).flatMap(JSONPlaces.repository(inURL:)).map { [.repository($0)] }
                    ?? []
            default:
                return []
            }
        }

        private static func owner(_ login: String) -> Scope? {
            RepositoryName.isName(login) ? .owner(login.lowercased()) : nil
        }

        /// The text that a value is: written, given as a variable, or a variable's default.
        private func string(_ value: Value?) -> String? {
            switch value {
            case .string(let text)?:
                return text
            case .variable(let name)?:
                if let variables, variables.has(name) { return variables.string(name) }
                guard case .string(let text)? = operation.defaults[name] else { return nil }
                return text
            default:
                return nil
            }
        }
    }
}
