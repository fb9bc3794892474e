package import Multiformats

/// The scores of all peers, those included that went with a bad one.
package struct ScoreBook: Sendable {
    private struct Entry: Sendable {
        var score = PeerScore()
        var address: [UInt8]?
    }

    /// A score of a peer that is not connected.
    private struct Departed: Sendable {
        let score: PeerScore
        let until: UInt64
    }

    /// What scores are mixed of.
    package let parameters: PeerScore.Parameters
    private let capacity: Int
    private let decayEvery: UInt64
    private let retention: UInt64
    private var ticks: UInt64 = 0
    private var present: [PeerID: Entry] = [:]
    private var departed: [PeerID: Departed] = [:]
    private var addresses: [[UInt8]: Set<PeerID>] = [:]

    /// Makes an empty book.
    ///
    /// - Parameters:
    ///   - parameters: What scores are mixed of.
    ///   - heartbeat: The time between ticks.
    ///   - capacity: The most scores of peers that are gone.
    package init(parameters: PeerScore.Parameters, heartbeat: Duration, capacity: Int) {
        self.parameters = parameters
        self.capacity = capacity
        self.decayEvery = UInt64(max(1, (parameters.decayInterval / heartbeat).rounded()))
        self.retention = UInt64(max(0, (parameters.retention / heartbeat).rounded()))
    }

    /// The number of scores of peers that are gone.
    package var departedCount: Int { self.departed.count }

    /// A peer's score: zero where nothing is known.
    package func value(of peer: PeerID) -> Double {
        self.present[peer]?.score.value ?? self.departed[peer]?.score.value ?? 0
    }

    /// What pulls a peer's score down most.
    package func blame(of peer: PeerID) -> PeerScore.Blame {
        (self.present[peer]?.score ?? self.departed[peer]?.score ?? PeerScore()).blame(self.parameters)
    }

    /// A peer is here, maybe again.
    package mutating func add(_ peer: PeerID, at address: Multiaddr?) {
        guard self.present[peer] == nil else { return }
        var entry = Entry()
        if let known = self.departed.removeValue(forKey: peer) { entry.score = known.score }
        entry.address = address.flatMap(Self.network)
        self.present[peer] = entry
        guard let network = entry.address else { return }
        self.addresses[network, default: []].insert(peer)
        self.share(network)
    }

    /// A peer is gone; a bad score stays for a while.
    package mutating func remove(_ peer: PeerID) {
        guard var entry = self.present.removeValue(forKey: peer) else { return }
        for topic in entry.score.topics.keys { entry.score.prune(topic, self.parameters) }
        if let network = entry.address {
            self.addresses[network]?.remove(peer)
            if self.addresses[network]?.isEmpty == true { self.addresses[network] = nil }
            self.share(network)
            entry.score.share(address: 0, self.parameters)
        }
        guard entry.score.value < 0 else { return }
        if self.departed.count >= self.capacity, let oldest = self.departed.min(by: { $0.value.until < $1.value.until })
        {
            self.departed[oldest.key] = nil
        }
        self.departed[peer] = Departed(score: entry.score, until: self.ticks + self.retention)
    }

    /// A heartbeat has passed.
    package mutating func tick() {
        self.ticks += 1
        if self.departed.contains(where: { $0.value.until <= self.ticks }) {
            self.departed = self.departed.filter { $0.value.until > self.ticks }
        }
        guard self.ticks.isMultiple(of: self.decayEvery) else { return }
        for index in self.present.values.indices where !self.present.values[index].score.isNothing {
            self.present.values[index].score.decay(self.parameters)
        }
    }

    /// Changes a present peer's score.
    mutating func change(_ peer: PeerID, _ change: (inout PeerScore, PeerScore.Parameters) -> Void) {
        guard let index = self.present.index(forKey: peer) else { return }
        change(&self.present.values[index].score, self.parameters)
    }

    private mutating func share(_ network: [UInt8]) {
        let peers = self.addresses[network] ?? []
        for peer in peers { self.change(peer) { $0.share(address: peers.count, $1) } }
    }

    /// What of an address counts as one place; nil where sharing it says nothing.
    private static func network(of address: Multiaddr) -> [UInt8]? {
        switch address.components.first {
        case .ip4(let ip) where !ip.isLoopback: ip.bytes
        case .ip6(let ip) where !ip.isLoopback: Array(ip.bytes.prefix(8))
        default: nil
        }
    }
}
