package import Multiformats

/// Decides which connections go when there are more than are needed.
///
/// Two reasons: this node opened a connection for one errand, which is done; or there are more peers than the upper mark,
/// and they go down to the lower one. What is young, and whom somebody needs, stays.
package struct Trimmer: Sendable {
    /// What a peer is worth to this node, the least first.
    package enum Worth: Int, Comparable, Sendable {
        /// Nobody asked for it.
        case nothing
        /// It speaks what this node speaks.
        case useful
        /// It is a member.
        case member
        /// Messages run through it, or it is to be connected always: it is never trimmed.
        case needed

        /// Orders by worth.
        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// One peer that is connected.
    package struct Candidate: Sendable {
        /// Who.
        package let peer: PeerID
        /// Since when; of an errand, since its last question.
        package let age: Duration
        /// Whether this node dialled it for an errand only.
        package let isErrand: Bool
        /// What it is worth.
        package let worth: Worth

        /// Describes a connected peer.
        package init(peer: PeerID, age: Duration, isErrand: Bool, worth: Worth) {
            self.peer = peer
            self.age = age
            self.isErrand = isErrand
            self.worth = worth
        }
    }

    /// The marks.
    package struct Limits: Sendable {
        /// Peers above which some are let go.
        package var high = 160
        /// Peers that are left then.
        package var low = 128
        /// Peers down to which errands are ended.
        package var wanted = 24
        /// How long a connection is left alone.
        package var grace: Duration = .seconds(30)
        /// How long the connection of an errand is after its last question; the next one may be for the same peer.
        package var errandGrace: Duration = .seconds(5)

        /// The defaults.
        package init() {}
    }

    private let limits: Limits

    /// Takes the marks.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whom to let go, in this order.
    package func excess(among candidates: [Candidate]) -> [PeerID] {
        let free = candidates.filter {
            $0.worth < .needed && $0.age >= ($0.isErrand ? self.limits.errandGrace : self.limits.grace)
        }
        // The least worth first; among equals the youngest, since the old ones have proven themselves.
        let order = free.sorted { ($0.worth, $0.age, $0.peer) < ($1.worth, $1.age, $1.peer) }
        let errands = order.filter(\.isErrand).prefix(max(0, candidates.count - self.limits.wanted))
        let left = candidates.count - errands.count
        guard left > self.limits.high else { return errands.map(\.peer) }
        let ended = Set(errands.map(\.peer))
        let others = order.filter { !ended.contains($0.peer) }.prefix(left - self.limits.low)
        return (errands + others).map(\.peer)
    }
}
