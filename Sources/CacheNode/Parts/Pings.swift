import GitHubCore
import Synchronization

/// Pings that somebody waits for.
final class Pings: Sendable {
    private let seen = Mutex<[Int64: Int]>([:])
    private let logged = Mutex<Set<DeliveryID>>([])
    /// The most hooks that are remembered.
    static let limit = 4096

    /// A verified ping came in.
    func arrived(_ scope: Scope?, hookID: Int64?) {
        guard let hookID else { return }
        seen.withLock { seen in
            if seen[hookID] != nil || seen.count < Self.limit { seen[hookID, default: 0] += 1 }
        }
    }

    /// The log of a hook tells of a ping; it may do so again.
    func arrived(_ scope: Scope, hookID: Int64, logged id: DeliveryID) {
        let isNew = logged.withLock { logged in
            if logged.count >= Self.limit { logged = [] }
            return logged.insert(id).inserted
        }
        if isNew { arrived(scope, hookID: hookID) }
    }

    /// How many pings of a hook came in so far.
    func count(_ hookID: Int64) -> Int {
        seen.withLock { $0[hookID] ?? 0 }
    }
}
