import CacheCore
import Foundation
import GRDB
import GitHubCore
import Multiformats

extension StoreDatabase {
    /// Fills an empty memory with what the file holds; rows that cannot be read are left out.
    func load(into memory: inout StoreMemory) throws(StoreError) {
        memory = try readNow { database in
            var loaded = memory
            try Self.loadBodies(database, &loaded)
            try Self.loadEntries(database, &loaded)
            try Self.loadStates(database, &loaded)
            try Self.loadNames(database, &loaded)
            try Self.loadInbox(database, &loaded)
            try Self.loadAddresses(database, &loaded)
            let prewarms = try Row.fetchCursor(database, sql: "SELECT \(PrewarmRow.columns) FROM prewarm")
            while let row = try prewarms.next() {
                if let record = PrewarmRow.read(row) { loaded.prewarms[record.name] = record }
            }
            for cid in loaded.bodies.onDisk.keys where loaded.references[cid] == nil {
                loaded.bodies.markUnreferenced(cid)
            }
            return loaded
        }
    }

    private static func loadBodies(_ database: Database, _ memory: inout StoreMemory) throws {
        let rows = try Row.fetchCursor(database, sql: "SELECT cid, length(data) FROM body")
        while let row = try rows.next() {
            guard let cid = row.blob(0).flatMap({ try? CID(bytes: Array($0)) }), let size = row.integer(1) else {
                continue
            }
            memory.bodies.note(onDisk: cid, size: Int(size))
        }
    }

    private static func loadEntries(_ database: Database, _ memory: inout StoreMemory) throws {
        let sql = "SELECT \(EntryRow.columns) FROM entry ORDER BY coalesce(last_read, 0), id"
        let rows = try Row.fetchCursor(database, sql: sql)
        while let row = try rows.next() {
            guard let number = row.integer(0) else { continue }
            guard let entry = EntryRow.read(row), memory.bodies.isKnown(entry.cid) else {
                memory.unsaved.entries[number] = .some(nil)
                memory.entries.skip(row: number)
                continue
            }
            if memory.entries.slots[entry.key] != nil { memory.remove(entry.key) }
            memory.entries.load(
                entry,
                row: number,
                lastRead: row.integer(14).map(Timestamp.init(milliseconds:)),
                tags: EntryRow.tags(row, of: entry.key)
            )
            memory.entries.noteTaken()
            memory.retain(entry.cid)
            memory.refer(entry)
        }
    }

    private static func loadStates(_ database: Database, _ memory: inout StoreMemory) throws {
        let states = try Row.fetchCursor(database, sql: "SELECT \(StateRow.columns) FROM state")
        while let row = try states.next() {
            guard let state = StateRow.read(row) else { continue }
            _ = memory.states.store(state)
            memory.retain(state.cid)
        }
        let sql = "SELECT repository, repository_id, is_private, as_of FROM visibility"
        let visibilities = try Row.fetchCursor(database, sql: sql)
        while let row = try visibilities.next() {
            guard let name = row.text(0).flatMap({ RepositoryName($0) }), let isPrivate = row.flag(2),
                let asOf = row.integer(3)
            else { continue }
            memory.visibilities[name] = Visibility(
                repository: name,
                repositoryID: row.integer(1),
                isPrivate: isPrivate,
                asOf: Timestamp(milliseconds: asOf)
            )
        }
    }

    private static func loadNames(_ database: Database, _ memory: inout StoreMemory) throws {
        for visibility in memory.visibilities.values {
            guard let id = visibility.repositoryID else { continue }
            _ = memory.names.learn(.repository(id: id, visibility.repository), at: visibility.asOf)
        }
        let rows = try Row.fetchCursor(database, sql: "SELECT kind, key, value, as_of FROM name ORDER BY as_of")
        while let row = try rows.next() {
            guard let kind = row.text(0), let text = row.text(1), let key = NameKey(kind: kind, key: text),
                let value = row.text(2), let asOf = row.integer(3)
            else { continue }
            memory.names.restore(key, KnownName(value, asOf: Timestamp(milliseconds: asOf)))
        }
        let proofs = try Row.fetchCursor(database, sql: "SELECT \(ProofRow.columns) FROM proof")
        while let row = try proofs.next() {
            if let proof = ProofRow.read(row) { memory.proofs.load(proof) }
        }
    }

    private static func loadInbox(_ database: Database, _ memory: inout StoreMemory) throws {
        let sql = "SELECT id, coalesce(length(body), 0) FROM inbox WHERE status = 0"
        let pending = try Row.fetchCursor(database, sql: sql)
        while let row = try pending.next() {
            guard let id = row.integer(0), let size = row.integer(1) else { continue }
            memory.pending[InboxID(id)] = Int(size)
            memory.pendingBytes += Int(size)
        }
        let outbox = try Int64.fetchAll(database, sql: "SELECT id FROM outbox")
        memory.outbox = Set(outbox.map { OutboxID($0) })
        memory.nextOutboxNumber = (outbox.max() ?? 0) + 1
    }

    private static func loadAddresses(_ database: Database, _ memory: inout StoreMemory) throws {
        let sql = """
            SELECT scope, hook_id, url, secret, created_at, next_secret, changed_at, settled_through, checked_at,
                log_calls, log_recovered
            FROM hook
            """
        let hooks = try Row.fetchCursor(database, sql: sql)
        while let row = try hooks.next() {
            guard let known = row.text(0).flatMap({ DeliveryLog($0) }), let url = row.text(2),
                let secret = row.text(3), let createdAt = row.integer(4)
            else { continue }
            var log = LogReading()
            log.settledThrough = row.integer(7).map(Timestamp.init(milliseconds:))
            log.checkedAt = row.integer(8).map(Timestamp.init(milliseconds:))
            log.calls = row.integer(9).map { Int($0) } ?? 0
            log.recovered = row.integer(10).map { Int($0) } ?? 0
            guard let scope = known.scope else {
                memory.appLog = StoredLog(known, createdAt: Timestamp(milliseconds: createdAt), reading: log)
                continue
            }
            memory.hooks[scope] = StoredHook(
                scope: scope,
                hookID: row.integer(1),
                url: url,
                secrets: HookSecrets(
                    secret,
                    next: row.text(5),
                    changedAt: row.integer(6).map(Timestamp.init(milliseconds:))
                ),
                createdAt: Timestamp(milliseconds: createdAt),
                log: log
            )
        }
        let peers = try Row.fetchCursor(
            database,
            sql: "SELECT peer, address, last_seen, is_reached, sequence FROM peer"
        )
        while let row = try peers.next() {
            guard let id = row.blob(0).flatMap({ try? PeerID(multihash: Array($0)) }), let address = row.text(1),
                let lastSeen = row.integer(2), let isReached = row.integer(3), let sequence = row.integer(4)
            else { continue }
            let peer = StoredPeer(
                peer: id,
                address: address,
                lastSeen: Timestamp(milliseconds: lastSeen),
                isReached: isReached != 0,
                sequence: sequence
            )
            memory.peers[peer.key] = peer
        }
    }
}
