import CacheCore
import Foundation
import GRDB
import GitHubCore
import Multiformats

/// How a delivery stands in the inbox; the numbers are part of the schema.
enum InboxStatus: Int64 {
    case pending = 0
    case done = 1
    case failed = 2
}

extension Batch {
    /// More bodies than this at once are those of a node that joins, whose processors have more to do.
    private static let manyBodies = 128

    /// The bodies as rows hold them.
    func packedBodies() -> [(cid: CID, packed: PackedBytes)] {
        let effort: PackedBytes.Effort = bodies.saved.count > Self.manyBodies ? .fast : .thorough
        return bodies.saved.map { ($0.cid, PackedBytes($0.bytes, effort: effort)) }
    }

    /// Saves everything.
    ///
    /// The order matters: marks before deliveries that may be taken again, deletions before rows that take their place.
    func save(
        to database: Database,
        bodies packed: [(cid: CID, packed: PackedBytes)],
        limits: CacheStore.Limits,
        now: Timestamp
    ) throws -> Outcome {
        var outcome = Outcome()
        for id in unsaved.begun {
            try database.run("UPDATE inbox SET attempts = attempts + 1 WHERE id = ?", id.number)
        }
        for mark in unsaved.marks { try save(mark, to: database) }
        for insert in inserts { outcome.accepted.append(try save(insert, to: database)) }
        for (former, scope) in unsaved.renamedScopes {
            try database.run(
                "UPDATE OR IGNORE inbox SET scope = ? WHERE scope = ?",
                scope.description.lowercased(),
                former.description.lowercased()
            )
        }
        try saveBodies(packed, to: database)
        for (cid, packed) in packed { outcome.packed[cid] = packed }
        for row in removedRows { try database.run("DELETE FROM entry WHERE id = ?", row) }
        for slot in slots { try EntryRow.save(slot, to: database) }
        for id in forgotten {
            try database.run(
                "DELETE FROM state WHERE repository = ? AND kind = ? AND object_id = ?",
                id.repository.description,
                id.kind.rawValue,
                id.id
            )
        }
        for state in states { try StateRow.save(state, to: database) }
        try saveVisibilities(to: database)
        for subject in withdrawn { try ProofRow.delete(subject, from: database) }
        for proof in proofs { try ProofRow.save(proof, to: database) }
        try saveNames(to: database)
        try saveOutbox(to: database)
        try saveAddresses(to: database)
        for name in removedPrewarms { try database.run("DELETE FROM prewarm WHERE name = ?", name) }
        for record in prewarms { try PrewarmRow.save(record, to: database) }
        if unsaved.needsTrim { try trim(database, limits: limits, now: now) }
        return outcome
    }

    private func save(_ mark: Unsaved.Mark, to database: Database) throws {
        let status: InboxStatus = mark.failure == nil ? .done : .failed
        try database.run(
            "UPDATE inbox SET status = ?, reason = ?, settled_at = ?, body = NULL WHERE id = ?",
            status.rawValue,
            mark.failure,
            mark.at.milliseconds,
            mark.id.number
        )
    }

