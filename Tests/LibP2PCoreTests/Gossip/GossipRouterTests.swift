@testable import LibP2PCore
import Multiformats
import Testing

@Suite struct GossipRouterTests {
    private typealias RPC = GossipRouter.RPC

    private let own: Author
    private let others: [Author]

    init() throws {
        self.own = try Author(1)
        self.others = try (2...40).map(Author.init)
    }

    /// A router with that many peers, which all follow the topics.
    private func router(
        peers: Int,
        following topics: [String] = ["t"],
        outbound: Int = 0,
        version: GossipRouter.Version = .gossipsub11,
        parameters: GossipRouter.Parameters = .ofTheSpec,
        limits: GossipRouter.Limits = .init()
    ) -> GossipRouter {
        var router = self.own.router(parameters: parameters, limits: limits)
        for (index, peer) in self.others.prefix(peers).enumerated() {
            _ = router.add(peer.id, speaking: version, isOutbound: index < outbound)
            let rpc = RPC.with { $0.subscriptions = topics.map { .init(isSubscribed: true, topic: $0) } }
            _ = router.receive(rpc, from: peer.id, now: .zero)
        }
        return router
    }

    private func publishing(_ messages: SignedMessage...) -> RPC {
        .with { $0.messages = messages.map(\.wire) }
    }

    // Subscriptions.

    @Test func aNewPeerIsToldEveryTopicFirst() throws {
        var router = self.own.router()
        _ = try router.subscribe("a", now: .zero)
        _ = try router.subscribe("b", now: .zero)
        let directives = router.add(self.others[0].id, speaking: .gossipsub11, isOutbound: true)
        #expect(directives == [.send(.subscribing("a", "b"), to: self.others[0].id)])
    }

    @Test func everyPeerHearsOfJoiningAndLeaving() throws {
        var router = self.router(peers: 3, following: [])
        let joined = try router.subscribe("t", now: .zero)
        #expect(joined.recipients.count == 3)
        #expect(joined.sent(to: self.others[0].id) == [.subscribing("t")])
        let left = router.unsubscribe("t", now: .zero)
        #expect(left.sent(to: self.others[0].id).first?.subscriptions == [.init(isSubscribed: false, topic: "t")])
        #expect(try router.subscribe("u", now: .zero).count == 3)
        #expect(try router.subscribe("u", now: .zero).isEmpty)
    }

    @Test func followersAreKnownByTopic() {
        var router = self.router(peers: 2, following: ["a", "b"])
        let leaving = RPC.with { $0.subscriptions = [.init(isSubscribed: false, topic: "a")] }
        _ = router.receive(leaving, from: self.others[0].id, now: .zero)
        #expect(router.followers(of: "a") == [self.others[1].id])
        #expect(router.followers(of: "b").count == 2)
    }

