package import Multiformats

/// What is held against peers: points for what honest peers seldom do, forgiven one by one with time.
package struct Conduct: Sendable {
    /// How much is borne.
    package struct Limits: Hashable, Sendable {
        /// Points at which a peer is not borne any more.
        package var points = 12
        /// The time in which one point is forgiven.
        package var forgiveness: Duration = .seconds(10)
        /// Peers whose points are remembered; past it the best of them are forgotten.
        package var peers = 1024

        /// The defaults.
        package init() {}
    }

    /// What a peer did.
    package enum Fault: Hashable, Sendable {
        /// What a slow or crowded peer may do, too: it kept a stream half open, or did not read what it was sent.
        case sluggish
        /// What no honest peer does: it gave another body than was asked for, or made no sense.
        case wrong

        /// What it said was shown to be untrue.
        case lie

        /// How much it counts.
        var points: Int {
            switch self {
            case .sluggish: 1
            case .wrong: 4
            case .lie: 6
            }
        }
    }

    private struct Record: Sendable {
        var points: Int
        /// Since when the next point is being forgiven.
        var since: Duration
    }

    private let limits: Limits
    private var records: [PeerID: Record] = [:]

    /// Nothing is held against anyone.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Counts a fault.
    ///
    /// - Parameters:
    ///   - fault: What the peer did.
    ///   - peer: Which peer.
    ///   - now: The time since any fixed moment, monotonic.
    /// - Returns: Whether that was one too many; the count begins anew then.
    package mutating func count(_ fault: Fault, of peer: PeerID, now: Duration) -> Bool {
        var record = self.records[peer].flatMap { self.forgiven($0, now) } ?? Record(points: 0, since: now)
        if self.records[peer] == nil, self.records.count >= self.limits.peers { self.makeRoom(now) }
        record.points += fault.points
        self.records[peer] = record.points < self.limits.points ? record : nil
        return record.points >= self.limits.points
    }

    /// What is left of a record by now, or nil where that is nothing.
    private func forgiven(_ record: Record, _ now: Duration) -> Record? {
        let count = Int((now - record.since) / self.limits.forgiveness)
        guard count < record.points else { return nil }
        return Record(points: record.points - count, since: record.since + self.limits.forgiveness * count)
    }

    private mutating func makeRoom(_ now: Duration) {
        self.records = self.records.compactMapValues { self.forgiven($0, now) }
        guard self.records.count >= self.limits.peers,
            let best = self.records.min(by: { ($0.value.points, $0.value.since) < ($1.value.points, $1.value.since) })
        else { return }
        self.records[best.key] = nil
    }
}
