import CacheCore
import CacheMesh
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import NIOCore
import Testing

/// A member whose program lies or is broken; everything it signs is believed to be its own.
private struct HostileMember: Sendable {
    let host: Host
    let pubSub: PubSub

    init(_ number: UInt8) throws {
        self.host = Host(configuration: .init(identity: try MeshNode.identity(number)), logger: quiet)
        self.pubSub = PubSub(host: self.host, logger: quiet)
    }

    func publish(_ payload: [UInt8]) throws {
        try self.pubSub.publish(payload, to: Topic.name(for: Sample.repository()))
    }

    func publish(_ object: SharedObject) throws {
        let claim = try #require(Claim(.event(object)))
        try self.publish(Claim.batch([claim.encoded]))
    }

    /// Runs it, connected to a node, around a body.
    func running(connectedTo node: MeshNode, body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.host.run() }
            group.addTask { try await self.pubSub.run() }
            _ = try await self.host.connect(try Multiaddr(try await node.address()))
            try await body()
            group.cancelAll()
        }
    }
}

@Suite(.timeLimit(.minutes(1))) struct HostileMemberTests {
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
                for payload in [[], [0xff], Array(repeating: 0x0a, count: 1000)] as [[UInt8]] {
                    try fool.publish(payload)
                }
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
}
