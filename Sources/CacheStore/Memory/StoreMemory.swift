import CacheCore
import GitHubCore
import Multiformats

/// Everything the store holds in memory; the lock around it is the store's.
struct StoreMemory {
    let limits: CacheStore.Limits
    let maxEntries: Int
    let maxInbox: Int

    var entries = EntryIndex()
    var states = StateIndex()
    var visibilities: [RepositoryName: Visibility] = [:]
    var proofs = ProofBook()
    var names: NameBook
    var bodies: BodyTier
    /// How many entries and states refer to a body.
    var references: [CID: Int] = [:]
    /// How many public entries refer to a body.
    var publicReferences: [CID: Int] = [:]
    /// How many entries refer to a body that are for whoever proves access.
    var provenReferences: [CID: Int] = [:]
    /// When resources were last read that are not stored now.
    var unstoredReads: [ResourceKey: Timestamp] = [:]

    /// Deliveries that are not done, with their stored sizes.
    var pending: [InboxID: Int] = [:]
    var pendingBytes = 0
    var outbox: Set<OutboxID> = []
    var nextOutboxNumber: Int64 = 1
    var hooks: [Scope: StoredHook] = [:]
    var appLog: StoredLog?
    var peers: [StoredPeer.Key: StoredPeer] = [:]
    var prewarms: [String: PrewarmRecord] = [:]

    var unsaved = Unsaved()
    var inserts: [WaitingInsert] = []
    /// Compressed bytes of the deliveries that wait for a transaction.
    var waitingBytes = 0
    var insertsInFlight = 0
    var waiters: [Waiter] = []
    var commitsWithoutChanges = 0
    var settledSinceTrim = 0
    /// Whether the writer pauses after a failure, and which.
    var pause: StoreError?
    var isWriting = false
    var isClosed = false
    var counters = StoreStatistics()

    init(configuration: CacheStore.Configuration) {
        limits = configuration.limits
        names = NameBook(limits: configuration.limits.names)
        maxEntries = max(1, configuration.maxEntries)
        maxInbox = max(1, configuration.maxInbox)
        bodies = BodyTier(capacity: max(0, configuration.maxMemoryBytes))
    }

    var statistics: StoreStatistics {
        var result = counters
        result.entries = entries.slots.count
        result.states = states.states.count
        result.proofs = proofs.count
        result.bodiesOnDisk = bodies.onDisk.count
        result.bodyBytesOnDisk = bodies.diskBytes
        result.bodyBytesInMemory = bodies.cachedBytes
        result.unsavedBytes = bodies.unsavedBytes
        result.pendingDeliveries = pending.count
        result.waitingDeliveries = inserts.count + insertsInFlight
        result.outboxItems = outbox.count
        return result
    }
}

/// A delivery that waits for its transaction.
struct WaitingInsert: Sendable {
    let scope: String
    let id: DeliveryID
    let event: String
    let hookID: Int64?
    let receivedAt: Timestamp
    let body: PackedBytes
    let continuation: CheckedContinuation<Result<InboxResult, StoreError>, Never>
}

/// Someone who waits until what changed is saved.
typealias Waiter = CheckedContinuation<Result<Void, StoreError>, Never>
