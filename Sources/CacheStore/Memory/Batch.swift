import CacheCore
import GitHubCore
import Multiformats

/// What one transaction saves.
struct Batch: Sendable {
    var inserts: [WaitingInsert]
    var waiters: [Waiter] = []
    /// By name, to be given back if the transaction fails.
    var unsaved = Unsaved()
    var bodies = BodyTier.Share()
    var removedRows: [Int64] = []
    var slots: [EntryIndex.Slot] = []
    var states: [ObjectState] = []
    var forgotten: [ObjectID] = []
    var visibilities: [Visibility] = []
    var unseen: [RepositoryName] = []
    var proofs: [Proof] = []
    var withdrawn: [Proof.Subject] = []
    var names: [(key: NameKey, known: KnownName?)] = []
    var hooks: [StoredHook] = []
    var removedHooks: [Scope] = []
    var appLog: StoredLog?
    var peers: [StoredPeer] = []
    var removedPeers: [StoredPeer.Key] = []
    var prewarms: [PrewarmRecord] = []
    var removedPrewarms: [String] = []

    init(inserts: [WaitingInsert]) {
        self.inserts = inserts
    }

    /// What the transaction found.
    struct Outcome: Sendable {
        /// The numbers of accepted deliveries; nil for a duplicate.
        var accepted: [InboxID?] = []
        /// The bodies as they were stored.
        var packed: [CID: PackedBytes] = [:]
    }
}

extension StoreMemory {
    private var hasChanges: Bool { !unsaved.isEmpty || bodies.hasChanges }

    /// Makes up the next transaction, or nil where nothing waits.
    ///
    /// While deliveries wait, changes are left for later a few times: that keeps the way to a 202 short and saves once
    /// what a burst changes often. A failed delivery's mark goes with the next one always, since the same delivery may
    /// be given again any moment.
    mutating func takeBatch(closing: Bool) -> Batch? {
        guard !inserts.isEmpty || !waiters.isEmpty || hasChanges || (closing && !unsaved.reads.isEmpty) else {
            return nil
        }
        var batch = Batch(inserts: Array(inserts.prefix(limits.insertsPerCommit)))
        inserts.removeFirst(batch.inserts.count)
        insertsInFlight = batch.inserts.count
        waitingBytes -= batch.inserts.reduce(0) { $0 + $1.body.data.count }
        let mayWait =
            waiters.isEmpty && !unsaved.hasFailures && commitsWithoutChanges < limits.commitsBeforeChanges
            && bodies.unsavedBytes < limits.unsavedBytes / 2
        if !batch.inserts.isEmpty && mayWait {
            commitsWithoutChanges += hasChanges ? 1 : 0
        } else {
            commitsWithoutChanges = 0
            takeChanges(into: &batch)
        }
        return batch
    }

    private mutating func takeChanges(into batch: inout Batch) {
        batch.waiters = waiters
        waiters = []
        var taken = Unsaved()
        swap(&taken, &unsaved)
        entries.noteTaken()
        if taken.reads.count > limits.readsPerCommit, !isClosed {
            let later = Set(taken.reads.dropFirst(limits.readsPerCommit))
            unsaved.reads = later
            taken.reads.subtract(later)
        }
        // A thing that was sent before it was ever saved needs no row.
        for id in taken.settled where taken.outbox.removeValue(forKey: id) != nil { taken.settled.remove(id) }
        for (row, key) in taken.entries {
            if let key, let slot = entries.slots[key], slot.row == row {
                batch.slots.append(slot)
            } else {
                batch.removedRows.append(row)
            }
        }
        for key in taken.reads {
            guard let slot = entries.slots[key], taken.entries[slot.row] == nil else { continue }
            batch.slots.append(slot)
        }
        batch.states = taken.states.compactMap { states.states[$0] }
        batch.forgotten = taken.states.filter { states.states[$0] == nil }
        batch.visibilities = taken.visibilities.compactMap { visibilities[$0] }
        batch.unseen = taken.visibilities.filter { visibilities[$0] == nil }
        batch.proofs = taken.proofs.compactMap { subject in
            proofs.moments[subject].map { Proof(subject, provenAt: $0) }
        }
        batch.withdrawn = taken.proofs.filter { proofs.moments[$0] == nil }
        batch.names = taken.names.map { ($0, names.name($0)) }
        batch.hooks = taken.hooks.compactMap { hooks[$0] }
        batch.removedHooks = taken.hooks.filter { hooks[$0] == nil }
        batch.appLog = taken.hasAppLog ? appLog : nil
        batch.peers = taken.peers.compactMap { peers[$0] }
        batch.removedPeers = taken.peers.filter { peers[$0] == nil }
        batch.prewarms = taken.prewarms.compactMap { prewarms[$0] }
        batch.removedPrewarms = taken.prewarms.filter { prewarms[$0] == nil }
        batch.bodies = bodies.take(deletions: limits.deletionsPerCommit, references: references)
        batch.unsaved = taken
    }

    /// The transaction is on disk.
    mutating func saved(_ batch: Batch, _ outcome: Batch.Outcome, now: Timestamp) {
        insertsInFlight = 0
        for case (let insert, let id?) in zip(batch.inserts, outcome.accepted) {
            pending[id] = insert.body.data.count
            pendingBytes += insert.body.data.count
        }
        counters.acceptedDeliveries += outcome.accepted.count { $0 != nil }
        counters.commits += 1
        counters.isFailing = false
        bodies.saved(outcome.packed, references: references)
        enforceLimits(now: now)
    }

    /// The transaction failed: its changes wait again; its deliveries are refused, by whoever holds the batch.
    mutating func giveBack(_ batch: Batch) {
        insertsInFlight = 0
        counters.failedCommits += 1
        counters.isFailing = true
        unsaved.merge(older: batch.unsaved)
        bodies.giveBack(batch.bodies, references: references)
    }
}
