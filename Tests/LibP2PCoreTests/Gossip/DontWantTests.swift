@testable import LibP2PCore
import Multiformats
import Testing

/// IDONTWANT, and the announcing of large messages.
@Suite struct DontWantTests {
    private typealias RPC = GossipRouter.RPC

    private let own: Author
    private let others: [Author]
    private let large = Array(repeating: UInt8(7), count: 20_000)

    init() throws {
        self.own = try Author(1)
        self.others = try (2...40).map(Author.init)
    }

    private func router(
        _ versions: [GossipRouter.Version],
        limits: GossipRouter.Limits = .init(),
        _ change: (inout GossipRouter.Parameters) -> Void = { _ in }
    ) throws -> GossipRouter {
        var parameters = GossipRouter.Parameters.ofTheSpec
        change(&parameters)
        var router = self.own.router(parameters: parameters, limits: limits)
        _ = try router.subscribe("t", now: .zero)
        for (peer, version) in zip(self.others, versions) {
            _ = router.add(peer.id, speaking: version, isOutbound: false)
            _ = router.receive(.subscribing("t"), from: peer.id, now: .zero)
            if version != .floodsub { _ = router.receive(.with { $0.grafts = ["t"] }, from: peer.id, now: .zero) }
        }
        return router
    }

    private func message(_ data: [UInt8], _ sequence: UInt64 = 1) throws -> SignedMessage {
        try SignedMessage(signing: data, topic: "t", sequence: sequence, with: self.others[20].keyPair)
    }

    @Test func aLargeMessageIsCalledOffAtOnceFromThoseWhoUnderstand() throws {
        var router = try self.router([.gossipsub12, .gossipsub12, .gossipsub11, .gossipsub12])
        let message = try self.message(self.large)
        let directives = router.receive(.with { $0.messages = [message.wire] }, from: self.others[0].id, now: .zero)
        #expect(directives.judged == [message])
        #expect(Set(directives.recipients) == [self.others[1].id, self.others[3].id])
        #expect(directives.sent(to: self.others[1].id) == [.with { $0.dontWants = [message.id] }])
    }

    @Test func aSmallMessageIsNotCalledOff() throws {
        var router = try self.router([.gossipsub12, .gossipsub12])
        let message = try self.message([1])
        let directives = router.receive(.with { $0.messages = [message.wire] }, from: self.others[0].id, now: .zero)
        #expect(directives == [.judge(message, from: self.others[0].id)])
    }

    @Test func aForgeryCallsNothingOff() throws {
        var router = try self.router([.gossipsub12, .gossipsub12])
        var forged = try self.message(self.large).wire
        forged.data?[0] = 8
        #expect(router.receive(.with { $0.messages = [forged] }, from: self.others[0].id, now: .zero).isEmpty)
    }

    @Test func whoHasAMessageIsNotSentItForAWhile() throws {
        var router = try self.router([.gossipsub12, .gossipsub12, .gossipsub12])
        let first = try self.message(self.large, 1)
        let second = try self.message(self.large, 2)
        let spare = RPC.with { $0.dontWants = [first.id, second.id] }
        _ = router.receive(spare, from: self.others[1].id, now: .zero)
        _ = router.receive(.with { $0.messages = [first.wire] }, from: self.others[0].id, now: .zero)
        #expect(router.conclude(.accept, on: first.id, now: .zero).recipients == [self.others[2].id])
        let want = RPC.with { $0.wants = [first.id] }
        #expect(router.receive(want, from: self.others[1].id, now: .zero).isEmpty)
        for second in 1...3 { _ = router.heartbeat(now: .seconds(second)) }
        _ = router.receive(.with { $0.messages = [second.wire] }, from: self.others[0].id, now: .seconds(3))
        let recipients = router.conclude(.accept, on: second.id, now: .seconds(3)).recipients
        #expect(Set(recipients) == [self.others[1].id, self.others[2].id])
    }

