import LibP2P
import Logging
import MeshCore
import Synchronization

/// Sends announcements: at once at an easy pace, in batches where a topic passes eight messages a second.
final class Announcer: Sendable {
    private let pubSub: PubSub
    private let logger: Logger
    private let origin = ContinuousClock.now
    private let pacer = Mutex(Pacer<[UInt8]>())
    /// Something waits for its turn.
    private let waits: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation

    init(pubSub: PubSub, logger: Logger) {
        self.pubSub = pubSub
        self.logger = logger
        (self.waits, self.wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    private var now: Duration { ContinuousClock.now - self.origin }

    /// Sends a claim, now or with others of its topic.
    func announce(_ claim: Claim, on topic: String) {
        let encoded = claim.encoded
        let (batches, isWaiting) = self.pacer.withLock { pacer in
            let batches = pacer.add(encoded, size: encoded.count + 8, to: topic, now: self.now)
            return (batches, pacer.nextDue != nil)
        }
        if isWaiting { self.wake.yield() }
        self.send(batches)
    }

    /// Sends what waits when its turn comes, until it is cancelled.
    func run() async {
        for await _ in self.waits {
            while let next = self.pacer.withLock(\.nextDue) {
                guard (try? await Task.sleep(until: self.origin + next, clock: .continuous)) != nil else { return }
                self.send(self.pacer.withLock { $0.due(now: self.now) })
            }
        }
    }

    private func send(_ batches: [Pacer<[UInt8]>.Batch]) {
        for batch in batches {
            do {
                try self.pubSub.publish(Claim.batch(batch.items), to: batch.topic)
            } catch {
                self.logger.warning("An announcement cannot be sent", metadata: ["error": "\(error)"])
            }
        }
    }
}
