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
        let limit = limits.bodyBytes
        let found = try await database.read { try BodyRows.read($0, cid, limit: limit) }
        return memory.withLock { memory in
            // It may have been stored again while the disk was read.
            if let held = memory.bodies.body(cid) { return held }
            guard memory.bodies.isKnown(cid) else { return nil }
            guard case .sound(let body) = found else {
                memory.drop(damaged: cid)
                return nil
            }
            if memory.references[cid] != nil { memory.bodies.cache(body) }
            return body
        }
    }

    /// A body, if it is in memory.
    package func cachedBody(_ cid: CID) -> Body? {
        memory.withLock { $0.bodies.body(cid) }
    }

    /// Whether a public entry refers to a body: only then may it leave the node by its CID.
    package func containsPublic(_ cid: CID) -> Bool {
        memory.withLock { $0.publicReferences[cid] != nil }
    }

    /// Hashes every body on disk against its CID, and removes those that are damaged with their entries.
    package func verify() async throws(StoreError) -> VerifyReport {
        let limit = limits.bodyBytes
        var report = VerifyReport()
        for cid in memory.withLock({ Array($0.bodies.onDisk.keys) }) {
            switch try await database.read({ try BodyRows.read($0, cid, limit: limit) }) {
            case .missing where memory.withLock({ $0.bodies.inFlight[cid] != nil || !$0.bodies.isKnown(cid) }):
                continue
            case .sound:
                report.checked += 1
            case .missing, .damaged:
                report.checked += 1
                report.corrupt.append(cid)
                memory.withLock { $0.drop(damaged: cid) }
            }
        }
        if !report.corrupt.isEmpty { try await flush() }
        return report
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
        case sound(Body)
        case damaged
        case missing
    }

    static func read(_ database: Database, _ cid: CID, limit: Int) throws -> Found {
        let sql = "SELECT format, size, data FROM body WHERE cid = ?"
        guard let row = try Row.fetchOne(database, sql: sql, arguments: [Data(cid.bytes)]) else { return .missing }
        let packed = PackedBytes(format: row.integer(0), size: row.integer(1), data: row.blob(2))
        return packed?.unpacked(limit: limit).flatMap { Body($0, claimed: cid) }.map(Found.sound) ?? .damaged
    }
}
