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
            _ = try? await nodes[1].host.connect(nodes[0].host.address)
            while !(await nodes[1].host.peers().isEmpty) { try await Task.sleep(for: .milliseconds(1)) }
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
            let events = nodes.dropFirst().map { $0.host.events() }
            for node in nodes.dropFirst() { _ = try await node.host.connect(nodes[0].host.address) }
            // Whoever finds the mesh full hears of the others, at the addresses that they signed.
            let introduced = await withTaskGroup(of: (PeerID, [PeerID])?.self) { group in
                for (node, events) in zip(nodes.dropFirst(), events) {
                    group.addTask {
                        for await case .introduced(let peers) in events { return (node.host.peerID, peers) }
                        return nil
                    }
                }
                defer { group.cancelAll() }
                return await group.next() ?? nil
            }
            let (reader, peers) = try #require(introduced)
            let others = Set(nodes.map(\.host.peerID)).subtracting([reader, nodes[0].host.peerID])
            #expect(!peers.isEmpty && others.isSuperset(of: peers))
            let listener = try #require(nodes.first { $0.host.peerID == reader })
            #expect(peers.allSatisfy { !listener.host.addresses(of: $0).isEmpty })
        }
    }
}
