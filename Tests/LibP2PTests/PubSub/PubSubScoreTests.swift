import LibP2P
import LibP2PCore
import Multiformats
import Testing

/// Gossipsub 1.1's and 1.2's parts over real sockets.
@Suite(.timeLimit(.minutes(1)))
struct PubSubScoreTests {
    private static let topic = "/hookcache/1/test"

    @Test func aPeerThatTheApplicationCondemnsIsDisconnectedAndNotTakenBack() async throws {
        try await withGossip(count: 2) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            let events = nodes[0].host.events()
            let peer = try await nodes[0].host.connect(nodes[1].host.address)
            try await eventually { nodes[0].pubsub.followers(of: Self.topic) == [peer] }
            nodes[0].pubsub.credit(peer, -20)
            #expect(nodes[0].pubsub.score(of: peer) < -10)
            nodes[0].pubsub.credit(peer, -30)
            _ = try await events.first { if case .disconnected(peer) = $0 { true } else { false } }
            let again = nodes[0].host.events()
            _ = try? await nodes[1].host.connect(nodes[0].host.address)
            _ = try await again.first { if case .disconnected(peer) = $0 { true } else { false } }
            #expect(nodes[0].pubsub.followers(of: Self.topic).isEmpty)
        }
    }

    @Test func rejectedMessagesCostThePeerThatPassedThemOnItsConnection() async throws {
        try await withGossip(count: 2) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            let events = nodes[0].host.events()
            let peer = try await nodes[0].host.connect(nodes[1].host.address)
            try await eventually { nodes[1].pubsub.followers(of: Self.topic).count == 1 }
            for byte in 0..<12 { try nodes[1].pubsub.publish([UInt8(byte)], to: Self.topic) }
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for await message in nodes[0].pubsub.messages { nodes[0].pubsub.report(message.id, .reject) }
                }
                _ = try await events.first { if case .disconnected(peer) = $0 { true } else { false } }
                group.cancelAll()
            }
        }
    }

    @Test func aStarsCentreNamesItsPeersToThoseItTurnsAway() async throws {
        let count = 10
        try await withGossip(count: count) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            for node in nodes.dropFirst() { _ = try await node.host.connect(nodes[0].host.address) }
            let everyone = Set(nodes.dropFirst().map(\.host.peerID))
            // Whoever finds the mesh full hears of the others, with the addresses that they signed.
            let named = try await withThrowingTaskGroup(of: (PeerID, PeerRecord)?.self) { group in
                for node in nodes.dropFirst() {
                    group.addTask { await node.pubsub.named.first { _ in true }.map { (node.host.peerID, $0) } }
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
            let (reader, record) = try #require(named)
            #expect(everyone.contains(record.peer))
            #expect(record.peer != reader)
            #expect(!record.addresses.isEmpty)
        }
    }
}
