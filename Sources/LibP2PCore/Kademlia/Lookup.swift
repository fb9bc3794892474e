package import Multiformats

/// The search for the peers nearest to a key: asks those it knows for nearer ones until none is left to ask.
///
/// It follows several paths that never ask the same peer (after S/Kademlia): a liar spoils its own path only. A path ends
/// when the k nearest peers that it has heard of have been asked; the whole is bounded in requests and in memory.
package struct Lookup: Sendable {
    private enum State {
        case heard
        case asked(path: Int)
        case answered
        case failed
    }

    private struct Candidate {
        let peer: PeerID
        let distance: Kademlia.Distance
        var state: State
        /// The paths that heard of it, a bit each.
        var paths: UInt64
    }

    /// What is searched.
    package let target: Kademlia.Key
    private let own: PeerID
    private let limits: Kademlia.Limits
    private let pathCount: Int
    /// Nearest first.
    private var candidates: [Candidate] = []
    private var inFlight: [Int]
    /// The requests made so far.
    package private(set) var queries = 0

    /// Begins a search.
    ///
    /// - Parameters:
    ///   - target: What is searched.
    ///   - own: This node, which is never asked.
    ///   - seeds: Peers to begin with.
    ///   - limits: The bounds.
    package init(target: Kademlia.Key, own: PeerID, seeds: [PeerID], limits: Kademlia.Limits = Kademlia.Limits()) {
        self.target = target
        self.own = own
        self.limits = limits
        // A path needs somebody to begin with.
        self.pathCount = max(1, min(limits.paths, seeds.count, 64))
        self.inFlight = Array(repeating: 0, count: self.pathCount)
        for (index, seed) in seeds.enumerated() { self.hear(of: seed, on: index % self.pathCount) }
    }

    /// The peers to ask now; each counts as being asked from here on.
    package mutating func next() -> [PeerID] {
        var asked: [PeerID] = []
        while self.inFlight.reduce(0, +) < self.limits.concurrency, self.queries < self.limits.queries {
            // The path with the least under way goes first, so that none starves.
            let order = (0..<self.pathCount).sorted { (self.inFlight[$0], $0) < (self.inFlight[$1], $1) }
            guard let path = order.first(where: { self.candidate(of: $0) != nil }), let index = self.candidate(of: path)
            else { break }
            self.candidates[index].state = .asked(path: path)
            self.inFlight[path] += 1
            self.queries += 1
            asked.append(self.candidates[index].peer)
        }
        return asked
    }

    /// Whether nothing is under way and nobody is left to ask.
    package var isFinished: Bool {
        guard self.inFlight.allSatisfy({ $0 == 0 }) else { return false }
        return self.queries >= self.limits.queries || (0..<self.pathCount).allSatisfy { self.candidate(of: $0) == nil }
    }

    /// Takes an answer.
    ///
    /// - Parameters:
    ///   - peer: Who answered.
    ///   - closer: Whom it named.
    package mutating func answered(_ peer: PeerID, closer: [Kademlia.Contact]) {
        guard let path = self.conclude(peer, .answered) else { return }
        var subnets: [Multiaddr.Subnet: Int] = [:]
        for contact in closer.prefix(self.limits.replication) {
            if let subnet = contact.addresses.lazy.compactMap(\.subnet).first {
                subnets[subnet, default: 0] += 1
                guard subnets[subnet, default: 0] <= self.limits.perSubnet else { continue }
            }
            self.hear(of: contact.peer, on: path)
        }
    }

    /// Notes that a peer cannot be asked.
    package mutating func failed(_ peer: PeerID) {
        _ = self.conclude(peer, .failed)
    }

    /// The peers that answered, nearest first, k at most.
    package var nearest: [PeerID] {
        self.candidates.lazy.filter { if case .answered = $0.state { true } else { false } }
            .prefix(self.limits.replication).map(\.peer)
    }

    private mutating func conclude(_ peer: PeerID, _ state: State) -> Int? {
        guard let index = self.candidates.firstIndex(where: { $0.peer == peer }),
            case .asked(let path) = self.candidates[index].state
        else { return nil }
        self.candidates[index].state = state
        self.inFlight[path] -= 1
        return path
    }

    /// The next one to ask among the k nearest that a path has heard of and that may live.
    private func candidate(of path: Int) -> Int? {
        var considered = 0
        for (index, candidate) in self.candidates.enumerated() where candidate.paths & (1 << UInt64(path)) != 0 {
            switch candidate.state {
            case .heard: return index
            case .failed: continue
            case .asked, .answered: considered += 1
            }
            if considered >= self.limits.replication { return nil }
        }
        return nil
    }

    private mutating func hear(of peer: PeerID, on path: Int) {
        guard peer != self.own else { return }
        let distance = Kademlia.Key(of: peer).distance(to: self.target)
        let index = self.position(of: distance)
        if index < self.candidates.count, self.candidates[index].peer == peer {
            self.candidates[index].paths |= 1 << UInt64(path)
            return
        }
        let candidate = Candidate(peer: peer, distance: distance, state: .heard, paths: 1 << UInt64(path))
        self.candidates.insert(candidate, at: index)
        guard self.candidates.count > self.limits.candidates else { return }
        // The farthest that nothing is known of makes room.
        if let last = self.candidates.lastIndex(where: { if case .heard = $0.state { true } else { false } }) {
            self.candidates.remove(at: last)
        }
    }

    private func position(of distance: Kademlia.Distance) -> Int {
        var (low, high) = (0, self.candidates.count)
        while low < high {
            let middle = (low + high) / 2
            if self.candidates[middle].distance < distance { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
