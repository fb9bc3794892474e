import CacheCore
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import NIOCore
import Testing

@testable import CacheMesh

/// A member whose program lies or is broken; everything it signs is believed to be its own.
struct HostileMember: Sendable {
    let host: Host
    let pubSub: PubSub
    let keyPair: KeyPair

    init(_ number: UInt8) throws {
        self.keyPair = try MeshNode.identity(number)
        self.host = Host(configuration: .init(identity: self.keyPair), logger: quiet)
        self.pubSub = PubSub(host: self.host, logger: quiet)
    }

    /// Gossips a payload.
    func publish(_ payload: [UInt8]) throws {
        try self.pubSub.publish(payload, to: Topic.name(for: Sample.repository()))
    }

    /// Gossips an object as an event's.
    func publish(_ object: SharedObject) throws {
        let claim = try #require(Claim(.event(object)))
        try self.publish(Claim.batch([claim.encoded]))
    }

    /// Signs a payload and gives the RPC that carries it.
    func signed(_ payload: [UInt8], sequence: UInt64) throws -> ByteBuffer {
        var rpc = GossipRouter.RPC()
        let topic = Topic.name(for: try Sample.repository())
        rpc.messages = [
            try SignedMessage(signing: payload, topic: topic, sequence: sequence, with: self.keyPair).wire
        ]
        return ByteBuffer(bytes: rpc.encoded)
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

    /// Waits until a node has had enough of it.
    func isBanned(by node: MeshNode) async throws {
        while !node.mesh.host.isBanned(self.host.peerID) { try await Task.sleep(for: .milliseconds(2)) }
    }
}
