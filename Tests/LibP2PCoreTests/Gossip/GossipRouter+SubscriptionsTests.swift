@testable import LibP2PCore
import Multiformats
import Testing

/// Peers, and the topics that they follow.
@Suite struct GossipRouterSubscriptionsTests {
    private typealias RPC = GossipRouter.RPC

    private let crowd: GossipCrowd

    init() throws { self.crowd = try GossipCrowd() }

    @Test func aNewPeerIsToldEveryTopicFirst() throws {
        var router = self.crowd.own.router()
        _ = try router.subscribe("a", now: .zero)
        _ = try router.subscribe("b", now: .zero)
        let directives = router.add(self.crowd.others[0].id, speaking: .gossipsub11, isOutbound: true)
        #expect(directives == [.send(.subscribing("a", "b"), to: self.crowd.others[0].id)])
    }

    @Test func everyPeerHearsOfJoiningAndLeaving() throws {
        var router = self.crowd.router(peers: 3, following: [])
        let joined = try router.subscribe("t", now: .zero)
        #expect(joined.recipients.count == 3)
        #expect(joined.sent(to: self.crowd.others[0].id) == [.subscribing("t")])
        let left = router.unsubscribe("t", now: .zero)
        #expect(left.sent(to: self.crowd.others[0].id).first?.subscriptions == [.init(isSubscribed: false, topic: "t")])
        #expect(try router.subscribe("u", now: .zero).count == 3)
        #expect(try router.subscribe("u", now: .zero).isEmpty)
    }

    @Test func followersAreKnownByTopic() {
        var router = self.crowd.router(peers: 2, following: ["a", "b"])
        let leaving = RPC.with { $0.subscriptions = [.init(isSubscribed: false, topic: "a")] }
        _ = router.receive(leaving, from: self.crowd.others[0].id, now: .zero)
        #expect(router.followers(of: "a") == [self.crowd.others[1].id])
        #expect(router.followers(of: "b").count == 2)
    }

    @Test func topicsAreBounded() throws {
        var limits = GossipRouter.Limits()
        limits.topics = 2
        limits.topicsPerPeer = 2
        var router = self.crowd.router(peers: 1, following: ["a", "b", "c"], limits: limits)
        #expect(router.followers(of: "b").count == 1)
        #expect(router.followers(of: "c").isEmpty)
        _ = try router.subscribe("x", now: .zero)
        _ = try router.subscribe("y", now: .zero)
        #expect(throws: GossipError.tooManyTopics) { try router.subscribe("z", now: .zero) }
        #expect(throws: GossipError.tooManyTopics) {
            _ = router.unsubscribe("y", now: .zero)
            _ = try router.subscribe(String(repeating: "t", count: 257), now: .zero)
        }
    }

    @Test func peersAreBounded() {
        var limits = GossipRouter.Limits()
        limits.peers = 2
        var router = self.crowd.router(peers: 2, limits: limits)
        let third = self.crowd.others[2].id
        #expect(
            router.add(third, speaking: .gossipsub11, isOutbound: false) == [.disconnect(third, because: .tooManyPeers)]
        )
    }
}
