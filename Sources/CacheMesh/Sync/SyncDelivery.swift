import CacheCore
import Multiformats

/// Hands batches to the node, one at a time: the next is judged while the last is taken in.
struct SyncDelivery {
    let author: PeerID
    let batches: AsyncStream<PeerBatch>.Continuation
    /// The time in which the node takes a batch in.
    let patience: Duration
    /// Ends when the last batch is taken in.
    private var pending: AsyncStream<Void>?
    /// The bodies of the last batch, which may not be in the store yet.
    private(set) var bodies: [CID: Body] = [:]

    init(author: PeerID, batches: AsyncStream<PeerBatch>.Continuation, patience: Duration) {
        self.author = author
        self.batches = batches
        self.patience = patience
    }

    /// Hands a batch over once the last one is taken in.
    mutating func hand(over announcements: [Announcement], bodies: [CID: Body]) async throws {
        guard !announcements.isEmpty else { return }
        try await self.settle()
        let (taken, continuation) = AsyncStream.makeStream(of: Void.self)
        self.pending = taken
        self.bodies = bodies
        self.batches.yield(
            PeerBatch(author: self.author, announcements: announcements, taken: { continuation.finish() })
        )
    }

    /// Returns once the last batch is taken in.
    mutating func settle() async throws {
        guard let pending else { return }
        self.pending = nil
        try await withDeadline(self.patience) { for await _ in pending {} }
    }
}
