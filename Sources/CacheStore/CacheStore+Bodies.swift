package import CacheCore
import Foundation
import GRDB
package import Multiformats
import Synchronization

extension CacheStore {
    /// A body, from memory or from the disk; nil where it is not stored.
    ///
    /// What the disk gives is checked against the CID. Damaged bytes are deleted with the entries that refer to them.
    package func body(_ cid: CID) async throws(StoreError) -> Body? {
        let (held, isStored) = memory.withLock { ($0.bodies.body(cid), $0.bodies.isKnown(cid)) }
        if held != nil || !isStored { return held }
        let found = try await stored(cid)
        return memory.withLock { memory in
            // It may have been stored again while the disk was read.
            if let held = memory.bodies.body(cid) { return held }
            guard memory.bodies.isKnown(cid) else { return nil }
            guard case .sound(let body, let packed) = found else {
                memory.drop(damaged: cid)
                return nil
            }
            if memory.references[cid] != nil { memory.bodies.cache(body, packed: packed) }
            return body
        }
    }

    /// Those of some bodies that are stored and sound; what is not in memory is read from the disk at once.
    ///
    /// They are read for somebody else, and do not stay in memory for it.
    package func bodies(_ cids: [CID]) async throws(StoreError) -> [CID: Body] {
        let (held, missing) = memory.withLock { memory in
            var held: [CID: Body] = [:]
            var missing: [CID] = []
            for cid in cids {
                if let body = memory.bodies.peek(cid) {
                    held[cid] = body
                } else if memory.bodies.isKnown(cid) {
                    missing.append(cid)
                }
            }
            return (held, missing)
        }
        guard !missing.isEmpty else { return held }
        let limit = limits.bodyBytes
        return try await database.read { database in
            var found = held
            for cid in missing {
                if case .sound(let body, _) = try BodyRows.read(database, cid, limit: limit) { found[cid] = body }
            }
            return found
        }
    }

    /// A body, if it is in memory.
    package func cachedBody(_ cid: CID) -> Body? {
        memory.withLock { $0.bodies.body(cid) }
    }

    /// A body in the gzip format (RFC 1952) exactly as its row holds it, if it is in memory like that.
    ///
    /// Only bytes are given that this process packed or that were checked against the CID when they were read.
    package func cachedPackedBody(_ cid: CID) -> [UInt8]? {
        memory.withLock { $0.bodies.packed(cid) }
    }

    /// Whether a body is stored.
    package func contains(_ cid: CID) -> Bool {
        memory.withLock { $0.bodies.isKnown(cid) }
    }

    /// Whether a public entry refers to a body: only then may it leave the node by its CID.
    package func containsPublic(_ cid: CID) -> Bool {
        memory.withLock { $0.publicReferences[cid] != nil }
    }

    /// Whether an entry refers to a body that is not for one credential alone.
    package func containsShared(_ cid: CID) -> Bool {
        memory.withLock { $0.publicReferences[cid] != nil || $0.provenReferences[cid] != nil }
    }

    /// Hashes every body on disk against its CID, and removes those that are damaged with their entries.
    package func verify() async throws(StoreError) -> VerifyReport {
        var report = VerifyReport()
        for cid in memory.withLock({ memory in memory.bodies.onDisk.keys.filter(memory.bodies.isOnlyOnDisk) }) {
            guard case .sound = try await stored(cid) else {
                // It may have been deleted, or stored again, while the disk was read.
                let isCorrupt = memory.withLock { memory in
                    guard memory.bodies.isOnlyOnDisk(cid) else { return false }
                    memory.drop(damaged: cid)
                    return true
                }
                if isCorrupt { report.corrupt.append(cid) }
                report.checked += isCorrupt ? 1 : 0
                continue
            }
            report.checked += 1
        }
        if !report.corrupt.isEmpty { try await flush() }
        return report
    }

    /// Reads a body from the disk; twice where that fails, since its row may have been on its way.
    private func stored(_ cid: CID) async throws(StoreError) -> BodyRows.Found {
        let limit = limits.bodyBytes
        let found = try await database.read { try BodyRows.read($0, cid, limit: limit) }
        if case .sound = found { return found }
        return try await database.read { try BodyRows.read($0, cid, limit: limit) }
    }
}

extension StoreMemory {
    /// Removes a body whose stored bytes are damaged, and the entries that answer with it.
    mutating func drop(damaged cid: CID) {
        counters.corruptBodies += 1
        for slot in entries.slots.values.filter({ $0.entry.cid == cid }) { remove(slot.entry.key) }
        bodies.drop(damaged: cid)
    }
}

/// Reads bodies.
enum BodyRows {
    enum Found: Sendable {
        /// The body, and its bytes as the row holds them where that is the gzip format.
        case sound(Body, packed: [UInt8]?)
        case damaged
        case missing
    }

    static func read(_ database: Database, _ cid: CID, limit: Int) throws -> Found {
        let sql = "SELECT format, size, data FROM body WHERE cid = ?"
        let statement = try database.cachedStatement(sql: sql)
        guard let row = try Row.fetchOne(statement, arguments: [Data(cid.bytes)]) else { return .missing }
        let packed = PackedBytes(format: row.integer(0), size: row.integer(1), data: row.blob(2))
        guard let packed, let body = packed.unpacked(limit: limit).flatMap({ Body($0, claimed: cid) }) else {
            return .damaged
        }
        return .sound(body, packed: packed.gzip)
    }
}
