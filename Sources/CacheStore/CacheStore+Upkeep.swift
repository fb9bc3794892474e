import CacheCore
package import GitHubCore
import Synchronization

extension CacheStore {
    /// Removes entries, and returns how many once that is on disk; remembered states stay.
    ///
    /// With `stale` only those go that are not fresh at `now`; with a pattern, only those whose path has its form, with
    /// `*` and `?` as in a shell.
    package func clear(stale: Bool, pattern: String?, now: Timestamp) async throws(StoreError) -> Int {
        let glob = pattern.map { Glob($0) }
        let count = memory.withLock { memory in
            let gone = memory.entries.slots.values.map(\.entry).filter { entry in
                (!stale || !entry.isFresh(at: now)) && (glob?.matches(entry.key.resource.path) ?? true)
            }
            for entry in gone { memory.remove(entry.key) }
            return gone.count
        }
        try await flush()
        return count
    }

    /// The figures so far.
    package var statistics: StoreStatistics { memory.withLock(\.statistics) }

    /// One round of upkeep: forgets old states and settled deliveries, and saves the times of reads.
    package func sweep() {
        let moment = now()
        memory.withLock { memory in
            memory.forgetOldStates(now: moment)
            memory.forgetOldProofs(now: moment)
            memory.enforceLimits(now: moment)
            memory.settledSinceTrim = 0
            memory.unsaved.needsTrim = true
        }
        wake.yield()
    }
}
