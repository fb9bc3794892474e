package import Multiformats

/// The store's figures.
package struct StoreStatistics: Hashable, Sendable {
    /// Entries held.
    package var entries = 0
    /// States remembered.
    package var states = 0
    /// Proofs held.
    package var proofs = 0
    /// Bodies on disk.
    package var bodiesOnDisk = 0
    /// Their compressed bytes.
    package var bodyBytesOnDisk = 0
    /// Bytes of bodies in memory that the disk has, too.
    package var bodyBytesInMemory = 0
    /// Bytes of bodies that wait to be saved.
    package var unsavedBytes = 0
    /// Deliveries accepted and not yet done.
    package var pendingDeliveries = 0
    /// Deliveries that wait for their transaction.
    package var waitingDeliveries = 0
    /// Outbox items that are not settled.
    package var outboxItems = 0
    /// Transactions saved since the start.
    package var commits = 0
    /// Transactions that failed.
    package var failedCommits = 0
    /// Deliveries accepted since the start.
    package var acceptedDeliveries = 0
    /// Entries that went to make room.
    package var evictions = 0
    /// Bodies that were not what their CID says.
    package var corruptBodies = 0
    /// Changes not taken: too large, or without their body.
    package var refusedChanges = 0
    /// Whether the last transaction failed, so that nothing is being saved.
    package var isFailing = false

    /// All zero.
    package init() {}
}

/// What a check of every stored body found.
package struct VerifyReport: Hashable, Sendable {
    /// Bodies checked.
    package var checked = 0
    /// Those that were damaged; they and their entries are removed.
    package var corrupt: [CID] = []

    /// Nothing checked.
    package init() {}
}
