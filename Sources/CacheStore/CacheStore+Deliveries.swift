import Foundation
import GRDB
package import GitHubCore

extension CacheStore {
    /// What the inbox knows of some deliveries to some scopes; each of those that it does not know is left out.
    package func records(of ids: [DeliveryID], scopes: [String]) async throws(StoreError) -> [InboxRecord] {
        guard !ids.isEmpty, !scopes.isEmpty else { return [] }
        try await flush()
        return try await database.read { database in
            var records: [InboxRecord] = []
            for start in stride(from: 0, to: ids.count, by: Self.namesPerQuery) {
                let names = ids[start...].prefix(Self.namesPerQuery).map(\.text)
                let sql = """
                    SELECT \(Self.columns) FROM inbox
                    WHERE scope IN (\(Self.marks(scopes.count))) AND delivery IN (\(Self.marks(names.count)))
                    """
                let rows = try Row.fetchAll(database, sql: sql, arguments: StatementArguments(scopes + names))
                records += rows.compactMap(Self.record)
            }
            return records
        }
    }

    /// The latest deliveries of the inbox, of some scopes or of all, the newest first.
    package func records(scopes: [String]?, failedOnly: Bool, limit: Int) async throws(StoreError) -> [InboxRecord] {
        try await flush()
        return try await database.read { database in
            var sql = "SELECT \(Self.columns) FROM inbox WHERE status \(failedOnly ? "= 2" : ">= 0")"
            if let scopes { sql += " AND scope IN (\(Self.marks(scopes.count)))" }
            sql += " ORDER BY id DESC LIMIT \(max(1, limit))"
            let rows = try Row.fetchAll(database, sql: sql, arguments: StatementArguments(scopes ?? []))
            return rows.compactMap(Self.record)
        }
    }

    /// Names in one query; SQLite takes some thousands.
    private static let namesPerQuery = 500
    private static let columns = "scope, delivery, event, received_at, status, reason"

    private static func marks(_ count: Int) -> String {
        Array(repeating: "?", count: count).joined(separator: ", ")
    }

    private static func record(_ row: Row) -> InboxRecord? {
        guard let scope = row.text(0), let id = row.text(1).flatMap({ DeliveryID($0) }), let event = row.text(2),
            let receivedAt = row.integer(3), let status = row.integer(4).flatMap({ InboxStatus(rawValue: $0) })
        else { return nil }
        let standing: InboxRecord.Standing =
            switch status {
            case .pending: .waiting
            case .done: .done
            case .failed: .failed
            }
        return InboxRecord(
            scope: scope,
            id: id,
            event: event,
            receivedAt: Timestamp(milliseconds: receivedAt),
            standing: standing,
            reason: row.text(5)
        )
    }
}
