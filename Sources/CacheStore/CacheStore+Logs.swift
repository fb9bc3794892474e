package import CacheCore
package import GitHubCore
import Synchronization

extension CacheStore {
    /// How far a log has been read; nil where none is kept of it.
    package func log(_ log: DeliveryLog) -> StoredLog? {
        switch log {
        case .hook(let scope): hook(of: scope).map { StoredLog($0) }
        case .app: memory.withLock(\.appLog)
        }
    }

    /// Keeps from now on how far the log of the GitHub App has been read, if that is not kept yet; saved soon.
    package func keepAppLog(since now: Timestamp) {
        memory.withLock { memory in
            guard memory.appLog == nil else { return }
            memory.appLog = StoredLog(.app, createdAt: now)
            memory.unsaved.hasAppLog = true
        }
        wake.yield()
    }

    /// Notes how far a log has been read; returns once that is on disk.
    package func updateLog(
        _ log: DeliveryLog,
        _ change: (inout LogReading) -> Void
    ) async throws(StoreError) {
        guard case .app = log else {
            if let scope = log.scope { try await updateHook(scope) { change(&$0.log) } }
            return
        }
        memory.withLock { memory in
            guard var stored = memory.appLog else { return }
            change(&stored.reading)
            memory.appLog = stored
            memory.unsaved.hasAppLog = true
        }
        try await flush()
    }
}
