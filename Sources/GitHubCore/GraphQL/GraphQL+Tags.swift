extension GraphQL {
    /// The repositories and owners whose events make an answer old.
    package struct Tags: Hashable, Sendable, CustomStringConvertible {
        /// The repositories and owners, within a limit.
        package private(set) var scopes: Set<Scope> = []
        /// Whether an event of any repository makes it old, since nobody can tell which.
        package private(set) var isAny = false

        /// The tags of an answer that lies in no repository.
        package init() {}

        /// An answer that may lie in any repository.
        package static let any: Tags = {
            var tags = Tags()
            tags.isAny = true
            return tags
        }()

        /// Whether it is tied to nothing.
        package var isEmpty: Bool { scopes.isEmpty && !isAny }

        /// Adds one; past the limit they are any.
        package mutating func insert(_ scope: Scope) {
            guard !isAny else { return }
            scopes.insert(scope)
            if scopes.count > Limits.tags { self = .any }
        }

        /// Adds those of another.
        package mutating func formUnion(_ other: Tags) {
            if other.isAny { self = .any }
            for scope in other.scopes { insert(scope) }
        }

        /// Whether an event of a repository makes the answer old.
        package func covers(_ repository: RepositoryName) -> Bool {
            isAny || scopes.contains(.repository(repository))
                || scopes.contains(.owner(repository.owner.lowercased()))
        }

        /// Whether an answer may lie in a repository, or in one of an owner's.
        package func touch(_ scope: Scope) -> Bool {
            switch scope {
            case .repository(let repository): covers(repository)
            case .owner(let login):
                isAny
                    || scopes.contains { tag in
                        switch tag {
                        case .repository(let repository): repository.owner.lowercased() == login
                        case .owner(let owner): owner == login
                        }
                    }
            }
        }

        /// The tags in one line, in lower case and sorted: names parted by spaces, or `*` for any.
        package var description: String {
            isAny ? "*" : scopes.map { $0.description.lowercased() }.sorted().joined(separator: " ")
        }

        /// Reads what `description` wrote, or nil.
        package init?(_ text: some StringProtocol) {
            guard text != "*" else {
                self = .any
                return
            }
            for name in text.split(separator: " ") {
                guard let scope = Scope(name) else { return nil }
                insert(scope)
            }
        }
    }
}
