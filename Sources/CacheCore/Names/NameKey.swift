package import GitHubCore

/// What a name is looked up by.
package enum NameKey: Hashable, Sendable {
    /// A repository's id.
    case repository(Int64)
    /// An organisation's or user's id.
    case account(Int64)
    /// A workflow's file in a repository.
    case workflow(RepositoryName, String)
    /// A name that a repository had.
    case former(RepositoryName)

    /// The key in two words, as stored.
    package var text: (kind: String, key: String) {
        switch self {
        case .repository(let id): ("repository", "\(id)")
        case .account(let id): ("account", "\(id)")
        case .workflow(let name, let file): ("workflow", "\(name.canonical)/\(file)")
        case .former(let name): ("former", name.canonical)
        }
    }

    /// Reads what `text` wrote, or nil.
    package init?(kind: String, key: String) {
        switch kind {
        case "repository":
            guard let id = Int64(id: key) else { return nil }
            self = .repository(id)
        case "account":
            guard let id = Int64(id: key) else { return nil }
            self = .account(id)
        case "workflow":
            let parts = key.split(separator: "/", maxSplits: 2)
            guard parts.count == 3, let name = RepositoryName(owner: parts[0], name: parts[1]) else { return nil }
            self = .workflow(name, String(parts[2]))
        case "former":
            guard let name = RepositoryName(key) else { return nil }
            self = .former(name)
        default:
            return nil
        }
    }
}

/// What is known under a key.
package struct KnownName: Hashable, Sendable {
    /// A name for an id, or an id for a name.
    package let text: String
    /// When GitHub said so.
    package let asOf: Timestamp

    /// A name and its moment.
    package init(_ text: String, asOf: Timestamp) {
        self.text = text
        self.asOf = asOf
    }
}
