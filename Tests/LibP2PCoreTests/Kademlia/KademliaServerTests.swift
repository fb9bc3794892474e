import LibP2PCore
import Multiformats
import Testing

struct KademliaServerTests {
    private let own: PeerID
    private let peers: [PeerID]
    private let address: Multiaddr
    private let key = Multihash(hashing: [1, 2, 3]).bytes
    private var server: KademliaServer

    init() throws {
        var random = Seeded(state: 1)
        self.own = simulatedPeer(using: &random)
        self.peers = (0..<40).map { _ in simulatedPeer(using: &random) }
        self.address = try Multiaddr("/ip4/10.0.0.1/tcp/9000")
        self.server = KademliaServer(own: own, seed: 1)
    }

    private mutating func answer(
        _ request: Kademlia.Request,
        of peer: PeerID? = nil,
        at source: Multiaddr? = nil,
        now: Duration = .zero
    ) -> KademliaServer.Reply {
        let address = self.address
        return self.server.answer(request, of: peer ?? self.peers[0], at: source, now: now) { _ in [address] }
    }

    private mutating func response(_ request: Kademlia.Request, now: Duration = .zero) throws -> Kademlia.Response {
        let reply = self.answer(request, now: now)
        guard case .answer(let response) = reply else { throw Kademlia.Failure.refused }
        return response
    }

    @Test mutating func thePeersNearestToAKeyAreNamedButNotTheAsker() throws {
        for peer in self.peers { _ = self.server.table.seen(peer, in: nil, now: .zero) }
        let closer = try self.response(.findNode(self.key)).closer
        #expect(closer.count == 20)
        #expect(!closer.contains { $0.peer == self.peers[0] })
        #expect(closer.allSatisfy { $0.addresses == [self.address] })
    }

    @Test mutating func whoIsAskedForByNameIsNamedFirst() throws {
        for peer in self.peers.prefix(30) { _ = self.server.table.seen(peer, in: nil, now: .zero) }
        let closer = try self.response(.findNode(self.peers[35].bytes)).closer
        #expect(closer.first?.peer == self.peers[35])
        #expect(closer.count == 20)
    }

    @Test mutating func aProviderIsRememberedWithoutAnAnswerAndForgottenInTime() throws {
        let contact = Kademlia.Contact(peer: self.peers[1], addresses: [self.address])
        #expect(self.answer(.addProvider(self.key, contact), of: self.peers[1], at: self.address) == .silence)
        #expect(try self.response(.getProviders(self.key)).providers == [contact])
        #expect(try self.response(.getProviders(self.key), now: .seconds(48 * 3600 - 1)).providers == [contact])
        #expect(try self.response(.getProviders(self.key), now: .seconds(48 * 3600)).providers == [])
        #expect(self.server.providers.count == 0)
    }

    @Test mutating func aProviderFromAfarCannotNameWhatIsNear() throws {
        let far = try Multiaddr("/ip4/203.0.113.9/tcp/1")
        let wanted = try ["/ip4/127.0.0.1/tcp/22", "/ip4/192.168.1.1/tcp/80", "/ip4/203.0.113.9/tcp/9000"].map {
            try Multiaddr($0)
        }
        _ = self.answer(
            .addProvider(self.key, Kademlia.Contact(peer: self.peers[1], addresses: wanted)),
            of: self.peers[1],
            at: far
        )
        self.server.answer(.getProviders(self.key), of: self.peers[2], at: nil, now: .zero, addresses: { _ in [] })
            .expectProviders([Kademlia.Contact(peer: self.peers[1], addresses: [wanted[2]])])
    }

    @Test mutating func anOldPingIsAnswered() {
        #expect(self.answer(.ping) == .answer(Kademlia.Response()))
    }

    @Test mutating func valuesAreJudgedBeforeTheyAreKept() throws {
        let pair = try keyPair(7)
        let good = Kademlia.Record(key: Array("/pk/".utf8) + pair.peerID.bytes, value: pair.publicKey.message)
        #expect(self.answer(.putValue(good)) == .answer(Kademlia.Response(record: good)))
        #expect(try self.response(.getValue(good.key)).record == good)
        let forged = Kademlia.Record(
            key: Array("/pk/".utf8) + pair.peerID.bytes,
            value: try keyPair(8).publicKey.message
        )
        #expect(self.answer(.putValue(forged)) == .refuse)
        let unknown = Kademlia.Record(key: Array("/else/1".utf8), value: [1])
        #expect(self.answer(.putValue(unknown)) == .refuse)
        #expect(self.answer(.putValue(Kademlia.Record(key: [], value: [1]))) == .refuse)
        #expect(try self.response(.getValue(good.key)).record == good)
        #expect(try self.response(.getValue(good.key), now: .seconds(48 * 3600)).record == nil)
    }
}

extension KademliaServer.Reply {
    fileprivate func expectProviders(_ providers: [Kademlia.Contact]) {
        guard case .answer(let response) = self else { return #expect(Bool(false), "no answer") }
        #expect(response.providers == providers)
    }
}
