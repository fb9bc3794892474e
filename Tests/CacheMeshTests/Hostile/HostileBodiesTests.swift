import CacheCore
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Logs
import MeshCore
import Multiformats
import NIOCore
import Testing

@testable import CacheMesh

@Suite(.timeLimit(.minutes(1))) struct HostileBodiesTests {
    @Test func aWrongBodyIsNotTakenAndAnotherMemberIsAsked() async throws {
        let follower = try MeshNode(2, members: [1, 3])
        let honest = try MeshNode(3, members: [2])
        let liar = try HostileMember(1)
        let object = try Sample.object(padding: 100_000)
        liar.host.handle(Fetch.protocolID) { stream in
            _ = try? await stream.readMessage(maximumLength: 1000)
            try? await stream.writeMessage(ByteBuffer(bytes: Fetch.Response.body([1, 2, 3]).encoded))
        }
        try await running(follower, honest) {
            let entry = try Sample.entry("/repos/octo/hello/actions/runs/7", body: object.body)
            honest.store.apply([.put(entry, object.body)])
            try await follower.follow("octo/hello")
            try await follower.connect(to: honest)
            try await liar.running(connectedTo: follower) {
                try liar.publish(object)
                let received = try #require(await follower.first())
                #expect(received.event?.body.bytes == object.body.bytes)
            }
        }
    }

    @Test func nonsenseIsDroppedAndTheNextMessageIsHeard() async throws {
        let follower = try MeshNode(2, members: [1])
        let fool = try HostileMember(1)
        try await running(follower) {
            try await follower.follow("octo/hello")
            try await fool.running(connectedTo: follower) {
                for payload in [[], [0xff]] as [[UInt8]] { try fool.publish(payload) }
                try fool.publish(try Sample.object(1, repository: "octo/other"))
                try fool.publish(try Sample.object(2))
                #expect(try #require(await follower.first()).runID == 2)
            }
        }
    }

    @Test func aBodyThatNobodyGivesHoldsNothingUp() async throws {
        let follower = try MeshNode(2, members: [1])
        let author = try HostileMember(1)
        try await running(follower) {
            try await follower.follow("octo/hello")
            try await author.running(connectedTo: follower) {
                try author.publish(try Sample.object(1, padding: 100_000))
                try author.publish(try Sample.object(2))
                #expect(try #require(await follower.first()).runID == 2)
            }
        }
    }

    @Test func whoGivesBodiesOfAnotherNameEndsBanned() async throws {
        let log = LogBook()
        let follower = try MeshNode(2, members: [1], logger: log.logger)
        let liar = try HostileMember(1)
        liar.host.handle(Fetch.protocolID) { stream in
            _ = try? await stream.readMessage(maximumLength: 1000)
            try? await stream.writeMessage(ByteBuffer(bytes: Fetch.Response.body([1, 2, 3]).encoded))
        }
        try await running(follower) {
            try await follower.follow("octo/hello")
            try await liar.running(connectedTo: follower) {
                for id in 1...3 { try liar.publish(try Sample.object(Int64(id), padding: 100_000)) }
                try await liar.isBanned(by: follower)
                try await log.eventuallyTells("A peer is banned", "\(liar.host.peerID)", "has not the name")
            }
        }
    }

    @Test func whoAnswersWithoutEndEndsBanned() async throws {
        let log = LogBook()
        let asker = try MeshNode(2, members: [1], logger: log.logger)
        let boaster = try HostileMember(1)
        boaster.host.handle(Fetch.protocolID) { stream in
            _ = try? await stream.readMessage(maximumLength: 1000)
            // The length alone says that it is too long.
            try? await stream.write(ByteBuffer(bytes: [0xff, 0xff, 0xff, 0x7f]))
            _ = try? await stream.read()
        }
        try await running(asker) {
            try await boaster.running(connectedTo: asker) {
                let question = Fetch.Request.copy(try Sample.representation(), withBody: true)
                // The asker may see the connection later than the one who dialled.
                while !asker.mesh.host.isBanned(boaster.host.peerID) {
                    #expect((try? await asker.mesh.client.ask(boaster.host.peerID, question)) == nil)
                    try await Task.sleep(for: .milliseconds(2))
                }
                try await log.eventuallyTells("A peer is banned", "its answer makes no sense")
            }
        }
    }

    @Test func whoGivesNothingInTimeIsBorneForAWhile() async throws {
        let log = LogBook()
        var limits = Mesh.Limits()
        limits.pullTimeout = .milliseconds(20)
        let follower = try MeshNode(2, members: [1], limits: limits, logger: log.logger)
        let sluggard = try HostileMember(1)
        sluggard.host.handle(Fetch.protocolID) { _ in try? await Task.sleep(for: .seconds(3600)) }
        try await running(follower) {
            try await follower.follow("octo/hello")
            try await sluggard.running(connectedTo: follower) {
                for id in 1...12 { try sluggard.publish(try Sample.object(Int64(id), padding: 100_000)) }
                try await sluggard.isBanned(by: follower)
                try await log.eventuallyTells("A peer is banned", "too slowly")
            }
        }
    }
}
