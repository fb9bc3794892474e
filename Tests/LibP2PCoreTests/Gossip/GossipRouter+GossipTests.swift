@testable import LibP2PCore
import Multiformats
import Testing

/// Messages announced, asked for and given.
@Suite struct GossipRouterGossipTests {
    private typealias RPC = GossipRouter.RPC

    private let crowd: GossipCrowd

    init() throws { self.crowd = try GossipCrowd() }

    @Test func followersOutsideTheMeshHearWhatThereIs() throws {
        var router = self.crowd.router(peers: 20)
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
        var router = self.crowd.router(peers: 1, following: [])
        _ = try router.subscribe("t", now: .zero)
        let id = try router.publish([1], to: "t", now: .zero).id
        let joined = router.receive(.subscribing("t"), from: self.crowd.others[0].id, now: .zero)
        #expect(joined.sent(to: self.crowd.others[0].id).first?.haves == [.init(topic: "t", messages: [id])])
        #expect(router.receive(.subscribing("t"), from: self.crowd.others[0].id, now: .zero).isEmpty)
    }

    @Test func onlyUnseenMessagesAreAskedForAndOfOnePeer() throws {
        var router = self.crowd.router(peers: 3)
        _ = try router.subscribe("t", now: .zero)
        let seen = try self.crowd.others[3].message("seen")
        _ = router.receive(RPC.publishing(seen), from: self.crowd.others[0].id, now: .zero)
        let unseen = MessageID(author: self.crowd.others[3].id, sequence: 9)
        let have = RPC.with { $0.haves = [.init(topic: "t", messages: [seen.id, unseen])] }
        #expect(
            router.receive(have, from: self.crowd.others[0].id, now: .zero)
                == [.send(.with { $0.wants = [unseen] }, to: self.crowd.others[0].id)]
        )
        #expect(router.receive(have, from: self.crowd.others[1].id, now: .milliseconds(999)).isEmpty)
        // The first has not kept its promise so far, so another is asked.
        #expect(
            router.receive(have, from: self.crowd.others[1].id, now: .seconds(1)).recipients == [
                self.crowd.others[1].id
            ]
        )
    }

    @Test func aPeerThatBreaksItsPromisesIsNotAskedForAWhile() throws {
        var router = self.crowd.router(peers: 1)
        _ = try router.subscribe("t", now: .zero)
        func have(_ number: UInt64) -> RPC {
            let ids = (0..<30).map { MessageID(author: self.crowd.others[3].id, sequence: number * 100 + $0) }
            return .with { $0.haves = [.init(topic: "t", messages: ids)] }
        }
        // Each request counts once: ten are more than are let pass, and not enough to disconnect.
        for number in 0..<10 as Range<UInt64> {
            let moment = Duration.seconds(number)
            #expect(!router.receive(have(number), from: self.crowd.others[0].id, now: moment).isEmpty)
            _ = router.heartbeat(now: moment)
        }
        for second in 10..<13 { #expect(router.heartbeat(now: .seconds(second)).disconnected.isEmpty) }
        #expect(router.score(of: self.crowd.others[0].id) < router.parameters.score.thresholds.gossip)
        #expect(router.receive(have(20), from: self.crowd.others[0].id, now: .seconds(13)).isEmpty)
        for second in 13..<60 { _ = router.heartbeat(now: .seconds(second)) }
        #expect(!router.receive(have(30), from: self.crowd.others[0].id, now: .seconds(60)).isEmpty)
    }

    @Test func advertisementsAreCapped() throws {
        var limits = GossipRouter.Limits()
        limits.idsPerHeartbeat = 25
        limits.havesPerHeartbeat = 3
        var router = self.crowd.router(peers: 1, limits: limits)
        _ = try router.subscribe("t", now: .zero)
        var wanted = 0
        for round in 0..<6 as Range<UInt64> {
            let ids = (0..<10).map { MessageID(author: self.crowd.others[3].id, sequence: round * 100 + $0) }
            let have = RPC.with { $0.haves = [.init(topic: "t", messages: ids)] }
            wanted += router.receive(have, from: self.crowd.others[0].id, now: .zero).sent(to: self.crowd.others[0].id)
                .map(\.wants.count).reduce(0, +)
        }
        #expect(wanted == 25)
    }

    @Test func aWantedMessageIsGivenAFewTimes() throws {
        var router = self.crowd.router(peers: 2)
        let message = try router.publish([1], to: "t", now: .zero).id
        let wants = RPC.with { $0.wants = [message, MessageID(bytes: [1])] }
        for _ in 0..<3 {
            #expect(router.receive(wants, from: self.crowd.others[0].id, now: .zero).count == 1)
        }
        #expect(router.receive(wants, from: self.crowd.others[0].id, now: .zero).isEmpty)
        #expect(router.receive(wants, from: self.crowd.others[1].id, now: .zero).count == 1)
    }

    @Test func whatAPeerIsGivenOnRequestIsBoundedInBytes() throws {
        var limits = GossipRouter.Limits()
        limits.answeredBytes = 2000
        var router = self.crowd.router(peers: 1, limits: limits)
        let ids = try (0..<10).map { _ in
            try router.publish([UInt8](repeating: 7, count: 1000), to: "t", now: .zero).id
        }
        let answered = router.receive(.with { $0.wants = ids }, from: self.crowd.others[0].id, now: .zero)
        #expect(answered.sent(to: self.crowd.others[0].id).flatMap(\.messages).count == 2)
        _ = router.heartbeat(now: .seconds(1))
        #expect(!router.receive(.with { $0.wants = ids }, from: self.crowd.others[0].id, now: .seconds(1)).isEmpty)
    }
}
