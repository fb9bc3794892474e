import HookCacheKit

/// What of the node's news matters to somebody: what lies below one of some paths.
struct Interest: Sendable, Equatable {
    private var prefixes: [String]

    /// All of it.
    static let everything = Interest(prefixes: [""])

    /// Peers that come and go.
    static let peers = Interest(prefixes: ["peers/"])

    /// A repository, or everything of an owner.
    static func scope(_ target: Settings.WatchTarget) -> Interest {
        switch target {
        case .owner(let owner): .owner(owner)
        case .repository(let owner, let name): .repository("\(owner)/\(name)")
        }
    }

    /// One repository.
    static func repository(_ name: String) -> Interest {
        let path = "/repos/\(name.lowercased())"
        return Interest(prefixes: [path + "/", path + "?", path + "\n"])
    }

    /// An owner's own lists, and its repositories.
    static func owner(_ login: String) -> Interest {
        Interest(prefixes: ["repos", "orgs", "users"].map { "/\($0)/\(login.lowercased())/" })
    }

    /// Whether a piece of news matters: it names a path, a repository or a peer.
    func covers(_ news: JSONValue) -> Bool {
        let path =
            news["path"]?.string ?? news["repository"]?.string.map { "/repos/\($0)/" }
            ?? news["peer_id"]?.string.map { "peers/\($0)" } ?? ""
        // The end of the path ends a name.
        return self.prefixes.contains { (path.lowercased() + "\n").hasPrefix($0) }
    }
}
