import CacheCore
import Foundation
import GRDB
import GitHubCore
import Logging
import Synchronization

extension CacheStore {
    /// Takes a verified delivery; returns once it is on disk and synced.
    ///
    /// Those that wait together share a transaction. A duplicate is one of the same scope and identifier that was taken before; one that failed is taken again.
    @concurrent
    package func insert(_ delivery: NewDelivery) async throws(StoreError) -> InboxResult {
        guard delivery.body.count <= limits.deliveryBytes else {
            throw StoreError(.tooLarge, "a delivery of \(delivery.body.count) bytes is over the limit")
        }
        if let refusal = memory.withLock({ $0.refusal }) { return try refusal.get() }
        let body = PackedBytes(delivery.body, effort: .fast)
        let result: Result<InboxResult, StoreError> = await withCheckedContinuation { continuation in
            let insert = WaitingInsert(
                scope: delivery.scope,
                id: delivery.id,
                event: delivery.event,
                hookID: delivery.hookID,
                receivedAt: delivery.receivedAt,
                body: body,
                continuation: continuation
            )
            let refusal = memory.withLock { memory in
                let refusal = memory.refusal
                if refusal == nil { memory.enqueue(insert) }
                return refusal
            }
            if let refusal {
                continuation.resume(returning: refusal)
            } else {
                wake.yield()
            }
        }
        return try result.get()
    }

    /// How many deliveries are accepted and not yet done.
    package var pendingCount: Int { memory.withLock { $0.pending.count } }

    /// Notes that some deliveries are begun after a start; returns once that is on disk, with what was done before.
    package func begin(_ ids: [InboxID]) async throws(StoreError) {
        memory.withLock { $0.unsaved.begun += ids }
        try await flush()
    }

    /// The deliveries that are not done, oldest first, to be done again after a start.
    ///
    /// They begin after the last one already seen; large ones make it fewer than the limit, and none means the end.
    package func pending(after: InboxID?, limit: Int) async throws(StoreError) -> [StoredDelivery] {
        let limits = limits
        let found = try await database.read { database in
            try InboxRows.pending(database, after: after?.number ?? 0, limit: limit, limits: limits)
        }
        if !found.damaged.isEmpty {
            logger.error("Deliveries in the inbox are damaged", metadata: ["count": "\(found.damaged.count)"])
            apply([], failing: found.damaged.map { (InboxID($0), "its row is damaged") })
        }
        let open = memory.withLock(\.pending)
        let deliveries = found.deliveries.filter { open[$0.inboxID] != nil }
        // A page of rows that are all done by now is not the end.
        guard deliveries.isEmpty, let last = found.last else { return deliveries }
        return try await pending(after: InboxID(last), limit: limit)
    }
}

extension StoreMemory {
    /// Why no delivery can be taken now; nil where one can.
    var refusal: Result<InboxResult, StoreError>? {
        if isClosed { return .failure(.closed) }
        if let pause { return .failure(pause) }
        let hasRoom =
            pending.count + inserts.count + insertsInFlight < maxInbox && pendingBytes < limits.inboxBytes
            && waitingBytes < limits.waitingBytes
        return hasRoom ? nil : .success(.full)
    }

    mutating func enqueue(_ insert: WaitingInsert) {
        inserts.append(insert)
        waitingBytes += insert.body.data.count
    }

    /// Takes every delivery out of the queue, to be refused.
    mutating func takeInserts() -> [WaitingInsert] {
        defer { (inserts, waitingBytes) = ([], 0) }
        return inserts
    }
}

/// Reads the inbox.
enum InboxRows {
    struct Page: Sendable {
        var deliveries: [StoredDelivery] = []
        var damaged: [Int64] = []
        /// The last row looked at; nil where there was none.
        var last: Int64?
    }

    static func pending(_ database: Database, after: Int64, limit: Int, limits: CacheStore.Limits) throws -> Page {
        var page = Page()
        var bytes = 0
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT id, scope, delivery, event, hook_id, received_at, format, size, body, attempts
                FROM inbox WHERE status = 0 AND id > ? ORDER BY id LIMIT ?
                """,
            arguments: [after, max(1, limit)]
        )
        while bytes < limits.replayBytes, let row = try rows.next() {
            guard let id = row.integer(0) else { continue }
            page.last = id
            let packed = PackedBytes(format: row.integer(6), size: row.integer(7), data: row.blob(8))
            guard let scope = row.text(1), let name = row.text(2).flatMap({ DeliveryID($0) }), let event = row.text(3),
                let receivedAt = row.integer(5), let body = packed?.unpacked(limit: limits.deliveryBytes)
            else {
                page.damaged.append(id)
                continue
            }
            bytes += body.count
            let delivery = NewDelivery(
                scope: scope,
                id: name,
                event: event,
                hookID: row.integer(4),
                receivedAt: Timestamp(milliseconds: receivedAt),
                body: body
            )
            let attempts = row.integer(9).map { Int(clamping: $0) } ?? 0
            page.deliveries.append(StoredDelivery(inboxID: InboxID(id), delivery: delivery, attempts: attempts))
        }
        return page
    }
}
