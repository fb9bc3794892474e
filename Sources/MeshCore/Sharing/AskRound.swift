package import Multiformats

/// One question to several peers: the best known are asked at once, the others when these are slow or have nothing.
///
/// It ends as soon as nobody can add anything: everyone answered, or a copy is here and those who were asked with its
/// giver had a short while to give a newer one.
package struct AskRound: Sendable {
    /// What an answer changes.
    package enum Step: Hashable, Sendable {
        /// Wait for more.
        case wait
        /// Ask these too.
        case ask([PeerID])
        /// A first copy is here: whoever else was asked gets a short while only.
        case hurry
        /// Nobody can add anything.
        case end
    }

    private var waiting: ArraySlice<PeerID>
    private var asked: Set<PeerID> = []
    private let width: Int
    private var hasCopy = false
    /// Everyone who was asked has nothing, and nobody is left to ask.
    package private(set) var isAbsent = false
    /// Whether anybody who was asked gave no answer.
    private var isOpen = false

    /// Prepares a question.
    ///
    /// - Parameters:
    ///   - peers: Whom it goes to, the best known first.
    ///   - width: How many are asked at a time.
    package init(_ peers: [PeerID], width: Int) {
        self.waiting = peers[...]
        self.width = max(1, width)
    }

    /// Those to ask next; none where all are asked or a copy is here.
    package mutating func next() -> [PeerID] {
        guard !self.hasCopy else { return [] }
        let wave = self.waiting.prefix(self.width)
        self.waiting = self.waiting.dropFirst(wave.count)
        self.asked.formUnion(wave)
        return Array(wave)
    }

    /// Whether there are more to ask.
    package var hasMore: Bool { !self.hasCopy && !self.waiting.isEmpty }

    /// A peer answered.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - answer: Whether it gave a copy that counts; nil where it gave no answer.
    /// - Returns: What to do about it.
    package mutating func answered(_ peer: PeerID, _ answer: Bool?) -> Step {
        guard self.asked.remove(peer) != nil else { return .wait }
        self.isOpen = self.isOpen || answer == nil
        let isFirst = answer == true && !self.hasCopy
        self.hasCopy = self.hasCopy || answer == true
        if self.asked.isEmpty {
            let more = self.next()
            if !more.isEmpty { return .ask(more) }
            self.isAbsent = !self.hasCopy && !self.isOpen
            return .end
        }
        return isFirst ? .hurry : .wait
    }
}
