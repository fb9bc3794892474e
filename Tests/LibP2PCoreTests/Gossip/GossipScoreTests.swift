@testable import LibP2PCore
import Multiformats
import Testing

/// What scores do to a router.
@Suite struct GossipScoreTests {
    private typealias RPC = GossipRouter.RPC

    private let own: Author
    private let others: [Author]

    init() throws {
        self.own = try Author(1)
        self.others = try (2...40).map(Author.init)
    }

    /// A router that follows `t` with that many followers among its peers.
    private func router(
        peers: Int,
        outbound: Int = 0,
        parameters: GossipRouter.Parameters = .ofTheSpec
    ) throws -> GossipRouter {
        var router = self.own.router(parameters: parameters)
        _ = try router.subscribe("t", now: .zero)
        for (index, peer) in self.others.prefix(peers).enumerated() {
            _ = router.add(peer.id, speaking: .gossipsub12, isOutbound: index < outbound)
            _ = router.receive(.subscribing("t"), from: peer.id, now: .zero)
        }
        return router
    }

    private var graft: RPC { .with { $0.grafts = ["t"] } }

    @Test func aNegativeScoreEndsInNoMesh() throws {
        var router = try self.router(peers: 4)
        let bad = self.others[0].id
        #expect(router.mesh(of: "t").contains(bad))
        #expect(router.credit(bad, -1).isEmpty)
        let directives = router.heartbeat(now: .seconds(1))
        #expect(!router.mesh(of: "t").contains(bad))
        #expect(directives.sent(to: bad).first?.prunes == [.init(topic: "t", backoff: 60)])
        // Nor does it come back by itself.
        let answer = router.receive(self.graft, from: bad, now: .seconds(70))
        #expect(answer.sent(to: bad).first?.prunes == [.init(topic: "t", backoff: 60)])
        _ = router.heartbeat(now: .seconds(200))
        #expect(!router.mesh(of: "t").contains(bad))
    }

    @Test func belowTheGossipThresholdThereIsNoGossip() throws {
        var router = try self.router(peers: 20)
        let id = try router.publish([1], to: "t", now: .zero).id
        let bad = try #require(router.followers(of: "t").first { !router.mesh(of: "t").contains($0) })
        let have = RPC.with { $0.haves = [.init(topic: "t", messages: [MessageID(bytes: [1])])] }
        let want = RPC.with { $0.wants = [id] }
        #expect(!router.receive(have, from: bad, now: .zero).isEmpty)
        #expect(!router.receive(want, from: bad, now: .zero).isEmpty)
        _ = router.credit(bad, -15)
        #expect(router.receive(have, from: bad, now: .seconds(4)).isEmpty)
        #expect(router.receive(want, from: bad, now: .seconds(4)).isEmpty)
        for second in 1...3 {
            #expect(router.heartbeat(now: .seconds(second)).sent(to: bad).allSatisfy { $0.haves.isEmpty })
        }
    }

    @Test func belowThePublishThresholdOwnMessagesAreNotSent() throws {
        var router = try self.router(peers: 3)
        _ = router.credit(self.others[0].id, -15)
        #expect(try router.publish([1], to: "t", now: .zero).directives.recipients.count == 3)
        _ = router.credit(self.others[0].id, -10)
        let recipients = try router.publish([1], to: "t", now: .zero).directives.recipients
        #expect(Set(recipients) == [self.others[1].id, self.others[2].id])
    }

    @Test func belowTheGraylistThresholdAPeerIsNotReadAndDisconnectedOnce() throws {
        var router = try self.router(peers: 3)
        let bad = self.others[0].id
        #expect(router.credit(bad, -50) == [.disconnect(bad, because: .badAnswers)])
        let message = try self.others[5].message("hello")
        #expect(router.receive(.with { $0.messages = [message.wire] }, from: bad, now: .zero).isEmpty)
        #expect(router.heartbeat(now: .seconds(1)).disconnected.isEmpty)
        // Coming back at once does not help.
        router.remove(bad, now: .seconds(1))
        let again = router.add(bad, speaking: .gossipsub12, isOutbound: false)
        #expect(again == [.disconnect(bad, because: .badAnswers)])
    }

    @Test func rejectedMessagesAreHeldAgainstWhoBroughtThemFirst() throws {
        var router = try self.router(peers: 3)
        var disconnected: [PeerID] = []
        for number in 1...10 as ClosedRange<UInt64> {
            let message = try self.others[5].message("bad", sequence: number)
            let rpc = RPC.with { $0.messages = [message.wire] }
            _ = router.receive(rpc, from: self.others[0].id, now: .zero)
            _ = router.receive(rpc, from: self.others[1].id, now: .zero)
            disconnected += router.conclude(.reject, on: message.id, now: .zero).disconnected
            guard disconnected.isEmpty else { break }
        }
        #expect(disconnected == [self.others[0].id])
        #expect(router.score(of: self.others[1].id) == 0)
    }

    @Test func theFirstToBringAGoodMessageIsThoughtBetterOf() throws {
        var router = try self.router(peers: 3)
        let message = try self.others[5].message("good")
        let rpc = RPC.with { $0.messages = [message.wire] }
        _ = router.receive(rpc, from: self.others[0].id, now: .zero)
        _ = router.receive(rpc, from: self.others[1].id, now: .zero)
        _ = router.conclude(.accept, on: message.id, now: .zero)
        #expect(router.score(of: self.others[0].id) > 0)
        #expect(router.score(of: self.others[1].id) == 0)
    }

