package import GitHubCore
package import Multiformats

/// Whom this node compares itself with, and when: one at a time, so that a healed split is no storm.
///
/// The first peer is asked at once, since a node that joins has nothing. Whoever is met later is asked after a moment of
/// its own for each; once a few in a row had nothing new, the rest of them is not asked. From time to time any one peer
/// is, so that what neither gossip nor a meeting brought comes all the same. Whoever learnt something after its first
/// comparison invites others, since what comes so is not gossiped: news cross a healed split from peer to peer. Time is
/// that of any monotonic clock, and chance is given as a number from 0 up to 1.
package struct SyncPlan: Sendable {
    /// The delays and bounds.
    package struct Limits: Hashable, Sendable {
        /// The longest moment that a peer which was met later waits.
        package var spread = Duration.seconds(2)
        /// How often any peer is asked; up to as much again, by chance.
        package var interval = Duration.seconds(60)
        /// The least time between two comparisons of what is newly followed: who reads one repository after the other has
        /// them compared together.
        package var gathering = Duration.seconds(1)
        /// The pause before a peer is asked again that failed, doubled each time.
        package var pause = Duration.seconds(1)
        /// How often a peer may fail before it is left alone until it is met again.
        package var failures = 5
        /// The least time between two comparisons with a peer that invites.
        package var quiet = Duration.seconds(2)
        /// Peers that are invited after something was learnt.
        package var invitations = 8
        /// Peers in a row that had nothing new, after which the rest is not asked.
        package var enough = 3

        /// The defaults.
        package init() {}
    }

    /// A comparison with one peer.
    package struct Round: Hashable, Sendable {
        /// The peer.
        package let peer: PeerID
        /// What is compared; nil for everything that is followed.
        package let repositories: Set<RepositoryName>?
    }

    /// How a round ended.
    package enum Outcome: Hashable, Sendable {
        /// Everything was compared, and this many items came.
        case complete(brought: Int)
        /// The peer was lost, or gave no answer; what it gave until then is kept.
        case interrupted
    }

    private struct Known: Sendable {
        /// When it is to be asked about everything; nil where it need not be.
        var dueAt: Duration?
        var failures = 0
        /// When it was last asked.
        var askedAt: Duration?
    }

    private let limits: Limits
    private var peers: [PeerID: Known] = [:]
    /// What is followed now.
    package private(set) var followed: Set<RepositoryName> = []
    /// Repositories that are followed since the last round began.
    private var fresh: Set<RepositoryName> = []
    /// When such may be compared.
    private var freshDueAt = Duration.zero
    private var current: Round?
    /// Nothing was compared completely yet.
    private var isCold = true
    private var agreeing = 0
    private var nextAny: Duration?

    /// A plan for a node that knows nobody.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// A member is connected.
    package mutating func met(_ peer: PeerID, now: Duration, chance: Double) {
        let moment = self.isCold ? now : now + self.limits.spread * chance
        self.peers[peer] = Known(dueAt: moment)
        // The others may have been somewhere else, too.
        self.agreeing = 0
        if self.nextAny == nil { self.nextAny = now + self.limits.interval * (1 + chance) }
    }

    /// A member says that it has news.
    package mutating func invited(by peer: PeerID, now: Duration, chance: Double) {
        guard let known = self.peers[peer], known.dueAt == nil else { return }
        let soonest = known.askedAt.map { $0 + self.limits.quiet } ?? now
        self.peers[peer]?.dueAt = max(now + self.limits.spread * chance / 4, soonest)
        self.agreeing = 0
    }

    /// A member has gone.
    package mutating func lost(_ peer: PeerID) {
        self.peers[peer] = nil
    }

    /// The repositories that are followed from now on.
    package mutating func follow(_ repositories: Set<RepositoryName>) {
        self.fresh = self.fresh.union(repositories.subtracting(self.followed)).intersection(repositories)
        self.followed = repositories
    }

    /// When there may be something to do, or nil.
    package var wakeAt: Duration? {
        guard self.current == nil, !self.followed.isEmpty, !self.peers.isEmpty else { return nil }
        let fresh = self.fresh.isEmpty ? nil : self.freshDueAt
        return (self.peers.values.map(\.dueAt) + [self.nextAny, fresh]).compactMap(\.self).min()
    }

    /// The round to begin now, if any.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - chance: Picks the peer where any will do.
    ///   - following: How many of some repositories a peer follows, as far as that is known.
    /// - Returns: The round; nil while another is under way, and where there is nobody to ask or nothing to ask for.
    package mutating func next(
        now: Duration,
        chance: Double,
        following: (PeerID, Set<RepositoryName>) -> Int
    ) -> Round? {
        guard self.current == nil, !self.followed.isEmpty else { return nil }
        if let nextAny, nextAny <= now {
            self.nextAny = now + self.limits.interval * (1 + chance)
            let able = self.peers.filter { $0.value.failures < self.limits.failures }.keys.sorted()
            if !able.isEmpty { self.peers[able[Int(chance * Double(able.count)) % able.count]]?.dueAt = now }
        }
        let due = self.peers.filter { $0.value.dueAt.map { $0 <= now } ?? false }.keys
        if let peer = Self.best(due, for: self.followed, following) {
            self.peers[peer]?.dueAt = nil
            self.peers[peer]?.askedAt = now
            self.fresh = []
            self.current = Round(peer: peer, repositories: nil)
        } else if !self.fresh.isEmpty, self.freshDueAt <= now {
            // Whoever follows them has them; where nobody does, nobody is asked.
            let able = self.peers.filter { $0.value.failures == 0 }.keys.filter { following($0, self.fresh) > 0 }
            if let peer = Self.best(able, for: self.fresh, following) {
                self.current = Round(peer: peer, repositories: self.fresh)
            }
            self.fresh = []
            self.freshDueAt = now + self.limits.gathering
        }
        return self.current
    }

    /// The round is over.
    ///
    /// - Parameters:
    ///   - outcome: How it ended.
    ///   - now: The time.
    ///   - chance: Picks whom to invite.
    /// - Returns: The peers to invite, since something was learnt.
    package mutating func ended(_ outcome: Outcome, now: Duration, chance: Double) -> [PeerID] {
        guard let round = self.current else { return [] }
        self.current = nil
        defer { self.settle(outcome, of: round, now: now) }
        // A node that joins lacks what all others have.
        guard case .complete(1...) = outcome, !self.isCold else { return [] }
        let others = self.peers.keys.filter { $0 != round.peer }.sorted()
        let first = Int(chance * Double(others.count))
        return Array((others[first...] + others[..<first]).prefix(self.limits.invitations))
    }

    private mutating func settle(_ outcome: Outcome, of round: Round, now: Duration) {
        switch outcome {
        case .complete(let brought):
            self.peers[round.peer]?.failures = 0
            guard round.repositories == nil else { return }
            self.isCold = false
            self.agreeing = brought == 0 ? self.agreeing + 1 : 0
            guard self.agreeing >= self.limits.enough else { return }
            for peer in self.peers.keys { self.peers[peer]?.dueAt = nil }
        case .interrupted:
            if let repositories = round.repositories { self.fresh.formUnion(repositories) }
            if let known = self.peers[round.peer] {
                let failures = known.failures + 1
                let pause = self.limits.pause * (1 << min(failures - 1, 10))
                self.peers[round.peer] = Known(
                    dueAt: failures < self.limits.failures ? now + pause : nil,
                    failures: failures,
                    askedAt: known.askedAt
                )
            }
            // What is missing may be had from anyone.
            guard round.repositories == nil else { return }
            let others = self.peers.filter { $0.key != round.peer && $0.value.failures == 0 }.keys.sorted()
            if let other = others.first { self.peers[other]?.dueAt = now }
        }
    }

    private static func best(
        _ peers: some Sequence<PeerID>,
        for repositories: Set<RepositoryName>,
        _ following: (PeerID, Set<RepositoryName>) -> Int
    ) -> PeerID? {
        peers.map { (peer: $0, count: following($0, repositories)) }
            .max { ($0.count, $1.peer) < ($1.count, $0.peer) }?.peer
    }
}
