import LibP2PCore
import Multiformats

/// A peer of a simulated network; nobody needs its key.
func simulatedPeer(using random: inout some RandomNumberGenerator) -> PeerID {
    PeerID(
        publicKeyMessage: [0x08, 0x01, 0x12, 0x20]
            + (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    )
}

/// Many Kademlia servers in virtual time; one seed decides the whole course.
struct KademliaWorld {
    private(set) var servers: [PeerID: KademliaServer] = [:]
    private(set) var peers: [PeerID] = []
    private(set) var addresses: [PeerID: [Multiaddr]] = [:]
    /// Who answers no more.
    var dead: Set<PeerID> = []
    /// Who names these whatever it is asked.
    var lies: [PeerID: [Kademlia.Contact]] = [:]
    var now: Duration = .zero
    /// The questions asked.
    private(set) var questions = 0
    private let limits: Kademlia.Limits
    private var random: Seeded

    init(count: Int, seed: UInt64, limits: Kademlia.Limits = Kademlia.Limits()) {
        self.random = Seeded(state: seed)
        self.limits = limits
        for _ in 0..<count {
            let peer = simulatedPeer(using: &self.random)
            let address = Multiaddr([.ip4(self.chanceAddress()), .tcp(9000)])
            self.join(peer, at: address, through: self.peers.randomElement(using: &self.random))
        }
    }

    private mutating func chanceAddress() -> IPv4Address {
        let bytes = [10] + (0..<3).map { _ in UInt8.random(in: .min ... .max, using: &self.random) }
        return (try? IPv4Address(bytes: bytes)) ?? .loopback
    }

    /// A node arrives and looks for its neighbours.
    mutating func join(_ peer: PeerID, at address: Multiaddr, through contact: PeerID?) {
        self.servers[peer] = KademliaServer(own: peer, seed: self.random.next(), limits: self.limits)
        self.peers.append(peer)
        self.addresses[peer] = [address]
        guard let contact else { return }
        self.meet(peer, contact)
        _ = self.lookUp(peer.bytes, from: peer)
    }

    /// Two nodes are connected, and know it.
    mutating func meet(_ one: PeerID, _ other: PeerID) {
        let subnets = [one, other].map { self.addresses[$0]?.first?.subnet }
        _ = self.servers[one]?.table.seen(other, in: subnets[1], now: self.now)
        _ = self.servers[other]?.table.seen(one, in: subnets[0], now: self.now)
    }

    /// One question and its answer; nil where nobody answers.
    mutating func ask(_ peer: PeerID, _ request: Kademlia.Request, from asker: PeerID) -> Kademlia.Response? {
        self.questions += 1
        guard !self.dead.contains(peer), self.servers[peer] != nil else {
            self.servers[asker]?.table.failed(peer)
            return nil
        }
        self.meet(asker, peer)
        if let lie = self.lies[peer] { return Kademlia.Response(closer: lie, providers: []) }
        // Taken out while it answers, so that its tables are not copied.
        guard var server = self.servers.removeValue(forKey: peer) else { return nil }
        let reply = server.answer(request, of: asker, at: self.addresses[asker]?.first, now: self.now) {
            self.addresses[$0] ?? []
        }
        self.servers[peer] = server
        switch reply {
        case .answer(let response): return response
        case .silence: return Kademlia.Response()
        case .refuse: return nil
        }
    }

    /// A lookup from start to end.
    mutating func lookUp(
        _ key: [UInt8],
        _ request: Kademlia.Request? = nil,
        from asker: PeerID
    ) -> (nearest: [PeerID], providers: Set<PeerID>, queries: Int) {
        let target = Kademlia.Key(of: key)
        let seeds = self.servers[asker]?.table.nearest(to: target, count: self.limits.replication) ?? []
        var lookup = Lookup(target: target, own: asker, seeds: seeds, limits: self.limits)
        var providers: Set<PeerID> = []
        var asked: [PeerID] = []
        while !lookup.isFinished {
            asked += lookup.next()
            guard let index = asked.indices.randomElement(using: &self.random) else { break }
            let peer = asked.remove(at: index)
            guard let response = self.ask(peer, request ?? .findNode(key), from: asker) else {
                lookup.failed(peer)
                continue
            }
            providers.formUnion(response.providers.map(\.peer))
            lookup.answered(peer, closer: response.closer)
        }
        return (lookup.nearest, providers, lookup.queries)
    }

    /// A node says that it provides a key.
    mutating func provide(_ key: [UInt8], by peer: PeerID) {
        let contact = Kademlia.Contact(peer: peer, addresses: self.addresses[peer] ?? [])
        for neighbour in self.lookUp(key, from: peer).nearest {
            _ = self.ask(neighbour, .addProvider(key, contact), from: peer)
        }
    }

    /// Who really is nearest to a key.
    func truth(of key: [UInt8], except asker: PeerID) -> [PeerID] {
        let target = Kademlia.Key(of: key)
        let living = self.peers.filter { $0 != asker && !self.dead.contains($0) && self.lies[$0] == nil }
        let order = living.map { (Kademlia.Key(of: $0).distance(to: target), $0) }.sorted { $0.0 < $1.0 }
        return order.prefix(self.limits.replication).map(\.1)
    }
}

extension IPv4Address {
    static var loopback: IPv4Address {
        guard let address = try? IPv4Address(bytes: [127, 0, 0, 1]) else { preconditionFailure("four bytes") }
        return address
    }
}
