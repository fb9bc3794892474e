@testable import LibP2PCore
import Multiformats
import Testing

/// Whom a router keeps in the mesh of a topic.
@Suite struct GossipRouterMeshTests {
    private typealias RPC = GossipRouter.RPC

    private let crowd: GossipCrowd

    init() throws { self.crowd = try GossipCrowd() }

    @Test func joiningGraftsAsManyAsWanted() throws {
        var router = self.crowd.router(peers: 20)
        let directives = try router.subscribe("t", now: .zero)
        #expect(router.mesh(of: "t").count == 6)
        for peer in router.mesh(of: "t") {
            #expect(directives.sent(to: peer).first?.grafts == ["t"])
        }
    }

    @Test func aFollowerThatComesToAThinMeshIsGraftedAtOnce() throws {
        var router = self.crowd.own.router()
        _ = try router.subscribe("t", now: .zero)
        _ = router.add(self.crowd.others[0].id, speaking: .gossipsub11, isOutbound: false)
        let directives = router.receive(.subscribing("t"), from: self.crowd.others[0].id, now: .zero)
        #expect(directives.sent(to: self.crowd.others[0].id).first?.grafts == ["t"])
    }

    @Test func aThinMeshIsFilledAtTheHeartbeat() throws {
        var router = self.crowd.router(peers: 20)
        _ = try router.subscribe("t", now: .zero)
        let leaving = RPC.with { $0.subscriptions = [.init(isSubscribed: false, topic: "t")] }
        for peer in router.mesh(of: "t").prefix(3) { _ = router.receive(leaving, from: peer, now: .zero) }
        #expect(router.mesh(of: "t").count == 3)
        let directives = router.heartbeat(now: .seconds(1))
        #expect(router.mesh(of: "t").count == 6)
        #expect(directives.recipients.count == 3)
    }

