@testable import LibP2PCore
import Multiformats
import Testing

/// Messages published, judged and passed on.
@Suite struct GossipRouterMessagesTests {
    private typealias RPC = GossipRouter.RPC

    private let crowd: GossipCrowd

    init() throws { self.crowd = try GossipCrowd() }

    @Test func ownMessagesGoToEveryFollower() throws {
        var router = self.crowd.router(peers: 20)
        let published = try router.publish(Array("hello".utf8), to: "t", now: .zero)
        #expect(Set(published.directives.recipients).count == 20)
        let next = try router.publish(Array("hello".utf8), to: "t", now: .zero)
        #expect(published.id == MessageID(author: self.crowd.own.id, sequence: 1))
        #expect(next.id == MessageID(author: self.crowd.own.id, sequence: 2))
    }

    @Test func withoutFloodingATopicThatIsNotFollowedGoesToAFanout() throws {
        var parameters = GossipRouter.Parameters.ofTheSpec
        parameters.floodsOwnMessages = false
        var router = self.crowd.router(peers: 20, parameters: parameters)
        let first = try router.publish([1], to: "t", now: .zero).directives.recipients
        #expect(first.count == 6)
        #expect(Set(try router.publish([2], to: "t", now: .seconds(30)).directives.recipients) == Set(first))
        router.remove(first[0], now: .seconds(31))
        _ = router.heartbeat(now: .seconds(31))
        let mended = try router.publish([3], to: "t", now: .seconds(32)).directives.recipients
        #expect(mended.count == 6)
        _ = try router.subscribe("t", now: .seconds(33))
        #expect(Set(router.mesh(of: "t")) == Set(mended))
    }

    @Test func aFloodsubPeerGetsEveryMessageOfItsTopicsAndNoControl() throws {
        var router = self.crowd.router(peers: 2, version: .floodsub)
        #expect(try router.subscribe("t", now: .zero).sent(to: self.crowd.others[0].id) == [.subscribing("t")])
        let message = try self.crowd.others[5].message("hello")
        _ = router.receive(RPC.publishing(message), from: self.crowd.others[0].id, now: .zero)
        #expect(router.conclude(.accept, on: message.id, now: .zero).recipients == [self.crowd.others[1].id])
        #expect(router.heartbeat(now: .seconds(1)).isEmpty)
    }

    @Test func aMessageIsPassedOnOnlyAfterItsVerdict() throws {
        var router = self.crowd.router(peers: 6)
        _ = try router.subscribe("t", now: .zero)
        let message = try self.crowd.others[3].message("hello")
        let received = router.receive(RPC.publishing(message), from: self.crowd.others[0].id, now: .zero)
        #expect(received == [.judge(message, from: self.crowd.others[0].id)])
        // A second copy says only who else has it.
        #expect(router.receive(RPC.publishing(message), from: self.crowd.others[1].id, now: .zero).isEmpty)
        let accepted = router.conclude(.accept, on: message.id, now: .zero)
        #expect(
            Set(accepted.recipients) == [self.crowd.others[2].id, self.crowd.others[4].id, self.crowd.others[5].id]
        )
        #expect(accepted.sent(to: self.crowd.others[2].id) == [RPC.publishing(message)])
        #expect(router.conclude(.accept, on: message.id, now: .zero).isEmpty)
    }

    @Test(arguments: [GossipRouter.Verdict.reject, .ignore])
    func whatIsNotAcceptedIsNeitherPassedOnNorKept(verdict: GossipRouter.Verdict) throws {
        var router = self.crowd.router(peers: 6)
        _ = try router.subscribe("t", now: .zero)
        let message = try self.crowd.others[3].message("hello")
        _ = router.receive(RPC.publishing(message), from: self.crowd.others[0].id, now: .zero)
        #expect(router.conclude(verdict, on: message.id, now: .zero).isEmpty)
        let wants = RPC.with { $0.wants = [message.id] }
        #expect(router.receive(wants, from: self.crowd.others[1].id, now: .zero).isEmpty)
        #expect(router.receive(RPC.publishing(message), from: self.crowd.others[1].id, now: .zero).isEmpty)
    }

    @Test func aVerdictThatNeverComesIsNotWaitedFor() throws {
        var router = self.crowd.router(peers: 2)
        _ = try router.subscribe("t", now: .zero)
        let message = try self.crowd.others[3].message("hello")
        _ = router.receive(RPC.publishing(message), from: self.crowd.others[0].id, now: .zero)
        _ = router.heartbeat(now: .seconds(30))
        #expect(router.conclude(.accept, on: message.id, now: .zero).isEmpty)
    }

    @Test func ownForgedUnsignedAndUnwantedMessagesAreDropped() throws {
        var router = self.crowd.router(peers: 2)
        _ = try router.subscribe("t", now: .zero)
        var forged = try self.crowd.others[3].message("hello").wire
        forged.data = Array("other".utf8)
        var unsigned = try self.crowd.others[3].message("hello").wire
        unsigned.signature = nil
        let elsewhere = try self.crowd.others[3].message("hello", topic: "u").wire
        let ownAgain = try self.crowd.own.message("hello").wire
        let rpc = RPC.with { $0.messages = [forged, unsigned, elsewhere, ownAgain] }
        #expect(router.receive(rpc, from: self.crowd.others[0].id, now: .zero).isEmpty)
        // A forgery does not keep the real message out.
        let real = try self.crowd.others[3].message("hello")
        #expect(router.receive(RPC.publishing(real), from: self.crowd.others[1].id, now: .zero).judged == [real])
    }

    @Test func aPeerThatKeepsForgingIsDisconnected() throws {
        var router = self.crowd.router(peers: 2)
        _ = try router.subscribe("t", now: .zero)
        var forged = try self.crowd.others[3].message("hello").wire
        forged.signature = Array(repeating: 0, count: 64)
        let rpc = RPC.with { $0.messages = Array(repeating: forged, count: 17) }
        #expect(
            router.receive(rpc, from: self.crowd.others[0].id, now: .zero).disconnected == [self.crowd.others[0].id]
        )
    }

    @Test func messagesThatWaitForAVerdictAreBounded() throws {
        var limits = GossipRouter.Limits()
        limits.pending = 2
        var router = self.crowd.router(peers: 2, limits: limits)
        _ = try router.subscribe("t", now: .zero)
        let messages = try (1...3).map { try self.crowd.others[3].message("hello", sequence: $0) }
        let rpc = RPC.with { $0.messages = messages.map(\.wire) }
        #expect(router.receive(rpc, from: self.crowd.others[0].id, now: .zero).judged.count == 2)
        _ = router.conclude(.accept, on: messages[0].id, now: .zero)
        #expect(router.receive(rpc, from: self.crowd.others[1].id, now: .zero).judged == [messages[2]])
    }

    @Test func anOversizedPayloadIsNotPublished() throws {
        var router = self.crowd.router(peers: 1)
        let most = [UInt8](repeating: 1, count: router.limits.messageBytes)
        let sent = try router.publish(most, to: "t", now: .zero).directives.sent(to: self.crowd.others[0].id)
        #expect(try #require(sent.first).encoded.count <= GossipRouter.Limits.rpcBytes)
        #expect(throws: GossipError.tooLarge) { try router.publish(most + [1], to: "t", now: .zero) }
    }

    @Test func aStrangersRPCSaysNothing() throws {
        var router = self.crowd.own.router()
        _ = try router.subscribe("t", now: .zero)
        let rpc = RPC.publishing(try self.crowd.others[3].message("hello"))
        #expect(router.receive(rpc, from: self.crowd.others[0].id, now: .zero).isEmpty)
    }
}
