import LibP2P
import LibP2PCore
import Logs
import Multiformats
import NIOCore
import Synchronization
import Testing

/// Peers that serve Kademlia and lie or make no sense, where nothing tells by their addresses that they are one.
@Suite(.timeLimit(.minutes(1)))
struct HostileTableTests {
    private let key = Multihash(hashing: [7]).bytes

    /// A host that names whom it makes up, wherever it is asked for anybody, and hides everyone else.
    private func sybil(_ byte: UInt8, _ asked: Counter) throws -> LibP2P.Host {
        let host = Host(configuration: try configuration(byte), logger: quietLogger)
        host.handle(Kademlia.protocolID) { stream in
            guard let bytes = try? await stream.readMessage(maximumLength: 1 << 16),
                let request = try? Kademlia.Request(decoding: Array(buffer: bytes), from: stream.peer)
            else { return stream.reset() }
            let made = asked.next()
            let closer = (0..<20).compactMap { number -> Kademlia.Contact? in
                let name = withUnsafeBytes(of: UInt64(made * 20 + number).bigEndian, Array.init)
                let key = [0x08, 0x01, 0x12, 0x20] + Array(repeating: byte, count: 24) + name
                let address = try? Multiaddr("/ip4/127.0.0.1/tcp/1")
                return address.map { Kademlia.Contact(peer: PeerID(publicKeyMessage: key), addresses: [$0]) }
            }
            let response = Kademlia.Response(closer: closer)
            try? await stream.writeMessage(ByteBuffer(bytes: response.encoded(to: request)))
        }
        return host
    }

    @Test func sybilsHideNobodyCostABoundedSearchAndEndDisconnected() async throws {
        let log = LogBook()
        var table = DHT.Configuration()
        table.dialTimeout = .milliseconds(500)
        // Fewer than an honest table may hold elsewhere, so that it does not take long.
        table.namings.missing = 40
        let (asker, keeper, provider) = (
            TableNode(try configuration(1), table: table, logger: log.logger),
            TableNode(try configuration(2), table: table),
            TableNode(try configuration(3), table: table)
        )
        let asked = Counter()
        let leastAsked = 12 * table.namings.missing / table.limits.replication
        let sybils = try (100..<112).map { try self.sybil($0, asked) }
        try await withTables([asker, keeper, provider]) { nodes in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for sybil in sybils { group.addTask { try await sybil.run() } }
                defer { group.cancelAll() }
                _ = try await provider.host.connect(keeper.host.address)
                try await eventually { provider.dht.tableCount == 1 && keeper.dht.tableCount == 1 }
                #expect(await provider.dht.provide(self.key) == 1)
                _ = try await asker.host.connect(keeper.host.address)
                for sybil in sybils { _ = try await sybil.connect(asker.host.address) }
                try await eventually { asker.dht.tableCount == 1 + sybils.count }
                var finding = await asker.dht.providers(of: self.key)
                while finding.providers.isEmpty { finding = await asker.dht.providers(of: self.key) }
                #expect(finding.providers.map(\.peer) == [provider.host.peerID])
                #expect(finding.queries <= Kademlia.Limits().queries)
                // Whom nobody reached has no place in the table.
                #expect(asker.dht.tableCount <= 2 + sybils.count)
                #expect(asked.value > 0)
                // Search by search it shows that whom they name is nowhere.
                while !sybils.allSatisfy({ asker.host.isBanned($0.peerID) }) {
                    finding = await asker.dht.providers(of: self.key)
                    #expect(finding.providers.map(\.peer) == [provider.host.peerID])
                    #expect(finding.queries <= Kademlia.Limits().queries)
                }
                // Each was borne for as many names as may be.
                #expect(asked.value >= leastAsked)
                for sybil in sybils {
                    try await log.eventuallyTells("A peer is banned", "\(sybil.peerID)", "none of them is there")
                }
                let strangers = Set(sybils.map(\.peerID))
                try await eventually { await !asker.host.peers().contains { strangers.contains($0.id) } }
                for honest in [keeper, provider] { #expect(!asker.host.isBanned(honest.host.peerID)) }
                #expect(await asker.dht.providers(of: self.key).providers.map(\.peer) == [provider.host.peerID])
            }
        }
    }

    @Test(arguments: [[0xff, 0xff, 0xff, 0x7f], [2, 0xff, 0xff], [3, 0x08, 0x63, 0x00]] as [[UInt8]])
    func nonsenseAboutTheTableIsBorneTwice(bytes: [UInt8]) async throws {
        let log = LogBook()
        let host = Host(configuration: try configuration(1), logger: log.logger)
        let dht = DHT(host: host, logger: log.logger)
        let attacker = Host(configuration: try configuration(66), logger: quietLogger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await host.run() }
            group.addTask { try await dht.run() }
            group.addTask { try await attacker.run() }
            defer { group.cancelAll() }
            _ = try await attacker.connect(host.address)
            for _ in 0..<3 {
                let stream = try await attacker.openStream(to: host.peerID, protocols: [Kademlia.protocolID])
                try? await stream.write(ByteBuffer(bytes: bytes))
                _ = try? await stream.read()
            }
            try await eventually { host.isBanned(attacker.peerID) }
            try await log.eventuallyTells("A peer is banned", "makes no sense")
        }
    }

    private final class Counter: Sendable {
        private let state = Mutex(0)
        var value: Int { self.state.withLock { $0 } }
        func next() -> Int {
            self.state.withLock { state in
                state += 1
                return state
            }
        }
    }
}
