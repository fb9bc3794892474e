import CacheNode
import CacheStore
import GitHubClient
package import GitHubCore

extension HookCacheNode {
    /// The time that a node lives in: the machine's, or one that is moved by hand.
    package struct Time: Sendable {
        /// The wall clock.
        package var now: @Sendable () -> Timestamp
        /// A sleep on it.
        package var sleep: @Sendable (Duration) async throws -> Void

        /// A time of its own.
        package init(
            now: @escaping @Sendable () -> Timestamp,
            sleep: @escaping @Sendable (Duration) async throws -> Void
        ) {
            self.now = now
            self.sleep = sleep
        }

        /// The machine's.
        init() {
            self.init(now: CacheStore.wallClock, sleep: { try await Task.sleep(for: $0) })
        }
    }

    /// Whether every fact was worked off and no fetch is under way: until time passes or somebody speaks, nothing changes.
    package var isAtRest: Bool { node.isAtRest }
}
