package import GitHubCore
package import Multiformats

/// What peers said of runs and jobs and GitHub has not confirmed yet, so that whoever lied is known when it answers.
package struct Hearsay: Sendable {
    /// How much is remembered.
    package struct Limits: Hashable, Sendable {
        /// Runs and jobs; past it nothing more is remembered until some are settled or forgotten.
        package var objects = 2048
        /// Words about one of them; past it no more.
        package var words = 32
        /// How long a word is remembered, in milliseconds.
        package var memory: Int64 = 3_600_000

        /// The defaults.
        package init() {}
    }

    private struct Word: Sendable {
        let author: PeerID
        let claim: StateClaim
    }

    private let limits: Limits
    private var words: [ObjectID: [Word]] = [:]
    /// Before this none of the words is to be forgotten.
    private var nextForgetting: Timestamp?

    /// Nothing was said.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Takes note of what a peer said, once it is believed.
    package mutating func heard(_ event: WorkflowEvent, from author: PeerID, now: Timestamp) {
        guard event.authority == .peer else { return }
        if words[event.id] == nil, words.count >= limits.objects { forget(now) }
        guard words[event.id] != nil || words.count < limits.objects else { return }
        let known = words[event.id] ?? []
        let isKnown = known.contains { $0.author == author && $0.claim.cid == event.body.cid }
        guard known.count < limits.words, !isKnown else { return }
        words[event.id] = known + [Word(author: author, claim: event.claim)]
    }

    /// Holds GitHub's own answer against what was said.
    ///
    /// An answer may be a little behind; only what was said well before the question can be told to be wrong.
    ///
    /// - Parameter answer: What GitHub answered for exactly this run or job.
    /// - Returns: Who had claimed to know something newer.
    package mutating func settle(by answer: WorkflowEvent) -> Set<PeerID> {
        guard answer.authority == .github, let said = words[answer.id] else { return [] }
        let isEarly = { (word: Word) in
            word.claim.asOf.advanced(byMilliseconds: StateClaim.Patience.answers) <= answer.asOf
        }
        let later = said.filter { !isEarly($0) }
        words[answer.id] = later.isEmpty ? nil : later
        let wrong = said.filter { word in
            guard isEarly(word) else { return false }
            let order = word.claim.version.order(
                against: answer.version,
                status: word.claim.status,
                otherStatus: answer.object.status ?? ""
            )
            return order == .newer
        }
        return Set(wrong.map(\.author))
    }

    private mutating func forget(_ now: Timestamp) {
        if let nextForgetting, now < nextForgetting { return }
        words = words.filter { $0.value.contains { end(of: $0) > now } }
        nextForgetting = words.values.compactMap { $0.map(end(of:)).max() }.min()
    }

    private func end(of word: Word) -> Timestamp {
        word.claim.asOf.advanced(byMilliseconds: limits.memory)
    }
}