    @Test func copiesCountAsDeliveredWhileTheMessageIsFresh() throws {
        var parameters = GossipRouter.Parameters.ofTheSpec
        parameters.score.topic.meshDeliveriesWeight = -1
        parameters.score.topic.failuresWeight = -1
        parameters.score.topic.meshDeliveriesActivation = .zero
        parameters.score.topic.meshDeliveriesDecay = 1
        parameters.score.topic.meshTimeWeight = 0
        parameters.score.topic.firstDeliveriesWeight = 0
        var router = try self.router(peers: 4, parameters: parameters)
        let message = try self.others[9].message("good")
        let rpc = RPC.with { $0.messages = [message.wire] }
        _ = router.receive(rpc, from: self.others[0].id, now: .zero)
        _ = router.receive(rpc, from: self.others[1].id, now: .zero)
        _ = router.conclude(.accept, on: message.id, now: .milliseconds(100))
        _ = router.receive(rpc, from: self.others[2].id, now: .milliseconds(105))
        _ = router.receive(rpc, from: self.others[3].id, now: .milliseconds(200))
        _ = router.heartbeat(now: .seconds(1))
        #expect(self.others.prefix(4).map { router.score(of: $0.id) } == [0, 0, 0, -1])
    }

    @Test func aGraftBeforeItsTimeIsABreachAndOneThatComesAtOnceCountsTwice() throws {
        var router = try self.router(peers: 2)
        let peer = self.others[0].id
        let prune = RPC.with { $0.prunes = [.init(topic: "t", backoff: 60)] }
        _ = router.receive(prune, from: peer, now: .zero)
        // Two, two and two are let pass; with the next ones the square grows.
        for _ in 0..<3 { _ = router.receive(self.graft, from: peer, now: .seconds(1)) }
        #expect(router.score(of: peer) == 0)
        _ = router.receive(self.graft, from: peer, now: .seconds(2))
        #expect(router.score(of: peer) == -4)
        _ = router.receive(self.graft, from: peer, now: .seconds(50))
        #expect(router.score(of: peer) == -9)
        #expect(!router.mesh(of: "t").contains(peer))
    }

    @Test func aFullMeshKeepsItsBestPeers() throws {
        var router = try self.router(peers: 20, outbound: 20)
        for peer in self.others.prefix(20) { _ = router.receive(self.graft, from: peer.id, now: .zero) }
        #expect(router.mesh(of: "t").count > 12)
        let best = router.mesh(of: "t").suffix(4)
        for peer in best { _ = router.credit(peer, 10) }
        _ = router.heartbeat(now: .seconds(1))
        #expect(router.mesh(of: "t").count == 6)
        #expect(best.allSatisfy { router.mesh(of: "t").contains($0) })
    }

    @Test func aMeshOfLowScoresIsGivenBetterPeers() throws {
        var parameters = GossipRouter.Parameters.ofTheSpec
        parameters.opportunisticGraftTicks = 2
        var router = try self.router(peers: 12, parameters: parameters)
        let mesh = router.mesh(of: "t")
        let better = router.followers(of: "t").filter { !mesh.contains($0) }
        for peer in better { _ = router.credit(peer, 5) }
        _ = router.heartbeat(now: .seconds(1))
        #expect(router.mesh(of: "t").count == mesh.count)
        _ = router.heartbeat(now: .seconds(2))
        #expect(router.mesh(of: "t").count == mesh.count + 2)
        // Where the mesh is good, it is left alone.
        for peer in router.mesh(of: "t") { _ = router.credit(peer, 5) }
        _ = router.heartbeat(now: .seconds(3))
        _ = router.heartbeat(now: .seconds(4))
        #expect(router.mesh(of: "t").count == mesh.count + 2)
    }

    @Test func peersCrowdingAtOneAddressEndInNoMesh() throws {
        var parameters = GossipRouter.Parameters.ofTheSpec
        parameters.score.colocationThreshold = 3
        var router = self.own.router(parameters: parameters)
        _ = try router.subscribe("t", now: .zero)
        let crowd = try Multiaddr("/ip4/203.0.113.9/tcp/4001")
        let elsewhere = try Multiaddr("/ip4/203.0.113.10/tcp/4001")
        for (index, peer) in self.others.prefix(10).enumerated() {
            _ = router.add(peer.id, speaking: .gossipsub12, isOutbound: false, at: index < 8 ? crowd : elsewhere)
            _ = router.receive(.subscribing("t"), from: peer.id, now: .zero)
        }
        _ = router.heartbeat(now: .seconds(1))
        #expect(Set(router.mesh(of: "t")) == Set(self.others[8..<10].map(\.id)))
    }

    @Test func explicitPeersGetEverythingAndAreInNoMesh() throws {
        var parameters = GossipRouter.Parameters.ofTheSpec
        parameters.explicitPeers = [self.others[0].id]
        parameters.floodsOwnMessages = false
        var router = try self.router(peers: 5, parameters: parameters)
        let friend = self.others[0].id
        #expect(!router.mesh(of: "t").contains(friend))
        #expect(!router.receive(self.graft, from: friend, now: .zero).sent(to: friend).flatMap(\.prunes).isEmpty)
        #expect(try router.publish([1], to: "t", now: .zero).directives.recipients.contains(friend))
        #expect(router.credit(friend, -100).isEmpty)
        let message = try self.others[9].message("hello")
        let rpc = RPC.with { $0.messages = [message.wire] }
        #expect(router.receive(rpc, from: friend, now: .zero).judged == [message])
    }
}
