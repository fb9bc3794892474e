package import CacheCore
import Foundation
import GRDB
import GitHubCore
import Synchronization

extension CacheStore {
    /// Applies changes in memory at once; they are saved soon, all of one call in one transaction.
    ///
    /// - Parameters:
    ///   - changes: What changed, in order.
    ///   - finishing: Deliveries whose effects these are: they are done.
    ///   - failing: Deliveries that cannot be done, and why; they are taken again if they are given again.
    ///   - outbox: What must still go out because of it.
    ///   - settling: What has gone out.
    /// - Returns: The numbers of the outbox items, in order.
    @discardableResult
    package func apply(
        _ changes: [Change],
        finishing: [InboxID] = [],
        failing: [(InboxID, String)] = [],
        outbox: [OutboxItem] = [],
        settling: [OutboxID] = []
    ) -> [OutboxID] {
        let moment = now()
        let (ids, hasWork) = memory.withLock { memory in
            for change in changes { memory.apply(change) }
            for id in finishing { memory.settle(id, failure: nil, at: moment) }
            for (id, reason) in failing {
                memory.settle(id, failure: String(reason.prefix(limits.reasonLength)), at: moment)
            }
            let ids = outbox.map { memory.post($0) }
            for id in settling where memory.outbox.remove(id) != nil { memory.unsaved.settled.insert(id) }
            memory.enforceLimits(now: moment)
            return (ids, !memory.unsaved.isEmpty)
        }
        if hasWork { wake.yield() }
        return ids
    }

    /// Applies changes as `apply` does, and returns once they are on disk and synced.
    ///
    /// Whoever writes much is slowed to the disk's speed by it. If it throws, the changes hold in memory and are still
    /// being saved.
    @discardableResult
    package func commit(
        _ changes: [Change],
        finishing: [InboxID] = [],
        failing: [(InboxID, String)] = [],
        outbox: [OutboxItem] = [],
        settling: [OutboxID] = []
    ) async throws(StoreError) -> [OutboxID] {
        let ids = apply(changes, finishing: finishing, failing: failing, outbox: outbox, settling: settling)
        try await flush()
        return ids
    }

    /// Returns once everything applied before is on disk and synced.
    package func flush() async throws(StoreError) {
        let result: Result<Void, StoreError> = await withCheckedContinuation { continuation in
            let isClosed = memory.withLock { memory in
                if !memory.isClosed { memory.waiters.append(continuation) }
                return memory.isClosed
            }
            if isClosed {
                continuation.resume(returning: .failure(.closed))
            } else {
                wake.yield()
            }
        }
        try result.get()
    }

    /// What must still go out, oldest first, to be sent after a start; what was posted since the last transaction is
    /// not among it.
    package func outbox() async throws(StoreError) -> [StoredOutboxItem] {
        let limit = limits.outboxItems
        let items = try await database.read { database in
            let sql = "SELECT id, kind, key, payload FROM outbox ORDER BY id LIMIT ?"
            let rows = try Row.fetchCursor(database, sql: sql, arguments: [limit])
            var items: [StoredOutboxItem] = []
            while let row = try rows.next() {
                guard let id = row.integer(0), let kind = row.text(1), let key = row.text(2), let payload = row.blob(3)
                else { continue }
                let item = OutboxItem(kind: kind, key: key, payload: Array(payload))
                items.append(StoredOutboxItem(id: OutboxID(id), item: item))
            }
            return items
        }
        let open = memory.withLock(\.outbox)
        return items.filter { open.contains($0.id) }
    }
}

extension StoreMemory {
    mutating func settle(_ id: InboxID, failure: String?, at moment: Timestamp) {
        guard let size = pending.removeValue(forKey: id) else { return }
        pendingBytes -= size
        unsaved.marks.append(Unsaved.Mark(id: id, failure: failure, at: moment))
        settledSinceTrim += 1
        // Between two rounds of upkeep the inbox may not grow by much.
        guard settledSinceTrim > limits.settledDeliveries / 16 else { return }
        settledSinceTrim = 0
        unsaved.needsTrim = true
    }

    mutating func post(_ item: OutboxItem) -> OutboxID {
        let id = OutboxID(nextOutboxNumber)
        nextOutboxNumber += 1
        // The outbox serves replay only: past its bound, an item is sent but not remembered.
        if outbox.count < limits.outboxItems {
            outbox.insert(id)
            unsaved.outbox[id] = item
        }
        return id
    }
}