    @Test func topicsAreBounded() throws {
        var limits = GossipRouter.Limits()
        limits.topics = 2
        limits.topicsPerPeer = 2
        var router = self.router(peers: 1, following: ["a", "b", "c"], limits: limits)
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
        var router = self.router(peers: 2, limits: limits)
        let third = self.others[2].id
        #expect(
            router.add(third, speaking: .gossipsub11, isOutbound: false) == [.disconnect(third, because: .tooManyPeers)]
        )
    }

    // The mesh.

    @Test func joiningGraftsAsManyAsWanted() throws {
        var router = self.router(peers: 20)
        let directives = try router.subscribe("t", now: .zero)
        #expect(router.mesh(of: "t").count == 6)
        for peer in router.mesh(of: "t") {
            #expect(directives.sent(to: peer).first?.grafts == ["t"])
        }
    }

    @Test func aFollowerThatComesToAThinMeshIsGraftedAtOnce() throws {
        var router = self.own.router()
        _ = try router.subscribe("t", now: .zero)
        _ = router.add(self.others[0].id, speaking: .gossipsub11, isOutbound: false)
        let directives = router.receive(.subscribing("t"), from: self.others[0].id, now: .zero)
        #expect(directives.sent(to: self.others[0].id).first?.grafts == ["t"])
    }

    @Test func aThinMeshIsFilledAtTheHeartbeat() throws {
        var router = self.router(peers: 20)
        _ = try router.subscribe("t", now: .zero)
        let leaving = RPC.with { $0.subscriptions = [.init(isSubscribed: false, topic: "t")] }
        for peer in router.mesh(of: "t").prefix(3) { _ = router.receive(leaving, from: peer, now: .zero) }
        #expect(router.mesh(of: "t").count == 3)
        let directives = router.heartbeat(now: .seconds(1))
        #expect(router.mesh(of: "t").count == 6)
        #expect(directives.recipients.count == 3)
    }

    @Test func aMeshThatLosesPeersIsFilledAtOnce() throws {
        var router = self.router(peers: 20)
        _ = try router.subscribe("t", now: .zero)
        let mesh = router.mesh(of: "t")
        for peer in mesh.prefix(2) { #expect(router.remove(peer, now: .zero).isEmpty) }
        let directives = router.remove(mesh[2], now: .zero)
        #expect(router.mesh(of: "t").count == 6)
        #expect(directives.recipients.count == 3)
        #expect(router.followers(of: "t").count == 17)
    }

    @Test func aFullMeshIsTrimmedAndKeepsPeersThatThisNodeDialled() throws {
        var router = self.router(peers: 20, outbound: 3)
        _ = try router.subscribe("t", now: .zero)
        let grafts = RPC.with { $0.grafts = ["t"] }
        // Those that it dialled come last and are taken even into a full mesh.
        for peer in self.others.prefix(20).reversed() { _ = router.receive(grafts, from: peer.id, now: .zero) }
        #expect(router.mesh(of: "t").count > 12)
        let before = Set(router.mesh(of: "t"))
        let directives = router.heartbeat(now: .seconds(1))
        let mesh = Set(router.mesh(of: "t"))
        #expect(mesh.count == 6)
        #expect(mesh.count { peer in self.others.prefix(3).contains { $0.id == peer } } >= 2)
        for peer in before.subtracting(mesh) {
            #expect(directives.sent(to: peer).first?.prunes == [.init(topic: "t", backoff: 60)])
        }
    }

    @Test func aGraftIntoAFullMeshIsPrunedUnlessThisNodeDialled() throws {
        var router = self.router(peers: 14, outbound: 1)
        _ = try router.subscribe("t", now: .zero)
        let graft = RPC.with { $0.grafts = ["t"] }
        for peer in self.others[1..<14] { _ = router.receive(graft, from: peer.id, now: .zero) }
        let outsider = try #require(self.others[1..<14].first { !router.mesh(of: "t").contains($0.id) })
        let refused = router.receive(graft, from: outsider.id, now: .zero)
        #expect(refused.sent(to: outsider.id).first?.prunes == [.init(topic: "t", backoff: 60)])
        #expect(router.receive(graft, from: self.others[0].id, now: .zero).isEmpty)
        #expect(router.mesh(of: "t").contains(self.others[0].id))
    }

    @Test func aGraftOfATopicThatIsNotFollowedIsIgnored() {
        var router = self.router(peers: 1)
        let graft = RPC.with { $0.grafts = ["t"] }
        #expect(router.receive(graft, from: self.others[0].id, now: .zero).isEmpty)
        #expect(router.mesh(of: "t").isEmpty)
    }

    @Test func aPrunedPeerIsLeftAloneForItsBackoff() throws {
        var router = self.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        let prune = RPC.with { $0.prunes = [.init(topic: "t", backoff: 30)] }
        _ = router.receive(prune, from: self.others[0].id, now: .zero)
        #expect(router.mesh(of: "t").isEmpty)
        _ = router.heartbeat(now: .seconds(30))
        #expect(router.mesh(of: "t").isEmpty)
        _ = router.heartbeat(now: .seconds(31))
        #expect(router.mesh(of: "t") == [self.others[0].id])
    }

    @Test func aPruneWithoutBackoffMeansTheDefaultAndAnEndlessOneIsCut() throws {
        for (asked, seconds) in [(nil, 60), (UInt64.max, 3600)] as [(UInt64?, Int)] {
            var router = self.router(peers: 1)
            _ = try router.subscribe("t", now: .zero)
            let prune = RPC.with { $0.prunes = [.init(topic: "t", backoff: asked)] }
            _ = router.receive(prune, from: self.others[0].id, now: .zero)
            _ = router.heartbeat(now: .seconds(seconds))
            #expect(router.mesh(of: "t").isEmpty)
            _ = router.heartbeat(now: .seconds(seconds + 1))
            #expect(router.mesh(of: "t").count == 1)
        }
    }

    @Test func aGraftWithinTheBackoffIsPrunedAgain() throws {
        var router = self.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        _ = router.unsubscribe("t", now: .zero)
        _ = try router.subscribe("t", now: .seconds(1))
        #expect(router.mesh(of: "t").isEmpty)
        let graft = RPC.with { $0.grafts = ["t"] }
        let directives = router.receive(graft, from: self.others[0].id, now: .seconds(2))
        #expect(directives.sent(to: self.others[0].id).first?.prunes == [.init(topic: "t", backoff: 60)])
        #expect(router.receive(graft, from: self.others[0].id, now: .seconds(62)).isEmpty)
        #expect(router.mesh(of: "t").count == 1)
    }

    @Test func leavingPrunesWithTheShortBackoff() throws {
        var router = self.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        let directives = router.unsubscribe("t", now: .zero)
        #expect(directives.sent(to: self.others[0].id).first?.prunes == [.init(topic: "t", backoff: 10)])
    }

    @Test func anOlderPeerIsPrunedWithoutBackoff() throws {
        var router = self.router(peers: 1, version: .gossipsub10)
        _ = try router.subscribe("t", now: .zero)
        let directives = router.unsubscribe("t", now: .zero)
        #expect(directives.sent(to: self.others[0].id).first?.prunes == [.init(topic: "t", backoff: nil)])
    }

    @Test func aNewStreamOfAPeerInTheMeshIsGraftedAgain() throws {
        var router = self.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        let directives = router.add(self.others[0].id, speaking: .gossipsub11, isOutbound: false)
        #expect(directives.sent(to: self.others[0].id).first?.grafts == ["t"])
        #expect(router.followers(of: "t").count == 1)
    }

    // Messages.

    @Test func ownMessagesGoToEveryFollower() throws {
        var router = self.router(peers: 20)
        let published = try router.publish(Array("hello".utf8), to: "t", now: .zero)
        #expect(Set(published.directives.recipients).count == 20)
        let next = try router.publish(Array("hello".utf8), to: "t", now: .zero)
        #expect(published.id == MessageID(author: self.own.id, sequence: 1))
        #expect(next.id == MessageID(author: self.own.id, sequence: 2))
    }

    @Test func withoutFloodingATopicThatIsNotFollowedGoesToAFanout() throws {
        var parameters = GossipRouter.Parameters.ofTheSpec
        parameters.floodsOwnMessages = false
        var router = self.router(peers: 20, parameters: parameters)
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
        var router = self.router(peers: 2, version: .floodsub)
        #expect(try router.subscribe("t", now: .zero).sent(to: self.others[0].id) == [.subscribing("t")])
        let message = try self.others[5].message("hello")
        _ = router.receive(self.publishing(message), from: self.others[0].id, now: .zero)
        #expect(router.conclude(.accept, on: message.id, now: .zero).recipients == [self.others[1].id])
        #expect(router.heartbeat(now: .seconds(1)).isEmpty)
    }

    @Test func aMessageIsPassedOnOnlyAfterItsVerdict() throws {
        var router = self.router(peers: 6)
        _ = try router.subscribe("t", now: .zero)
        let message = try self.others[3].message("hello")
        let received = router.receive(self.publishing(message), from: self.others[0].id, now: .zero)
        #expect(received == [.judge(message, from: self.others[0].id)])
        // A second copy says only who else has it.
        #expect(router.receive(self.publishing(message), from: self.others[1].id, now: .zero).isEmpty)
        let accepted = router.conclude(.accept, on: message.id, now: .zero)
        #expect(Set(accepted.recipients) == [self.others[2].id, self.others[4].id, self.others[5].id])
        #expect(accepted.sent(to: self.others[2].id) == [self.publishing(message)])
        #expect(router.conclude(.accept, on: message.id, now: .zero).isEmpty)
    }

    @Test(arguments: [GossipRouter.Verdict.reject, .ignore])
    func whatIsNotAcceptedIsNeitherPassedOnNorKept(verdict: GossipRouter.Verdict) throws {
        var router = self.router(peers: 6)
        _ = try router.subscribe("t", now: .zero)
        let message = try self.others[3].message("hello")
        _ = router.receive(self.publishing(message), from: self.others[0].id, now: .zero)
        #expect(router.conclude(verdict, on: message.id, now: .zero).isEmpty)
        let wants = RPC.with { $0.wants = [message.id] }
        #expect(router.receive(wants, from: self.others[1].id, now: .zero).isEmpty)
        #expect(router.receive(self.publishing(message), from: self.others[1].id, now: .zero).isEmpty)
    }

    @Test func aVerdictThatNeverComesIsNotWaitedFor() throws {
        var router = self.router(peers: 2)
        _ = try router.subscribe("t", now: .zero)
        let message = try self.others[3].message("hello")
        _ = router.receive(self.publishing(message), from: self.others[0].id, now: .zero)
        _ = router.heartbeat(now: .seconds(30))
        #expect(router.conclude(.accept, on: message.id, now: .zero).isEmpty)
    }

    @Test func ownForgedUnsignedAndUnwantedMessagesAreDropped() throws {
        var router = self.router(peers: 2)
        _ = try router.subscribe("t", now: .zero)
        var forged = try self.others[3].message("hello").wire
        forged.data = Array("other".utf8)
        var unsigned = try self.others[3].message("hello").wire
        unsigned.signature = nil
        let elsewhere = try self.others[3].message("hello", topic: "u").wire
        let ownAgain = try self.own.message("hello").wire
        let rpc = RPC.with { $0.messages = [forged, unsigned, elsewhere, ownAgain] }
        #expect(router.receive(rpc, from: self.others[0].id, now: .zero).isEmpty)
        // A forgery does not keep the real message out.
        let real = try self.others[3].message("hello")
        #expect(router.receive(self.publishing(real), from: self.others[1].id, now: .zero).judged == [real])
    }

    @Test func aPeerThatKeepsForgingIsDisconnected() throws {
        var router = self.router(peers: 2)
        _ = try router.subscribe("t", now: .zero)
        var forged = try self.others[3].message("hello").wire
        forged.signature = Array(repeating: 0, count: 64)
        let rpc = RPC.with { $0.messages = Array(repeating: forged, count: 17) }
        #expect(router.receive(rpc, from: self.others[0].id, now: .zero).disconnected == [self.others[0].id])
    }

    @Test func messagesThatWaitForAVerdictAreBounded() throws {
        var limits = GossipRouter.Limits()
        limits.pending = 2
        var router = self.router(peers: 2, limits: limits)
        _ = try router.subscribe("t", now: .zero)
        let messages = try (1...3).map { try self.others[3].message("hello", sequence: $0) }
        let rpc = RPC.with { $0.messages = messages.map(\.wire) }
        #expect(router.receive(rpc, from: self.others[0].id, now: .zero).judged.count == 2)
        _ = router.conclude(.accept, on: messages[0].id, now: .zero)
        #expect(router.receive(rpc, from: self.others[1].id, now: .zero).judged == [messages[2]])
    }

    @Test func anOversizedPayloadIsNotPublished() throws {
        var router = self.router(peers: 1)
        let most = [UInt8](repeating: 1, count: router.limits.messageBytes)
        let sent = try router.publish(most, to: "t", now: .zero).directives.sent(to: self.others[0].id)
        #expect(try #require(sent.first).encoded.count <= GossipRouter.Limits.rpcBytes)
        #expect(throws: GossipError.tooLarge) { try router.publish(most + [1], to: "t", now: .zero) }
    }

    @Test func aStrangersRPCSaysNothing() throws {
        var router = self.own.router()
        _ = try router.subscribe("t", now: .zero)
        let rpc = self.publishing(try self.others[3].message("hello"))
        #expect(router.receive(rpc, from: self.others[0].id, now: .zero).isEmpty)
    }

    // Gossip.

    @Test func followersOutsideTheMeshHearWhatThereIs() throws {
        var router = self.router(peers: 20)
        _ = try router.subscribe("t", now: .zero)
        let id = try router.publish([1], to: "t", now: .zero).id
        for heartbeat in 1...4 {
            let haves = router.heartbeat(now: .seconds(heartbeat))
            #expect(haves.recipients.count == (heartbeat <= 3 ? 6 : 0))
            for peer in haves.recipients {
                #expect(!router.mesh(of: "t").contains(peer))
                #expect(haves.sent(to: peer).first?.haves == [.init(topic: "t", messages: [id])])
            }
        }
    }

    @Test func whoJoinsATopicHearsWhatItJustMissed() throws {
        var router = self.router(peers: 1, following: [])
        _ = try router.subscribe("t", now: .zero)
        let id = try router.publish([1], to: "t", now: .zero).id
        let joined = router.receive(.subscribing("t"), from: self.others[0].id, now: .zero)
        #expect(joined.sent(to: self.others[0].id).first?.haves == [.init(topic: "t", messages: [id])])
        #expect(router.receive(.subscribing("t"), from: self.others[0].id, now: .zero).isEmpty)
    }

    @Test func onlyUnseenMessagesAreAskedForAndOfOnePeer() throws {
        var router = self.router(peers: 3)
        _ = try router.subscribe("t", now: .zero)
        let seen = try self.others[3].message("seen")
        _ = router.receive(self.publishing(seen), from: self.others[0].id, now: .zero)
        let unseen = MessageID(author: self.others[3].id, sequence: 9)
        let have = RPC.with { $0.haves = [.init(topic: "t", messages: [seen.id, unseen])] }
        #expect(
            router.receive(have, from: self.others[0].id, now: .zero)
                == [.send(.with { $0.wants = [unseen] }, to: self.others[0].id)]
        )
        #expect(router.receive(have, from: self.others[1].id, now: .milliseconds(999)).isEmpty)
        // The first has not kept its promise so far, so another is asked.
        #expect(router.receive(have, from: self.others[1].id, now: .seconds(1)).recipients == [self.others[1].id])
    }

    @Test func aPeerThatBreaksItsPromisesIsNotAskedForAWhile() throws {
        var router = self.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        func have(_ number: UInt64) -> RPC {
            let ids = (0..<30).map { MessageID(author: self.others[3].id, sequence: number * 100 + $0) }
            return .with { $0.haves = [.init(topic: "t", messages: ids)] }
        }
        // Each request counts once: ten are more than are let pass, and not enough to disconnect.
        for number in 0..<10 as Range<UInt64> {
            let moment = Duration.seconds(number)
            #expect(!router.receive(have(number), from: self.others[0].id, now: moment).isEmpty)
            _ = router.heartbeat(now: moment)
        }
        for second in 10..<13 { #expect(router.heartbeat(now: .seconds(second)).disconnected.isEmpty) }
        #expect(router.score(of: self.others[0].id) < router.parameters.score.thresholds.gossip)
        #expect(router.receive(have(20), from: self.others[0].id, now: .seconds(13)).isEmpty)
        for second in 13..<60 { _ = router.heartbeat(now: .seconds(second)) }
        #expect(!router.receive(have(30), from: self.others[0].id, now: .seconds(60)).isEmpty)
    }

    @Test func advertisementsAreCapped() throws {
        var limits = GossipRouter.Limits()
        limits.idsPerHeartbeat = 25
        limits.havesPerHeartbeat = 3
        var router = self.router(peers: 1, limits: limits)
        _ = try router.subscribe("t", now: .zero)
        var wanted = 0
        for round in 0..<6 as Range<UInt64> {
            let ids = (0..<10).map { MessageID(author: self.others[3].id, sequence: round * 100 + $0) }
            let have = RPC.with { $0.haves = [.init(topic: "t", messages: ids)] }
            wanted += router.receive(have, from: self.others[0].id, now: .zero).sent(to: self.others[0].id)
                .map(\.wants.count).reduce(0, +)
        }
        #expect(wanted == 25)
    }

    @Test func aWantedMessageIsGivenAFewTimes() throws {
        var router = self.router(peers: 2)
        let message = try router.publish([1], to: "t", now: .zero).id
        let wants = RPC.with { $0.wants = [message, MessageID(bytes: [1])] }
        for _ in 0..<3 {
            #expect(router.receive(wants, from: self.others[0].id, now: .zero).count == 1)
        }
        #expect(router.receive(wants, from: self.others[0].id, now: .zero).isEmpty)
        #expect(router.receive(wants, from: self.others[1].id, now: .zero).count == 1)
    }

    @Test func whatAPeerIsGivenOnRequestIsBoundedInBytes() throws {
        var limits = GossipRouter.Limits()
        limits.answeredBytes = 2000
        var router = self.router(peers: 1, limits: limits)
        let ids = try (0..<10).map { _ in
            try router.publish([UInt8](repeating: 7, count: 1000), to: "t", now: .zero).id
        }
        let answered = router.receive(.with { $0.wants = ids }, from: self.others[0].id, now: .zero)
        #expect(answered.sent(to: self.others[0].id).flatMap(\.messages).count == 2)
        _ = router.heartbeat(now: .seconds(1))
        #expect(!router.receive(.with { $0.wants = ids }, from: self.others[0].id, now: .seconds(1)).isEmpty)
    }
}
