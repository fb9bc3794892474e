import CacheCore
import GitHubCore
import Multiformats

/// What changed in memory since the last transaction, by name: the values are read when the next one is made up, so
/// that a thing that changes often is saved once, and what waits is bounded by what is held.
struct Unsaved: Sendable {
    /// How a delivery ended.
    struct Mark: Sendable {
        let id: InboxID
        /// Why it failed; nil where it is done.
        let failure: String?
        let at: Timestamp
    }

    /// Rows of entries with their keys; a row whose key is nil or has another row by now is deleted.
    var entries: [Int64: ResourceKey?] = [:]
    var states: Set<ObjectID> = []
    var visibilities: Set<RepositoryName> = []
    var proofs: Set<Proof.Subject> = []
    var names: Set<NameKey> = []
    var reads: Set<ResourceKey> = []
    var marks: [Mark] = []
    /// Deliveries that are begun after a start.
    var begun: [InboxID] = []
    var outbox: [OutboxID: OutboxItem] = [:]
    var settled: Set<OutboxID> = []
    var hooks: Set<Scope> = []
    /// Whether the log of the GitHub App was read further.
    var hasAppLog = false
    /// Hooks that have another scope now, whose deliveries go with them.
    var renamedScopes: [(former: Scope, scope: Scope)] = []
    var peers: Set<StoredPeer.Key> = []
    var prewarms: Set<String> = []
    /// Whether settled deliveries are to be trimmed.
    var needsTrim = false

    /// Whether nothing here asks for a transaction; times of reads alone do not.
    var isEmpty: Bool {
        entries.isEmpty && states.isEmpty && visibilities.isEmpty && proofs.isEmpty && names.isEmpty && marks.isEmpty
            && begun.isEmpty && outbox.isEmpty && settled.isEmpty && hooks.isEmpty && peers.isEmpty && prewarms.isEmpty
            && !hasAppLog && !needsTrim
    }

    /// Whether a delivery failed that may be given again any moment.
    var hasFailures: Bool { marks.contains { $0.failure != nil } }

    /// Takes back what a failed transaction held.
    mutating func merge(older: Unsaved) {
        entries.merge(older.entries) { newer, _ in newer }
        states.formUnion(older.states)
        visibilities.formUnion(older.visibilities)
        proofs.formUnion(older.proofs)
        names.formUnion(older.names)
        reads.formUnion(older.reads)
        marks = older.marks + marks
        begun = older.begun + begun
        outbox.merge(older.outbox) { newer, _ in newer }
        settled.formUnion(older.settled)
        hooks.formUnion(older.hooks)
        renamedScopes = older.renamedScopes + renamedScopes
        peers.formUnion(older.peers)
        hasAppLog = hasAppLog || older.hasAppLog
        prewarms.formUnion(older.prewarms)
        needsTrim = needsTrim || older.needsTrim
    }
}
