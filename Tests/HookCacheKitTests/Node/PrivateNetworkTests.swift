import CacheCore
import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import LibP2P
import LibP2PCore
import Logging
import Logs
import MeshCore
import Multiformats
import NIOCore
import Testing

/// A private network of real nodes: the key makes members, and without it there is nothing to be had.
@Suite(.serialized, .timeLimit(.minutes(2))) struct PrivateNetworkTests {
    private static let list = "/repos/\(Fleet.repository)/actions/runs"

    private static func key(_ byte: UInt8) throws -> SwarmKey {
        try SwarmKey(bytes: Array(repeating: byte, count: SwarmKey.length))
    }

    /// Runs three nodes whose key is made of sevens, and whom nothing else makes members.
    private static func withNetwork(
        logger: Logger = Fleet.quiet,
        _ work: @Sendable @escaping (Fleet) async throws -> Void
    ) async throws {
        let key = try key(7)
        let adjust: (Int, inout Settings) -> Void = { _, settings in
            settings.mesh.swarmKey = key
            settings.mesh.allowedPeers = nil
        }
        try await Fleet.with(nodes: 3, settings: adjust, logger: logger) { fleet in
            for node in 0..<3 { #expect(try await fleet.get(list, from: node).status == 200) }
            try await fleet.settleMesh()
            let port = try #require(await fleet.nodes[0].webhookPort())
            try await fleet.github.createHook(
                in: .repository(try #require(RepositoryName(Fleet.repository))),
                url: "http://127.0.0.1:\(port)/webhook",
                secret: Fleet.secret
            )
            try await work(fleet)
        }
    }

    /// Plays a run to its end, and waits until every node of the network knows; gives the run.
    private static func playRun(_ fleet: Fleet) async throws -> Int {
        let run = try await fleet.github.startRun(.init(try #require(RepositoryName(Fleet.repository))))
        try await fleet.github.finish(run: run)
        await fleet.github.settle()
        for node in 0..<3 {
            try await fleet.eventually("the run is completed on node \(node)") {
                let body = try await fleet.stored("\(list)/\(run)", on: node)
                return body.map { String(decoding: $0, as: UTF8.self).contains(#""status":"completed""#) } ?? false
            }
        }
        return Int(run)
    }

    @Test func holdersOfTheKeyMeshAndNobodyElse() async throws {
        let book = LogBook()
        try await Self.withNetwork(logger: book.logger) { fleet in
            for key in [nil, try Self.key(8)] {
                try await Self.withStranger(key, of: fleet) { stranger in
                    let run = try await Self.playRun(fleet)
                    let statistics = await stranger.statistics()
                    #expect(statistics.connectedPeers == 0)
                    #expect(statistics.peerHits == 0)
                    #expect(statistics.cacheSize == 0)
                    // It has the way to GitHub that everybody has.
                    let answer = try await stranger.read("\(Self.list)/\(run)")
                    #expect(!answer.cacheStatus.contains("peer"))
                    let page = try await fleet.get("/metrics", from: 0).body
                    #expect(String(decoding: page, as: UTF8.self).contains(/\nhookcache_strangers_total [1-9]/))
                    for node in fleet.nodes { #expect(await node.statistics().connectedPeers <= 2) }
                }
            }
            #expect(book.lines.contains { $0.contains("shed") && $0.contains("it has another swarm key, or none") })
        }
    }

    /// A node that knows a member's address and follows what the members follow.
    private static func withStranger(
        _ key: SwarmKey?,
        of fleet: Fleet,
        _ work: @escaping @Sendable (HookCacheNode) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "stranger-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let address = try #require(await fleet.nodes[0].meshAddresses().first)
        var settings = Settings(directory: folder.path)
        settings.github.apiURL = fleet.githubURL
        settings.github.token = Settings.Secret(Fleet.token)
        settings.webhook.listen.port = 0
        settings.api.listen.port = 0
        settings.mesh.listen.port = 0
        settings.mesh.swarmKey = key
        try settings.mesh.setBootstrapPeers([address])
        let book = LogBook()
        let node = try HookCacheNode(settings, logger: book.logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await node.run() }
            try await fleet.eventually("the stranger has tried") {
                book.lines.contains { $0.contains("private network") || $0.contains("swarm key") }
            }
            try await work(node)
            group.cancelAll()
        }
    }

    /// Asks node 0 for its list of runs as a plain libp2p peer with the key.
    private static func ask(_ fleet: Fleet, as identity: KeyPair) async throws -> Fetch.Response {
        let address = try Multiaddr(try #require(await fleet.nodes[0].meshAddresses().first))
        let node = try #require(address.peerID)
        let host = Host(configuration: .init(identity: identity, swarmKey: try key(7)), logger: Fleet.quiet)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run() }
            defer { group.cancelAll() }
            _ = try await host.connect(address)
            let stream = try await host.openStream(to: node, protocols: [Fetch.protocolID])
            let representation = Representation(try #require(Resource(list)))
            let request = Fetch.Request.copy(representation, withBody: true)
            try await stream.writeMessage(ByteBuffer(bytes: request.encoded))
            stream.closeWrite()
            let answer = try #require(try await stream.readMessage(maximumLength: 1 << 20))
            return try Fetch.Response(decoding: Array(answer.readableBytesView))
        }
    }

    @Test func whoeverHasTheKeyIsAMember() async throws {
        try await Self.withNetwork { fleet in
            let identity = try KeyPair(seed: Array(repeating: 9, count: 32))
            guard case .copy = try await Self.ask(fleet, as: identity) else {
                Issue.record("a holder of the key gets no public entry")
                return
            }
        }
    }

    @Test func aListDecidesAloneAmongTheHoldersOfTheKey() async throws {
        let (member, other) = try (KeyPair(seed: Array(repeating: 9, count: 32)), KeyPair(seed: Array(1...32)))
        try await Fleet.with(nodes: 1) { _, settings in
            settings.mesh.swarmKey = try? Self.key(7)
            settings.mesh.allowedPeers = [member.peerID]
        } _: { fleet in
            #expect(try await fleet.get(Self.list, from: 0).status == 200)
            guard case .copy = try await Self.ask(fleet, as: member) else {
                Issue.record("a member gets no public entry")
                return
            }
            guard case .refused = try await Self.ask(fleet, as: other) else {
                Issue.record("who is not on the list is answered")
                return
            }
        }
    }
}
