import GitHubCore
import MeshCore
import Synchronization

/// The names of repositories' topics, each hashed once: readers wait for some, and comparisons need those of all.
final class TopicNames: Sendable {
    private let swarmKey: [UInt8]?
    private let limit: Int
    private let known = Mutex<[RepositoryName: String]>([:])

    init(swarmKey: [UInt8]?, limit: Int) {
        self.swarmKey = swarmKey
        self.limit = limit
    }

    func name(of repository: RepositoryName) -> String {
        self.known.withLock { known in
            if let name = known[repository] { return name }
            let name = Topic.name(for: repository, swarmKey: self.swarmKey)
            // Past the bound it is begun anew: each costs a hash only.
            if known.count >= self.limit { known.removeAll(keepingCapacity: true) }
            known[repository] = name
            return name
        }
    }
}