    /// Takes a delivery, or gives nil for a duplicate; one that failed is taken again, under a new number.
    private func save(_ insert: WaitingInsert, to database: Database) throws -> InboxID? {
        try database.run(
            "DELETE FROM inbox WHERE scope = ? AND delivery = ? AND status = ?",
            insert.scope,
            insert.id.text,
            InboxStatus.failed.rawValue
        )
        try database.run(
            """
            INSERT OR IGNORE INTO inbox (scope, delivery, event, hook_id, received_at, status, format, size, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            insert.scope,
            insert.id.text,
            insert.event,
            insert.hookID,
            insert.receivedAt.milliseconds,
            InboxStatus.pending.rawValue,
            insert.body.format.rawValue,
            insert.body.size,
            insert.body.data
        )
        return database.changesCount == 0 ? nil : InboxID(database.lastInsertedRowID)
    }

    private func saveBodies(_ packed: [(cid: CID, packed: PackedBytes)], to database: Database) throws {
        for cid in bodies.deleted.map(\.cid) + bodies.damaged {
            try database.run("DELETE FROM body WHERE cid = ?", Data(cid.bytes))
        }
        for (cid, packed) in packed {
            try database.run(
                "INSERT OR REPLACE INTO body (cid, format, size, data) VALUES (?, ?, ?, ?)",
                Data(cid.bytes),
                packed.format.rawValue,
                packed.size,
                packed.data
            )
        }
    }

    private func saveVisibilities(to database: Database) throws {
        for repository in unseen {
            try database.run("DELETE FROM visibility WHERE repository = ?", repository.description)
        }
        for visibility in visibilities {
            try database.run(
                "INSERT OR REPLACE INTO visibility (repository, repository_id, is_private, as_of) VALUES (?, ?, ?, ?)",
                visibility.repository.description,
                visibility.repositoryID,
                visibility.isPrivate,
                visibility.asOf.milliseconds
            )
        }
    }

    private func saveNames(to database: Database) throws {
        for (key, known) in names {
            let (kind, text) = key.text
            guard let known else {
                try database.run("DELETE FROM name WHERE kind = ? AND key = ?", kind, text)
                continue
            }
            try database.run(
                "INSERT OR REPLACE INTO name (kind, key, value, as_of) VALUES (?, ?, ?, ?)",
                kind,
                text,
                known.text,
                known.asOf.milliseconds
            )
        }
    }

    private func saveOutbox(to database: Database) throws {
        for (id, item) in unsaved.outbox {
            try database.run(
                "INSERT OR REPLACE INTO outbox (id, kind, key, payload) VALUES (?, ?, ?, ?)",
                id.number,
                item.kind,
                item.key,
                Data(item.payload)
            )
        }
        for id in unsaved.settled { try database.run("DELETE FROM outbox WHERE id = ?", id.number) }
    }

    private func saveAddresses(to database: Database) throws {
        for scope in removedHooks { try database.run("DELETE FROM hook WHERE scope = ?", scope.description) }
        for hook in hooks {
            try database.run(
                """
                INSERT OR REPLACE INTO hook (
                    scope, hook_id, url, secret, created_at, next_secret, changed_at, settled_through, checked_at,
                    log_calls, log_recovered
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                hook.scope.description,
                hook.hookID,
                hook.url,
                hook.secrets.current,
                hook.createdAt.milliseconds,
                hook.secrets.next,
                hook.secrets.changedAt?.milliseconds,
                hook.log.settledThrough?.milliseconds,
                hook.log.checkedAt?.milliseconds,
                hook.log.calls,
                hook.log.recovered
            )
        }
        if let appLog {
            // The webhook of the GitHub App: it is registered at GitHub, and its secret is a setting.
            try database.run(
                """
                INSERT OR REPLACE INTO hook (
                    scope, url, secret, created_at, settled_through, checked_at, log_calls, log_recovered
                ) VALUES (?, '', '', ?, ?, ?, ?, ?)
                """,
                appLog.log.name,
                appLog.createdAt.milliseconds,
                appLog.reading.settledThrough?.milliseconds,
                appLog.reading.checkedAt?.milliseconds,
                appLog.reading.calls,
                appLog.reading.recovered
            )
        }
        for key in removedPeers {
            try database.run("DELETE FROM peer WHERE peer = ? AND address = ?", Data(key.peer.bytes), key.address)
        }
        for peer in peers {
            try database.run(
                """
                INSERT OR REPLACE INTO peer (peer, address, last_seen, is_reached, sequence) VALUES (?, ?, ?, ?, ?)
                """,
                Data(peer.peer.bytes),
                peer.address,
                peer.lastSeen.milliseconds,
                peer.isReached,
                peer.sequence
            )
        }
    }

    /// Forgets settled deliveries that are too old or too many, and gives freed pages back to the disk.
    private func trim(_ database: Database, limits: CacheStore.Limits, now: Timestamp) throws {
        try database.run(
            "DELETE FROM inbox WHERE status <> 0 AND settled_at < ?",
            now.advanced(bySeconds: -limits.settledSeconds).milliseconds
        )
        try database.run(
            """
            DELETE FROM inbox WHERE id IN (
                SELECT id FROM inbox WHERE status <> 0 ORDER BY settled_at DESC LIMIT -1 OFFSET ?
            )
            """,
            limits.settledDeliveries
        )
        try database.execute(sql: "PRAGMA incremental_vacuum(1024)")
    }
}
