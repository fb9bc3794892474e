import LibP2P
import LibP2PCore
import Logging
import Multiformats

/// A host with a Kademlia table and, where it is wanted, somebody who looks for peers.
struct TableNode: Sendable {
    let host: Host
    let dht: DHT
    let finder: PeerFinder?

    init(
        _ configuration: Host.Configuration,
        table: DHT.Configuration = DHT.Configuration(),
        finder: PeerFinder.Configuration? = nil,
        logger: Logger = quietLogger
    ) {
        let host = Host(configuration: configuration, logger: logger)
        let dht = DHT(host: host, configuration: table, logger: logger)
        self.host = host
        self.dht = dht
        self.finder = finder.map { PeerFinder(host: host, dht: dht, configuration: $0, logger: logger) }
    }
}

/// Runs nodes for as long as the body takes.
func withTables(_ nodes: [TableNode], _ body: @escaping @Sendable ([TableNode]) async throws -> Void) async throws {
    try await withThrowingTaskGroup { group in
        for node in nodes {
            group.addTask { try await node.host.run() }
            group.addTask { try await node.dht.run() }
            if let finder = node.finder { group.addTask { try await finder.run() } }
        }
        for node in nodes { _ = await node.host.listenAddresses }
        defer { group.cancelAll() }
        try await body(nodes)
    }
}

/// A finder that looks often, for tests.
func hastyFinder(peers: Int, swarmKey: [UInt8]? = nil) -> PeerFinder.Configuration {
    var configuration = PeerFinder.Configuration()
    configuration.swarmKey = swarmKey
    configuration.limits.peers = peers
    configuration.limits.outbound = 0
    configuration.limits.interval = .milliseconds(50)
    configuration.limits.patience = .milliseconds(50)
    configuration.limits.pace.initialPause = .milliseconds(50)
    configuration.limits.pace.maximumPause = .milliseconds(500)
    return configuration
}