    @Test func whatIsCalledOffIsBounded() throws {
        var limits = GossipRouter.Limits()
        limits.dontWantsPerHeartbeat = 10
        var router = try self.router([.gossipsub12, .gossipsub12], limits: limits)
        let messages = try (1...12).map { try self.message(self.large, $0) }
        let junk = (0..<9).map { MessageID(author: self.others[30].id, sequence: $0) }
        _ = router.receive(.with { $0.dontWants = junk + messages.map(\.id) }, from: self.others[1].id, now: .zero)
        for message in messages {
            _ = router.receive(.with { $0.messages = [message.wire] }, from: self.others[0].id, now: .zero)
        }
        // One of the messages was the tenth id.
        let sent = messages.flatMap { router.conclude(.accept, on: $0.id, now: .zero).recipients }
        #expect(sent.count == 11)
    }

    @Test func aLargeMessageGoesWholeToAFewAndIsAnnouncedToTheRestOfTheMesh() throws {
        var router = try self.router(Array(repeating: .gossipsub12, count: 8)) { $0.announcedBytes = 8192 }
        let message = try self.message(self.large)
        _ = router.receive(.with { $0.messages = [message.wire] }, from: self.others[0].id, now: .zero)
        let directives = router.conclude(.accept, on: message.id, now: .zero)
        let told = router.mesh(of: "t").filter { $0 != self.others[0].id }
        #expect(Set(directives.recipients) == Set(told))
        let whole = told.filter { directives.sent(to: $0) == [.with { $0.messages = [message.wire] }] }
        #expect(whole.count == router.parameters.degreeEager)
        let announced = told.filter { !whole.contains($0) }
        #expect(!announced.isEmpty)
        for peer in announced {
            let have = RPC.with { $0.haves = [.init(topic: "t", messages: [message.id])] }
            #expect(directives.sent(to: peer) == [have])
            // It asks, or is reminded.
            #expect(router.receive(.with { $0.wants = [message.id] }, from: peer, now: .zero).count == 1)
        }
        let reminders = router.heartbeat(now: .seconds(1))
        for peer in announced { #expect(reminders.sent(to: peer).contains { !$0.haves.isEmpty }) }
        for peer in whole { #expect(reminders.sent(to: peer).allSatisfy { $0.haves.isEmpty }) }
    }

    /// Go and py look at ten advertisements between heartbeats; what is more must not be lost on them.
    @Test func moreLargeMessagesThanMayBeAnnouncedGoWhole() throws {
        var router = try self.router(Array(repeating: .gossipsub12, count: 8)) { $0.announcedBytes = 8192 }
        var haves: [PeerID: Int] = [:]
        var sent = 0
        for _ in 0..<40 {
            let directives = try router.publish(self.large, to: "t", now: .zero).directives
            sent += directives.recipients.count
            for peer in directives.recipients where directives.sent(to: peer).contains(where: { !$0.haves.isEmpty }) {
                haves[peer, default: 0] += 1
            }
        }
        #expect(sent == 40 * router.followers(of: "t").count)
        #expect(haves.values.allSatisfy { $0 <= router.limits.announcementsPerHeartbeat })
    }

    @Test func anOwnMessageThatNotAllWereSentIsToldToAllAtTheHeartbeat() throws {
        var router = try self.router(Array(repeating: .gossipsub12, count: 20)) { $0.floodedPeers = 8 }
        let published = try router.publish([1], to: "t", now: .zero)
        #expect(published.directives.recipients.count == router.mesh(of: "t").count)
        let haves = router.heartbeat(now: .seconds(1))
        #expect(Set(haves.recipients) == Set(router.followers(of: "t")))
        #expect(haves.recipients.allSatisfy { haves.sent(to: $0).first?.haves.first?.messages == [published.id] })
    }

    @Test func whatIsSmallAndForFewIsFlooded() throws {
        var router = try self.router(Array(repeating: .gossipsub12, count: 8)) { parameters in
            parameters.floodedPeers = 8
            parameters.degree = 2
            parameters.degreeLow = 1
            parameters.degreeOut = 0
            parameters.degreeHigh = 2
        }
        #expect(router.mesh(of: "t").count == 2)
        #expect(try router.publish([1], to: "t", now: .zero).directives.recipients.count == 8)
    }
}
