import Synchronization

extension PubSub {
    /// What came by gossip so far.
    package struct Counts: Hashable, Sendable {
        /// Messages, each as often as it came.
        package let copies: Int
        /// Messages that were new and had to be judged.
        package let messages: Int
    }

    /// Counts what comes.
    final class Tally: Sendable {
        private let copies = Atomic(0)
        private let messages = Atomic(0)

        func noteCopies(_ count: Int) { self.copies.add(count, ordering: .relaxed) }

        func noteMessage() { self.messages.add(1, ordering: .relaxed) }

        var counts: Counts {
            Counts(copies: self.copies.load(ordering: .relaxed), messages: self.messages.load(ordering: .relaxed))
        }
    }

    /// What came by gossip so far.
    package var counts: Counts { self.tally.counts }
}
