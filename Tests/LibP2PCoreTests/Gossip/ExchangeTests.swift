@testable import LibP2PCore
import Multiformats
import Testing

/// Peers that PRUNEs name.
@Suite struct ExchangeTests {
    private typealias RPC = GossipRouter.RPC

    private let own: Author
    private let others: [Author]

    init() throws {
        self.own = try Author(1)
        self.others = try (2...40).map(Author.init)
    }

    private func record(of author: Author) throws -> PeerRecord {
        PeerRecord(peer: author.id, sequence: 3, addresses: [try Multiaddr("/ip4/192.0.2.1/tcp/4001")])
    }

    private func envelope(of author: Author) throws -> [UInt8] {
        try self.record(of: author).sealed(with: author.keyPair)
    }

    private func router(peers: Int, version: GossipRouter.Version = .gossipsub12) throws -> GossipRouter {
        var router = self.own.router()
        _ = try router.subscribe("t", now: .zero)
        for peer in self.others.prefix(peers) {
            _ = router.add(peer.id, speaking: version, isOutbound: false)
            _ = router.receive(.subscribing("t"), from: peer.id, now: .zero)
            router.learn(try self.envelope(of: peer), of: peer.id)
        }
        return router
    }

    /// Fills the mesh, then grafts one too many, and gives what that is told.
    private func prune(_ router: inout GossipRouter) throws -> RPC.Prune {
        let graft = RPC.with { $0.grafts = ["t"] }
        for peer in self.others.prefix(13) {
            if let prune = router.receive(graft, from: peer.id, now: .zero).sent(to: peer.id).first?.prunes.first {
                return prune
            }
        }
        throw GossipError.malformed
    }

    @Test func whoIsTurnedAwayFromAFullMeshIsToldOfOthers() throws {
        var router = try self.router(peers: 13)
        let prune = try self.prune(&router)
        #expect(prune.peers.count == 12)
        for candidate in prune.peers {
            let record = try PeerRecord(opening: try #require(candidate.record))
            #expect(record.peer.bytes == candidate.peer)
        }
    }

    @Test func onlyPeersInGoodStandingAreNamedAndOnlyToThem() throws {
        var router = try self.router(peers: 13)
        for peer in self.others.prefix(5) { _ = router.credit(peer.id, -1) }
        _ = router.heartbeat(now: .seconds(1))
        for peer in self.others[5..<13] {
            _ = router.receive(.with { $0.grafts = ["t"] }, from: peer.id, now: .seconds(1))
        }
        // A negative peer is turned away without a word about others.
        let bad = self.others[0].id
        let away = router.receive(.with { $0.grafts = ["t"] }, from: bad, now: .seconds(200))
        #expect(away.sent(to: bad).first?.prunes.first?.peers == [])
    }

    @Test func anOlderPeerIsToldOfNobody() throws {
        var router = try self.router(peers: 13, version: .gossipsub10)
        #expect(try self.prune(&router).peers.isEmpty)
    }

    @Test func aRecordOfAnotherIsNotKept() throws {
        var router = try self.router(peers: 13)
        for peer in self.others.prefix(13) { router.learn(try self.envelope(of: self.others[20]), of: peer.id) }
        #expect(try self.prune(&router).peers.allSatisfy { $0.peer != self.others[20].id.bytes })
    }

    @Test func namedPeersThatVouchForThemselvesAreHandedOn() throws {
        var router = try self.router(peers: 2)
        let stranger = self.others[20]
        var forged = try self.envelope(of: self.others[21])
        forged[forged.count - 1] ^= 1
        let named: [RPC.Candidate] = [
            .init(peer: stranger.id.bytes, record: try self.envelope(of: stranger)),
            // Without a record, another's, forged, connected already, this node itself.
            .init(peer: self.others[22].id.bytes, record: nil),
            .init(peer: self.others[23].id.bytes, record: try self.envelope(of: self.others[24])),
            .init(peer: self.others[21].id.bytes, record: forged),
            .init(peer: self.others[1].id.bytes, record: try self.envelope(of: self.others[1])),
            .init(peer: self.own.id.bytes, record: try self.envelope(of: self.own)),
        ]
        let rpc = RPC.with { $0.prunes = [.init(topic: "t", backoff: 60, peers: named)] }
        let source = self.others[0].id
        let directives = router.receive(try RPC(decoding: rpc.encoded), from: source, now: .zero)
        #expect(directives == [.exchange([try self.record(of: stranger)], from: source)])
    }

    @Test func aPeerInBadStandingNamesNobody() throws {
        var router = try self.router(peers: 2)
        _ = router.credit(self.others[0].id, -1)
        let named = [RPC.Candidate(peer: self.others[20].id.bytes, record: try self.envelope(of: self.others[20]))]
        let rpc = RPC.with { $0.prunes = [.init(topic: "t", backoff: 60, peers: named)] }
        #expect(router.receive(rpc, from: self.others[0].id, now: .zero).isEmpty)
    }

    @Test func howManyAPeerNamesIsBounded() throws {
        var router = try self.router(peers: 2)
        let named = try self.others[5..<39].map { RPC.Candidate(peer: $0.id.bytes, record: try self.envelope(of: $0)) }
        let rpc = RPC.with { $0.prunes = [.init(topic: "t", backoff: 60, peers: named)] }
        var count = 0
        for _ in 0..<3 {
            for case .exchange(let records, from: _) in router.receive(rpc, from: self.others[0].id, now: .zero) {
                count += records.count
            }
        }
        #expect(count == router.limits.exchanged)
    }
}
