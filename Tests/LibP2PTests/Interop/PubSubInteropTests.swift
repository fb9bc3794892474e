import Foundation
import LibP2P
import LibP2PCore
import Multiformats
import Testing

@Suite(.enabled(if: ForeignPeer.areInstalled, ForeignPeer.absence), .timeLimit(.minutes(2)), .serialized)
struct PubSubInteropTests {
    private static let topic = "/hookcache/1/interop"

    /// Ours is received by theirs, theirs by ours, whoever dialled.
    @Test(arguments: ForeignPeer.Kind.allCases, [Direction.inbound, .outbound])
    func gossipBothWays(kind: ForeignPeer.Kind, direction: Direction) async throws {
        try await ForeignPeer.run(kind, topics: [Self.topic]) { peer in
            try await withGossip(count: 1) { nodes in
                let (host, pubsub) = (nodes[0].host, nodes[0].pubsub)
                try pubsub.subscribe(Self.topic)
                switch direction {
                case .outbound: _ = try await host.connect(peer.address)
                case .inbound: try await peer.perform("connect", ["address": try await host.address.description])
                }
                let mine = host.peerID.description
                _ = try await peer.event { $0.event == "subscription" && $0.peer == mine }
                try await eventually { !pubsub.followers(of: Self.topic).isEmpty }

                let ours = Data(repeating: 1, count: 20_000)
                try pubsub.publish([UInt8](ours), to: Self.topic)
                let heard = try await peer.event { $0.event == "message" && $0.author == mine }
                #expect(heard.data == ours.base64EncodedString())

                let theirs = Data(repeating: 2, count: 20_000)
                let arguments = ["topic": Self.topic, "data": theirs.base64EncodedString()]
                try await peer.perform("publish", arguments)
                let message = try await pubsub.messages.first { _ in true }
                #expect(message.data == [UInt8](theirs))
                #expect(try await message.author == peer.peerID)
            }
        }
    }

    /// Theirs relays between two nodes of ours that are not connected with each other.
    @Test(arguments: ForeignPeer.Kind.allCases)
    func gossipIsRelayed(kind: ForeignPeer.Kind) async throws {
        try await ForeignPeer.run(kind, topics: [Self.topic]) { peer in
            try await withGossip(count: 2) { nodes in
                for node in nodes {
                    try node.pubsub.subscribe(Self.topic)
                    _ = try await node.host.connect(peer.address)
                    let name = node.host.peerID.description
                    _ = try await peer.event { $0.event == "subscription" && $0.peer == name }
                    try await eventually { !node.pubsub.followers(of: Self.topic).isEmpty }
                }
                for (from, to) in [(0, 1), (1, 0)] {
                    let data = Array(repeating: UInt8(10 + from), count: 5000)
                    try nodes[from].pubsub.publish(data, to: Self.topic)
                    let message = try await nodes[to].pubsub.messages.first { _ in true }
                    #expect(message.data == data)
                    #expect(message.author == nodes[from].host.peerID)
                    #expect(try await message.source == peer.peerID)
                }
            }
        }
    }

    /// Ours relays between two nodes of theirs.
    @Test func weRelayBetweenPythonAndGo() async throws {
        try await ForeignPeer.run(.python, topics: [Self.topic]) { python in
            try await ForeignPeer.run(.go, topics: [Self.topic]) { go in
                try await withGossip(count: 1) { nodes in
                    let (host, pubsub) = (nodes[0].host, nodes[0].pubsub)
                    try pubsub.subscribe(Self.topic)
                    for peer in [python, go] { _ = try await host.connect(peer.address) }
                    let name = host.peerID.description
                    for peer in [python, go] {
                        _ = try await peer.event { $0.event == "subscription" && $0.peer == name }
                    }
                    try await eventually { pubsub.followers(of: Self.topic).count >= 2 }
                    for (from, to) in [(python, go), (go, python)] {
                        let author = try await from.peerID
                        let data = Data(author.bytes).base64EncodedString()
                        try await from.perform("publish", ["topic": Self.topic, "data": data])
                        let message = try await pubsub.messages.first { $0.author == author }
                        pubsub.report(message.id, .accept)
                        let heard = try await to.event { $0.event == "message" && $0.author == author.description }
                        #expect(heard.data == data)
                    }
                }
            }
        }
    }
}
