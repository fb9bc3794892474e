package import GitHubCore
package import Multiformats

/// Who of the nodes that hold the same job runs it this time, as one of them sees it (invariant 7).
///
/// All stand in one line, ordered anew for each run by the hash of the job, the run and the peer. The first goes at once,
/// each of the others after a bounded silence more. Whoever runs says so again and again; once it is silent for too
/// long, or says that it can do no more, the others go on in the same way. Two that run at once hear of each other, and
/// the one further back in line lets go.
package struct PrewarmRace: Hashable, Sendable {
    /// The bounds of what is waited for and remembered.
    package struct Limits: Hashable, Sendable {
        /// How long each in line waits for those before it, in milliseconds.
        package var silence: Int64 = 1000
        /// How often whoever runs says so, in milliseconds.
        package var heartbeat: Int64 = 5000
        /// After how long a silence somebody who ran counts as gone, in milliseconds.
        package var stall: Int64 = 20_000
        /// Peers whose words are remembered.
        package var peers = 256

        /// The defaults.
        package init() {}
    }

    /// What a node does about the run.
    package enum Verdict: Hashable, Sendable {
        /// It waits.
        case waits
        /// It is its turn.
        case runs
        /// A peer has run it.
        case ended(by: PeerID, at: Timestamp)
    }

    private struct Word: Hashable, Sendable {
        let phase: PrewarmWord.Phase
        let at: Timestamp
    }

    /// From when on the line moves.
    package var openedAt: Timestamp
    private let limits: Limits
    private var words: [PeerID: Word] = [:]

    /// A run that came due at a moment, of which nobody has said anything.
    package init(openedAt: Timestamp, limits: Limits = Limits()) {
        self.openedAt = openedAt
        self.limits = limits
    }

    /// Takes a peer's word.
    package mutating func hear(_ phase: PrewarmWord.Phase, by peer: PeerID, now: Timestamp) {
        let known = words[peer]?.phase
        guard known != .ended, known != nil || words.count < limits.peers, known == nil || !phase.isPresence else {
            return
        }
        words[peer] = Word(phase: phase, at: now)
    }

    /// What a node does that is ready for it since a moment, among those that hold the job too.
    package func verdict(
        on word: PrewarmWord,
        for me: PeerID,
        among holders: Set<PeerID>,
        readySince ready: Timestamp,
        now: Timestamp
    ) -> Verdict {
        if let (peer, word) = end { return .ended(by: peer, at: word.at) }
        guard now >= ready, !words.values.contains(where: { isRunning($0, now) }) else { return .waits }
        var from = max(openedAt, ready)
        let present = words.filter { $0.value.phase.isPresence }
        for word in words.values where !word.phase.isPresence {
            from = max(from, word.phase == .runs ? word.at.advanced(byMilliseconds: limits.stall) : word.at)
        }
        let line = Self.line(of: holders.subtracting(words.keys).union(present.keys).union([me]), word)
        let place = Int64(line.firstIndex(of: me) ?? line.count)
        return now >= from.advanced(byMilliseconds: place * limits.silence) ? .runs : .waits
    }

    /// Whether a node that runs lets go: a peer has ended it, or runs it too and stands before it in line.
    package func precludes(_ me: PeerID, _ word: PrewarmWord, now: Timestamp) -> Bool {
        if end != nil { return true }
        let running = Set(words.filter { isRunning($0.value, now) }.keys)
        return Self.line(of: running.union([me]), word).first != me
    }

    /// The line of some peers for one run of a job.
    package static func line(of peers: Set<PeerID>, _ word: PrewarmWord) -> [PeerID] {
        let seed = word.job.bytes + word.slot.bytes
        return peers.map { ($0, CID(hashing: seed + $0.bytes).bytes) }
            .sorted { $0.1.lexicographicallyPrecedes($1.1) }
            .map(\.0)
    }

    /// The peer that runs it now; nil where none does or it is over.
    func runner(now: Timestamp) -> PeerID? {
        end == nil ? words.filter { isRunning($0.value, now) }.keys.min() : nil
    }

    private var end: (PeerID, Word)? {
        words.filter { $0.value.phase == .ended }.min { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    private func isRunning(_ word: Word, _ now: Timestamp) -> Bool {
        word.phase == .runs && now < word.at.advanced(byMilliseconds: limits.stall)
    }
}

extension PrewarmWord.Phase {
    /// Whether it says no more than that its author would run the job.
    fileprivate var isPresence: Bool { self == .holds || self == .asks }
}
