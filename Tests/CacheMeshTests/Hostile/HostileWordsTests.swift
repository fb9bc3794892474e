import CacheCore
import GitHubCore
import LibP2P
import LibP2PCore
import Logs
import Multiformats
import NIOCore
import Testing

@testable import CacheMesh
@testable import MeshCore

/// Members and strangers whose gossip is not to be believed.
@Suite(.timeLimit(.minutes(1))) struct HostileWordsTests {
    private static let gossip = GossipRouter.Version.gossipsub11.rawValue

    /// Runs a follower that logs, a liar that is a member, and an honest member, all connected to the follower.
    private func withLiar(
        gossip: PubSub.Configuration = PubSub.Configuration(),
        members: [UInt8] = [1, 3],
        _ body: (_ follower: MeshNode, _ liar: HostileMember, _ honest: MeshNode, LogBook) async throws -> Void
    ) async throws {
        let log = LogBook()
        let follower = try MeshNode(2, members: members, gossip: gossip, logger: log.logger)
        let honest = try MeshNode(3, members: [2])
        let liar = try HostileMember(1)
        try await running(follower, honest) {
            try honest.see()
            try await follower.follow("octo/hello")
            try await honest.follow("octo/hello")
            try await honest.connect(to: follower)
            try await liar.running(connectedTo: follower) { try await body(follower, liar, honest, log) }
        }
    }

    /// What the follower believes first once the honest member has said something.
    private func hears(_ honest: MeshNode, _ follower: MeshNode) async throws {
        await honest.mesh.announce(.event(try Sample.object(42)))
        let heard = try #require(await follower.first())
        #expect(heard.runID == 42)
        #expect(heard.author == honest.peer)
    }

    private func event(_ text: String, inline: String? = nil, delivery: String? = nil) throws -> [UInt8] {
        let sample = try Sample.object()
        let body = Body(Array(text.utf8))
        let claim = EventClaim(
            repository: sample.repository,
            kind: .run,
            delivery: try #require(DeliveryID(delivery ?? sample.delivery.text)),
            deploymentUpdatedAt: nil,
            acceptedAt: Sample.now,
            isPrivate: false,
            object: BodyClaim(cid: body.cid, size: body.bytes.count, inline: Array((inline ?? text).utf8))
        )
        return Claim.batch([Claim.event(claim).encoded])
    }

    @Test(arguments: [
        ("wrongBody", #"{"id":7}"#, #"{"id":8}"#),
        ("wrongObject", #"{"id":"seven"}"#, nil),
        ("wrongObject", #"{"id":7,"repository":{"full_name":"octo/other"}}"#, nil),
        ("wrongObject", "[[[[[[[[[[", nil),
        ("what cannot be yet", #"{"id":7,"run_attempt":999999}"#, nil),
        ("what cannot be yet", #"{"id":7,"updated_at":"2099-01-01T00:00:00Z"}"#, nil),
    ])
    func lies(reason: String, text: String, inline: String?) async throws {
        try await self.withLiar { follower, liar, honest, log in
            for _ in 0..<3 { try liar.publish(try self.event(text, inline: inline)) }
            try await liar.isBanned(by: follower)
            try await log.eventuallyTells("A peer is banned", "\(liar.host.peerID)", reason)
            try await self.hears(honest, follower)
        }
    }

    @Test func deliveriesFromTheFutureAreNotBelieved() async throws {
        try await self.withLiar { follower, liar, honest, log in
            for _ in 0..<3 {
                try liar.publish(try self.event(#"{"id":7}"#, delivery: "00000000-0000-1fff-8000-000000000000"))
            }
            try await liar.isBanned(by: follower)
            try await log.eventuallyTells("A peer is banned", "what cannot be yet")
            try await self.hears(honest, follower)
        }
    }

    @Test func aMemberThatTurnsIsBelievedNoMoreWhoeverBringsItsWord() async throws {
        try await self.withLiar { follower, liar, honest, log in
            try liar.publish(try Sample.object(1))
            #expect(try #require(await follower.first()).runID == 1)
            for _ in 0..<3 { try liar.publish(try self.event("{}")) }
            try await liar.isBanned(by: follower)
            // A third peer brings what it signed.
            let bearer = try HostileMember(9)
            try await bearer.running(connectedTo: follower) {
                let claim = try #require(Claim(.event(try Sample.object(2))))
                let word = try liar.signed(Claim.batch([claim.encoded]), sequence: .max)
                while !log.tells("A message is ignored", "notTrusted") {
                    // The bearer's own gossip may take the stream's place.
                    let stream = try await bearer.host.openStream(to: follower.peer, protocols: [Self.gossip])
                    try? await stream.writeMessage(word)
                    try await Task.sleep(for: .milliseconds(20))
                }
                #expect(!follower.mesh.host.isBanned(bearer.host.peerID))
            }
            try await self.hears(honest, follower)
        }
    }

    @Test func whoFloodsIsCutOffAndCostsNoMoreThanItsShare() async throws {
        try await self.withLiar { follower, liar, honest, log in
            let claim = try #require(Claim(.privatized(Sample.repository(), asOf: Sample.now)))
            let payload = Claim.batch(Array(repeating: claim.encoded, count: 256))
            var sent = 0
            while !follower.mesh.host.isBanned(liar.host.peerID) {
                try? liar.publish(payload)
                sent += 1
                if sent % 16 == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            try await log.eventuallyTells("A peer is banned", "more than anyone has to say")
            await honest.mesh.announce(.event(try Sample.object(42)))
            var believed = 0
            for await heard in follower.mesh.announcements {
                if heard.runID == 42 { break }
                believed += 1
            }
            #expect(believed <= MeshCore.Limits.authorAnnouncements.burst)
        }
    }

    @Test func aStrangerThatFloodsIsCutOffToo() async throws {
        try await self.withLiar(members: [3]) { follower, stranger, honest, log in
            while !follower.mesh.host.isBanned(stranger.host.peerID) {
                for _ in 0..<16 { try? stranger.publish([0xff]) }
                try await Task.sleep(for: .milliseconds(1))
            }
            try await log.eventuallyTells("A peer is banned", "more than anyone has to say")
            try await self.hears(honest, follower)
        }
    }

    @Test func whatIsPlayedAgainWhenPubSubHasForgottenItIsKnown() async throws {
        var forgetful = PubSub.Configuration()
        forgetful.parameters.heartbeat = .milliseconds(10)
        forgetful.parameters.seenLifetime = .milliseconds(10)
        try await self.withLiar(gossip: forgetful) { follower, liar, honest, log in
            let claim = try #require(Claim(.event(try Sample.object(1))))
            let recording = try liar.signed(Claim.batch([claim.encoded]), sequence: 1)
            while !follower.mesh.host.isBanned(liar.host.peerID) {
                guard
                    let stream = try? await liar.host.openStream(to: follower.peer, protocols: [Self.gossip])
                else { continue }
                while (try? await stream.writeMessage(recording)) != nil { try await Task.sleep(for: .milliseconds(5)) }
            }
            try await log.eventuallyTells("A peer is banned", "plays messages again")
            #expect(try #require(await follower.first()).runID == 1)
            try await self.hears(honest, follower)
        }
    }
}
