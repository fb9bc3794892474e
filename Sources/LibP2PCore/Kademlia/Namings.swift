package import Multiformats

/// What became of the peers that each peer named, so that who makes them up is found out.
///
/// That some are not there shows nothing: peers come for minutes, and who named them may not know yet that they are gone,
/// or be near them where this node is not. But an honest node names whom it spoke with itself, and its table holds one
/// bucket for each doubling of the network: however many died in a night, it can name only so many of them. Who names
/// more than any table holds, and among all of them nobody who is there, makes them up.
///
/// That a peer conceals somebody cannot be shown this way, and no other way either: some stacks, this one among them,
/// never name the one who asks, so that nobody hears whether its own word was kept.
package struct Namings: Sendable {
    /// How much must be shown, and how much is remembered.
    package struct Limits: Sendable {
        /// The different peers that one peer may name and nobody reach; a table of twenty a bucket, all of it dead, has
        /// fewer in a network of fifty thousand.
        package var missing = 256
        /// The peers named by one peer that are remembered until somebody tries them; past it they begin anew.
        package var untried = 512
        /// The peers whose words are remembered; past it those go of whom the least is known.
        package var namers = 128
        /// The time in which it must be shown; whoever is merely out of reach comes and goes more slowly.
        package var memory: Duration = .seconds(3600)

        /// The defaults.
        package init() {}
    }

    /// A peer, in few bytes.
    private typealias Mark = UInt64

    private struct Record {
        let since: Duration
        var untried: Set<Mark> = []
        var missing: Set<Mark> = []
    }

    private let limits: Limits
    private var records: [PeerID: Record] = [:]

    /// Nobody has named anybody.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Notes whom a peer named in one answer.
    ///
    /// - Parameters:
    ///   - names: Peers whose addresses this node may dial, itself not among them.
    ///   - namer: Who named them.
    ///   - now: The time.
    ///   - isReached: Whether a peer is known to be there; one of them is enough to believe who names it.
    package mutating func named(_ names: [PeerID], by namer: PeerID, now: Duration, isReached: (PeerID) -> Bool) {
        // That it is there itself shows nothing.
        let names = names.filter { $0 != namer }
        guard !names.contains(where: isReached) else {
            self.records[namer] = nil
            return
        }
        guard !names.isEmpty else { return }
        let known = self.records[namer].flatMap { now - $0.since < self.limits.memory ? $0 : nil }
        var record = known ?? Record(since: now)
        let marks = Set(names.map(Self.mark)).subtracting(record.missing)
        if record.untried.count + marks.count > self.limits.untried { record.untried = [] }
        record.untried.formUnion(marks)
        if self.records.updateValue(record, forKey: namer) == nil { self.keepWithinLimits(besides: namer) }
    }

    /// Notes that a peer is there: whoever named it is believed again.
    package mutating func reached(_ peer: PeerID) {
        guard !self.records.isEmpty else { return }
        let mark = Self.mark(peer)
        for (namer, record) in self.records where record.untried.contains(mark) || record.missing.contains(mark) {
            self.records[namer] = nil
        }
    }

    /// Notes that a peer is at none of its addresses.
    ///
    /// - Parameter peer: The peer.
    /// - Returns: Who is hereby shown to make up whom it names; what is held against them begins anew.
    package mutating func missed(_ peer: PeerID) -> [PeerID] {
        guard !self.records.isEmpty else { return [] }
        let mark = Self.mark(peer)
        var shown: [PeerID] = []
        for (namer, record) in self.records where record.untried.contains(mark) {
            guard record.missing.count + 1 < self.limits.missing else {
                self.records[namer] = nil
                shown.append(namer)
                continue
            }
            self.records[namer]?.untried.remove(mark)
            self.records[namer]?.missing.insert(mark)
        }
        return shown.sorted()
    }

    private mutating func keepWithinLimits(besides latest: PeerID) {
        guard self.records.count > self.limits.namers else { return }
        let least = self.records.filter { $0.key != latest }
            .min { ($0.value.missing.count, $0.value.since, $0.key) < ($1.value.missing.count, $1.value.since, $1.key) }
        if let least { self.records[least.key] = nil }
    }

    private static func mark(_ peer: PeerID) -> Mark { Kademlia.Key(of: peer).words[0] }
}
