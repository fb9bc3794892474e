import LibP2P
import LibP2PCore

/// A host that gossips.
struct GossipNode: Sendable {
    let host: Host
    let pubsub: PubSub

    init(_ byte: UInt8) throws {
        self.host = Host(configuration: try configuration(byte), logger: quietLogger)
        self.pubsub = PubSub(host: self.host, logger: quietLogger)
    }
}

/// Runs gossiping hosts for as long as the body takes.
func withGossip(count: Int, _ body: @escaping @Sendable ([GossipNode]) async throws -> Void) async throws {
    let nodes = try (0..<count).map { try GossipNode(UInt8(20 + $0)) }
    try await withThrowingTaskGroup { group in
        for node in nodes {
            group.addTask { try await node.host.run() }
            group.addTask { try await node.pubsub.run() }
        }
        for node in nodes { _ = await node.host.listenAddresses }
        defer { group.cancelAll() }
        try await body(nodes)
    }
}