    @Test func aMeshThatLosesPeersIsFilledAtOnce() throws {
        var router = self.crowd.router(peers: 20)
        _ = try router.subscribe("t", now: .zero)
        let mesh = router.mesh(of: "t")
        for peer in mesh.prefix(2) { #expect(router.remove(peer, now: .zero).isEmpty) }
        let directives = router.remove(mesh[2], now: .zero)
        #expect(router.mesh(of: "t").count == 6)
        #expect(directives.recipients.count == 3)
        #expect(router.followers(of: "t").count == 17)
    }

    @Test func aFullMeshIsTrimmedAndKeepsPeersThatThisNodeDialled() throws {
        var router = self.crowd.router(peers: 20, outbound: 3)
        _ = try router.subscribe("t", now: .zero)
        let grafts = RPC.with { $0.grafts = ["t"] }
        // Those that it dialled come last and are taken even into a full mesh.
        for peer in self.crowd.others.prefix(20).reversed() { _ = router.receive(grafts, from: peer.id, now: .zero) }
        #expect(router.mesh(of: "t").count > 12)
        let before = Set(router.mesh(of: "t"))
        let directives = router.heartbeat(now: .seconds(1))
        let mesh = Set(router.mesh(of: "t"))
        #expect(mesh.count == 6)
        #expect(mesh.count { peer in self.crowd.others.prefix(3).contains { $0.id == peer } } >= 2)
        for peer in before.subtracting(mesh) {
            #expect(directives.sent(to: peer).first?.prunes == [.init(topic: "t", backoff: 60)])
        }
    }

    @Test func aGraftIntoAFullMeshIsPrunedUnlessThisNodeDialled() throws {
        var router = self.crowd.router(peers: 14, outbound: 1)
        _ = try router.subscribe("t", now: .zero)
        let graft = RPC.with { $0.grafts = ["t"] }
        for peer in self.crowd.others[1..<14] { _ = router.receive(graft, from: peer.id, now: .zero) }
        let outsider = try #require(self.crowd.others[1..<14].first { !router.mesh(of: "t").contains($0.id) })
        let refused = router.receive(graft, from: outsider.id, now: .zero)
        #expect(refused.sent(to: outsider.id).first?.prunes == [.init(topic: "t", backoff: 60)])
        #expect(router.receive(graft, from: self.crowd.others[0].id, now: .zero).isEmpty)
        #expect(router.mesh(of: "t").contains(self.crowd.others[0].id))
    }

    @Test func aGraftOfATopicThatIsNotFollowedIsIgnored() {
        var router = self.crowd.router(peers: 1)
        let graft = RPC.with { $0.grafts = ["t"] }
        #expect(router.receive(graft, from: self.crowd.others[0].id, now: .zero).isEmpty)
        #expect(router.mesh(of: "t").isEmpty)
    }

    @Test func aPrunedPeerIsLeftAloneForItsBackoff() throws {
        var router = self.crowd.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        let prune = RPC.with { $0.prunes = [.init(topic: "t", backoff: 30)] }
        _ = router.receive(prune, from: self.crowd.others[0].id, now: .zero)
        #expect(router.mesh(of: "t").isEmpty)
        _ = router.heartbeat(now: .seconds(30))
        #expect(router.mesh(of: "t").isEmpty)
        _ = router.heartbeat(now: .seconds(31))
        #expect(router.mesh(of: "t") == [self.crowd.others[0].id])
    }

    @Test func aPruneWithoutBackoffMeansTheDefaultAndAnEndlessOneIsCut() throws {
        for (asked, seconds) in [(nil, 60), (UInt64.max, 3600)] as [(UInt64?, Int)] {
            var router = self.crowd.router(peers: 1)
            _ = try router.subscribe("t", now: .zero)
            let prune = RPC.with { $0.prunes = [.init(topic: "t", backoff: asked)] }
            _ = router.receive(prune, from: self.crowd.others[0].id, now: .zero)
            _ = router.heartbeat(now: .seconds(seconds))
            #expect(router.mesh(of: "t").isEmpty)
            _ = router.heartbeat(now: .seconds(seconds + 1))
            #expect(router.mesh(of: "t").count == 1)
        }
    }

    @Test func aGraftWithinTheBackoffIsPrunedAgain() throws {
        var router = self.crowd.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        _ = router.unsubscribe("t", now: .zero)
        _ = try router.subscribe("t", now: .seconds(1))
        #expect(router.mesh(of: "t").isEmpty)
        let graft = RPC.with { $0.grafts = ["t"] }
        let directives = router.receive(graft, from: self.crowd.others[0].id, now: .seconds(2))
        #expect(directives.sent(to: self.crowd.others[0].id).first?.prunes == [.init(topic: "t", backoff: 60)])
        #expect(router.receive(graft, from: self.crowd.others[0].id, now: .seconds(62)).isEmpty)
        #expect(router.mesh(of: "t").count == 1)
    }

    @Test func leavingPrunesWithTheShortBackoff() throws {
        var router = self.crowd.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        let directives = router.unsubscribe("t", now: .zero)
        #expect(directives.sent(to: self.crowd.others[0].id).first?.prunes == [.init(topic: "t", backoff: 10)])
    }

    @Test func anOlderPeerIsPrunedWithoutBackoff() throws {
        var router = self.crowd.router(peers: 1, version: .gossipsub10)
        _ = try router.subscribe("t", now: .zero)
        let directives = router.unsubscribe("t", now: .zero)
        #expect(directives.sent(to: self.crowd.others[0].id).first?.prunes == [.init(topic: "t", backoff: nil)])
    }

    @Test func aNewStreamOfAPeerInTheMeshIsGraftedAgain() throws {
        var router = self.crowd.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        let directives = router.add(self.crowd.others[0].id, speaking: .gossipsub11, isOutbound: false)
        #expect(directives.sent(to: self.crowd.others[0].id).first?.grafts == ["t"])
        #expect(router.followers(of: "t").count == 1)
    }
}
