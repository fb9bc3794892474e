import CacheCore
import Multiformats

/// The bodies in memory, in front of the disk, and what is known of those on it.
///
/// A body that waits to be saved stays in memory whatever happens; of the others the least recently used go first.
/// Beside a body lie the compressed bytes that its row holds, where they went through memory: readers take them so.
struct BodyTier {
    /// A body, and its bytes in the gzip format.
    private struct Held {
        let body: Body
        var packed: [UInt8]?

        var size: Int { body.bytes.count + (packed?.count ?? 0) }
    }

    let capacity: Int
    /// Bodies that the disk has, too.
    private var cached: [CID: Held] = [:]
    private var recency = RecencyList<CID>()
    private(set) var cachedBytes = 0
    /// Bodies that no transaction holds yet.
    private(set) var unsaved: [CID: Body] = [:]
    /// Bodies in the transaction that is under way.
    private(set) var inFlight: [CID: Body] = [:]
    private(set) var unsavedBytes = 0
    /// Bodies on disk, or on their way in the transaction under way, with their stored size.
    private(set) var onDisk: [CID: Int] = [:]
    private(set) var diskBytes = 0
    /// Bodies that may have no reference left; the next transactions delete those that still have none.
    private var unreferenced: Set<CID> = []
    /// Rows to delete whether referred to or not: their bytes are damaged.
    private var damaged: Set<CID> = []

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Whether a row is to be deleted or a body saved.
    var hasChanges: Bool { !unsaved.isEmpty || !unreferenced.isEmpty || !damaged.isEmpty }

    func isKnown(_ cid: CID) -> Bool { onDisk[cid] != nil || unsaved[cid] != nil }

    /// Whether the disk must have a body: no transaction that is still to come, or under way, brings it.
    func isOnlyOnDisk(_ cid: CID) -> Bool { onDisk[cid] != nil && inFlight[cid] == nil && unsaved[cid] == nil }

    /// Bytes on disk that the next transactions will free.
    func deletableBytes(references: [CID: Int]) -> Int {
        unreferenced.reduce(0) { $0 + (references[$1] != nil ? 0 : onDisk[$1] ?? 0) }
    }

    /// The body, if it is in memory.
    mutating func body(_ cid: CID) -> Body? {
        if let body = unsaved[cid] ?? inFlight[cid] { return body }
        guard let held = cached[cid] else { return nil }
        recency.use(cid)
        return held.body
    }

    /// The body, if it is in memory; that does not count as a use.
    func peek(_ cid: CID) -> Body? { unsaved[cid] ?? inFlight[cid] ?? cached[cid]?.body }

    /// The body in the gzip format, if it is in memory like that.
    func packed(_ cid: CID) -> [UInt8]? { cached[cid]?.packed }

    /// Takes a body that an entry is about to refer to.
    mutating func keep(_ body: Body) {
        if isKnown(body.cid) {
            cache(body)
        } else {
            unsaved[body.cid] = body
            unsavedBytes += body.bytes.count
        }
    }

    /// Holds a body that the disk has, as long as there is room.
    mutating func cache(_ body: Body, packed: [UInt8]? = nil) {
        let held = Held(body: body, packed: packed ?? cached[body.cid]?.packed)
        guard unsaved[body.cid] == nil, inFlight[body.cid] == nil, held.size <= capacity else { return }
        cachedBytes += held.size - (cached.updateValue(held, forKey: body.cid)?.size ?? 0)
        recency.use(body.cid)
        while cachedBytes > capacity, let oldest = recency.oldest { uncache(oldest) }
    }

    /// Forgets a body that nothing refers to any more.
    mutating func release(_ cid: CID) {
        uncache(cid)
        if let body = unsaved.removeValue(forKey: cid) { unsavedBytes -= body.bytes.count }
        if onDisk[cid] != nil { unreferenced.insert(cid) }
    }

    /// Forgets a body whose stored bytes are damaged.
    mutating func drop(damaged cid: CID) {
        uncache(cid)
        guard forget(onDisk: cid) else { return }
        damaged.insert(cid)
    }

    /// Notes a body that the disk was found to hold.
    mutating func note(onDisk cid: CID, size: Int) {
        diskBytes += size - (onDisk.updateValue(size, forKey: cid) ?? 0)
    }

    /// Notes a stored body as a candidate for deletion.
    mutating func markUnreferenced(_ cid: CID) {
        unreferenced.insert(cid)
    }

    private mutating func uncache(_ cid: CID) {
        guard let held = cached.removeValue(forKey: cid) else { return }
        cachedBytes -= held.size
        recency.remove(cid)
    }

    private mutating func forget(onDisk cid: CID) -> Bool {
        guard let size = onDisk.removeValue(forKey: cid) else { return false }
        diskBytes -= size
        return true
    }
}

extension BodyTier {
    /// What one transaction does to the bodies on disk.
    struct Share {
        var saved: [Body] = []
        /// Deleted rows with their sizes, in case the transaction fails.
        var deleted: [(cid: CID, size: Int)] = []
        var damaged: Set<CID> = []
    }

    /// Hands what is to be saved and deleted to a transaction; what is referred to stays.
    mutating func take(deletions: Int, references: [CID: Int]) -> Share {
        var share = Share(saved: Array(unsaved.values), damaged: damaged)
        damaged = []
        for cid in unreferenced.prefix(deletions) {
            unreferenced.remove(cid)
            guard references[cid] == nil, let size = onDisk[cid] else { continue }
            _ = forget(onDisk: cid)
            share.deleted.append((cid, size))
        }
        inFlight = unsaved
        unsaved = [:]
        for cid in inFlight.keys { note(onDisk: cid, size: 0) }
        return share
    }

    /// The transaction is on disk: its bodies may now leave memory.
    mutating func saved(_ packed: [CID: PackedBytes], references: [CID: Int]) {
        let bodies = inFlight
        inFlight = [:]
        for (cid, body) in bodies {
            unsavedBytes -= body.bytes.count
            if onDisk[cid] != nil { note(onDisk: cid, size: packed[cid]?.data.count ?? 0) }
            if references[cid] != nil { cache(body, packed: packed[cid]?.gzip) }
        }
    }

    /// The transaction failed: everything is as it was before.
    mutating func giveBack(_ share: Share, references: [CID: Int]) {
        let bodies = inFlight
        inFlight = [:]
        for (cid, body) in bodies {
            _ = forget(onDisk: cid)
            unreferenced.remove(cid)
            if references[cid] != nil, unsaved[cid] == nil {
                unsaved[cid] = body
            } else {
                unsavedBytes -= body.bytes.count
            }
        }
        for (cid, size) in share.deleted where unsaved[cid] == nil {
            note(onDisk: cid, size: size)
            unreferenced.insert(cid)
        }
        damaged.formUnion(share.damaged)
    }
}
