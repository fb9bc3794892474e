package import CacheCore

extension CacheStore {
    /// Where the store lies and how much it may hold.
    package struct Configuration: Sendable {
        /// The directory of its files, made if it is missing; nil keeps everything in memory.
        package var directory: String?
        /// Entries held; past it the least recently read go.
        package var maxEntries: Int
        /// Bytes of bodies held in memory in front of the disk.
        package var maxMemoryBytes: Int
        /// Deliveries waiting; past it new ones are refused.
        package var maxInbox: Int
        /// The further bounds.
        package var limits: Limits

        /// A configuration; by default one in memory with the documented bounds.
        package init(
            directory: String? = nil,
            maxEntries: Int = 10_000,
            maxMemoryBytes: Int = 64 << 20,
            maxInbox: Int = 65_536,
            limits: Limits = Limits()
        ) {
            self.directory = directory
            self.maxEntries = maxEntries
            self.maxMemoryBytes = maxMemoryBytes
            self.maxInbox = maxInbox
            self.limits = limits
        }
    }

    /// The bounds that nobody needs to set.
    package struct Limits: Sendable {
        /// Remembered states; past it the oldest go.
        package var states = 50_000
        /// How long a state is remembered that nothing names any more, in seconds.
        package var stateHorizonSeconds = 7 * 86_400
        /// Repositories whose visibility is remembered.
        package var visibilities = 20_000
        /// Proofs; past it the oldest go, and are shown anew.
        package var proofs = 20_000
        /// How long a proof is kept, in seconds: the time it holds, with the grace of an outage.
        package var proofSeconds = 4200
        /// Withdrawals of proofs remembered against answers that were asked for before them.
        package var withdrawals = 4096
        /// How long an answer may be under way, in seconds.
        package var withdrawalSeconds = 300
        /// Names that are remembered, and for how long.
        package var names = NameBook.Limits()
        /// Times of reads remembered of resources that are not stored.
        package var unstoredReads = 10_000
        /// Bytes of one body.
        package var bodyBytes = 32 << 20
        /// Bytes of one delivery.
        package var deliveryBytes = 26 << 20
        /// Compressed bytes of all bodies on disk; past it the least recently read entries go.
        package var diskBytes = 4 << 30
        /// Bytes of bodies that wait to be saved; past it, when the disk fails for long, entries are given up.
        package var unsavedBytes = 256 << 20
        /// Compressed bytes of all deliveries that are not done; past it new ones are refused.
        package var inboxBytes = 2 << 30
        /// Compressed bytes of deliveries that wait for their transaction; past it new ones are refused.
        package var waitingBytes = 128 << 20
        /// Deliveries that share one transaction.
        package var insertsPerCommit = 512
        /// Transactions with deliveries only that may come before changes are saved, too, while deliveries wait.
        package var commitsBeforeChanges = 3
        /// Unreferenced bodies that one transaction deletes.
        package var deletionsPerCommit = 512
        /// Read times that one transaction saves.
        package var readsPerCommit = 256
        /// How long a settled delivery is remembered to recognise its duplicates, in seconds.
        package var settledSeconds = 3 * 86_400
        /// Settled deliveries remembered.
        package var settledDeliveries = 200_000
        /// Raw bytes of deliveries that one call of `pending` returns, at least one delivery.
        package var replayBytes = 32 << 20
        /// Outbox items that wait; past it new ones are kept in no table.
        package var outboxItems = 65_536
        /// Hooks.
        package var hooks = 4096
        /// Addresses of peers; past it the longest unseen go.
        package var peers = 4096
        /// Characters kept of why a delivery failed.
        package var reasonLength = 500
        /// The first pause after a failed transaction, in milliseconds; it doubles.
        package var firstRetryMilliseconds = 100
        /// The longest pause after a failed transaction, in milliseconds.
        package var lastRetryMilliseconds = 5000
        /// Attempts to save what is left when the store closes.
        package var closingAttempts = 3
        /// Seconds between two rounds of upkeep.
        package var upkeepSeconds = 60

        /// The documented bounds.
        package init() {}
    }
}
