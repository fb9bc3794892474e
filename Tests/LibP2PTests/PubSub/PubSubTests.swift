import LibP2P
import LibP2PCore
import Multiformats
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct PubSubTests {
    private static let topic = "/hookcache/1/test"

    /// Waits until the peers' meshes have formed: each follower of a topic is known to the other.
    private func settled(_ nodes: [GossipNode], followers: Int = 1) async throws {
        for node in nodes {
            try await eventually { node.pubsub.followers(of: Self.topic).count >= followers }
        }
    }

    @Test func aMessageReachesWhoFollowsTheTopic() async throws {
        try await withGossip(count: 2) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            _ = try await nodes[0].host.connect(nodes[1].host.address)
            try await settled(nodes)
            let id = try nodes[0].pubsub.publish([1, 2, 3], to: Self.topic)
            let message = try await nodes[1].pubsub.messages.first { _ in true }
            #expect(message.id == id)
            #expect(message.author == nodes[0].host.peerID)
            #expect(message.source == nodes[0].host.peerID)
            #expect(message.topic == Self.topic)
            #expect(message.data == [1, 2, 3])
        }
    }

    @Test func onlyAnAcceptedMessageIsPassedOn() async throws {
        try await withGossip(count: 3) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            _ = try await nodes[0].host.connect(nodes[1].host.address)
            _ = try await nodes[2].host.connect(nodes[1].host.address)
            try await settled([nodes[0], nodes[2]])
            try await settled([nodes[1]], followers: 2)
            // The middle judges in order: one is ignored, one rejected, one accepted.
            for byte in 0..<3 { try nodes[0].pubsub.publish([UInt8(byte)], to: Self.topic) }
            var verdicts: [GossipRouter.Verdict] = [.ignore, .reject, .accept]
            for await message in nodes[1].pubsub.messages {
                nodes[1].pubsub.report(message.id, verdicts.removeFirst())
                if verdicts.isEmpty { break }
            }
            let message = try await nodes[2].pubsub.messages.first { _ in true }
            #expect(message.data == [2])
            #expect(message.author == nodes[0].host.peerID)
            #expect(message.source == nodes[1].host.peerID)
        }
    }

    @Test func largeMessagesAndManyOfThemArrive() async throws {
        try await withGossip(count: 2) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            _ = try await nodes[0].host.connect(nodes[1].host.address)
            try await settled(nodes)
            try nodes[0].pubsub.publish(Array(repeating: 9, count: 900_000), to: Self.topic)
            for byte in 0..<100 {
                try nodes[0].pubsub.publish(Array(repeating: UInt8(byte), count: 2000), to: Self.topic)
            }
            var count = 0
            for await message in nodes[1].pubsub.messages {
                #expect(message.data.count == (count == 0 ? 900_000 : 2000))
                count += 1
                if count == 101 { break }
            }
        }
    }

    @Test func aTopicThatIsLeftIsHeardNoMore() async throws {
        try await withGossip(count: 2) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            _ = try await nodes[0].host.connect(nodes[1].host.address)
            try await settled(nodes)
            nodes[1].pubsub.unsubscribe(Self.topic)
            try await eventually { nodes[0].pubsub.followers(of: Self.topic).isEmpty }
            #expect(nodes[1].pubsub.topics.isEmpty)
        }
    }

    @Test func gossipGoesOnAfterAReconnection() async throws {
        try await withGossip(count: 2) { nodes in
            for node in nodes { try node.pubsub.subscribe(Self.topic) }
            let peer = try await nodes[0].host.connect(nodes[1].host.address)
            try await settled(nodes)
            let events = nodes[0].host.events()
            await nodes[0].host.disconnect(peer)
            _ = try await events.first { if case .disconnected = $0 { true } else { false } }
            try await eventually { nodes[1].pubsub.followers(of: Self.topic).isEmpty }
            _ = try await nodes[0].host.connect(nodes[1].host.address)
            try await settled(nodes)
            try nodes[1].pubsub.publish([5], to: Self.topic)
            #expect(try await nodes[0].pubsub.messages.first { _ in true }.data == [5])
        }
    }

    @Test func aPeerThatTalksNonsenseIsShed() async throws {
        try await withGossip(count: 1) { nodes in
            try await withHosts([configuration(7)]) { hosts in
                let events = hosts[0].events()
                let peer = try await hosts[0].connect(nodes[0].host.address)
                let stream = try await hosts[0].openStream(to: peer, protocols: ["/meshsub/1.1.0"])
                try await stream.writeMessage(ByteBuffer(bytes: [0xff, 0xff, 0xff, 0xff]))
                _ = try await events.first { if case .disconnected(peer) = $0 { true } else { false } }
                // The node lives on.
                _ = try await hosts[0].connect(nodes[0].host.address)
            }
        }
    }
}
