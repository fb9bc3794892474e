import LibP2P
import LibP2PCore
import Multiformats
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct DHTTests {
    private let key = Multihash(hashing: [7]).bytes

    /// A line of nodes: each knows only the one before it.
    private func withLine(_ count: UInt8, _ body: @escaping @Sendable ([TableNode]) async throws -> Void) async throws {
        try await withTables(try (1...count).map { TableNode(try configuration($0)) }) { nodes in
            for (one, other) in zip(nodes, nodes.dropFirst()) {
                _ = try await other.host.connect(one.host.address)
                try await eventually { one.dht.tableCount > 0 && other.dht.tableCount > 0 }
            }
            try await body(nodes)
        }
    }

    /// Saying so has no answer, so it may take a moment.
    private func providers(by node: TableNode) async -> [Kademlia.Contact] {
        while true {
            let found = await node.dht.providers(of: self.key).providers
            if !found.isEmpty { return found }
        }
    }

    @Test func aPeerIsFoundAlongALine() async throws {
        try await self.withLine(5) { nodes in
            let last = nodes[4].host
            let found = try #require(await nodes[0].dht.find(last.peerID))
            #expect(found.addresses == (await last.listenAddresses))
            try await nodes[0].host.connect(to: last.peerID)
        }
    }

    @Test func providersAreFoundByWhoNeverHeardOfThem() async throws {
        try await self.withLine(5) { nodes in
            #expect(await nodes[0].dht.provide(self.key) > 0)
            let found = await self.providers(by: nodes[4])
            #expect(found.map(\.peer) == [nodes[0].host.peerID])
            #expect(found.first?.addresses == (await nodes[0].host.listenAddresses))
        }
    }

    @Test func valuesAreFoundAndForgedOnesAreNotKept() async throws {
        try await self.withLine(4) { nodes in
            let pair = try keyPair(1)
            let record = Kademlia.Record(key: Array("/pk/".utf8) + pair.peerID.bytes, value: pair.publicKey.message)
            #expect(await nodes[0].dht.put(record) > 0)
            #expect(await nodes[3].dht.value(of: record.key) == record.value)
            let forged = Kademlia.Record(key: record.key, value: try keyPair(2).publicKey.message)
            #expect(await nodes[1].dht.put(forged) == 0)
        }
    }

    @Test func whoOnlyAsksHasNoPlaceInTables() async throws {
        var client = DHT.Configuration()
        client.isServer = false
        let nodes = [TableNode(try configuration(1)), TableNode(try configuration(2), table: client)]
        try await withTables(nodes) { nodes in
            let events = nodes[0].host.events()
            _ = try await nodes[1].host.connect(nodes[0].host.address)
            _ = try await events.first { if case .identified = $0 { true } else { false } }
            try await eventually { nodes[1].dht.tableCount == 1 }
            #expect(nodes[0].dht.tableCount == 0)
            #expect(await nodes[1].dht.provide(self.key) == 1)
            #expect(await self.providers(by: nodes[0]).map(\.peer) == [nodes[1].host.peerID])
        }
    }

    @Test func severalQuestionsMayComeOnOneStream() async throws {
        try await self.withLine(2) { nodes in
            let peer = nodes[0].host.peerID
            try await nodes[1].host.withStream(to: peer, protocols: [Kademlia.protocolID]) { stream in
                for _ in 0..<3 {
                    let me = Kademlia.Contact(peer: nodes[1].host.peerID, addresses: [])
                    // Has no answer, so that the next one read belongs to the next question.
                    try await stream.writeMessage(ByteBuffer(bytes: Kademlia.Request.addProvider(self.key, me).encoded))
                    let request = Kademlia.Request.getProviders([9])
                    try await stream.writeMessage(ByteBuffer(bytes: request.encoded))
                    let bytes = try #require(try await stream.readMessage(maximumLength: 1 << 16))
                    _ = try Kademlia.Response(decoding: Array(buffer: bytes), to: request)
                }
            }
        }
    }

    @Test(arguments: [
        [UInt8](repeating: 0xff, count: 40), [0x08, 0x09, 0x12, 0x01, 0x61], [0x08, 0x00, 0x12, 0x01, 0x61],
    ])
    func nonsenseIsReset(bytes: [UInt8]) async throws {
        try await self.withLine(2) { nodes in
            let stream = try await nodes[1].host.openStream(to: nodes[0].host.peerID, protocols: [Kademlia.protocolID])
            try await stream.writeMessage(ByteBuffer(bytes: bytes))
            await #expect(throws: StreamError.self) { try await stream.readMessage(maximumLength: 100) }
            // The connection lives on.
            #expect(await nodes[1].dht.nearest(to: self.key) == [nodes[0].host.peerID])
        }
    }

    @Test func whoIsGoneLeavesTheTableWhenItIsMissed() async throws {
        let nodes = [TableNode(try configuration(1)), TableNode(try configuration(2))]
        try await withTables([nodes[0]]) { _ in
            try await withTables([nodes[1]]) { _ in
                _ = try await nodes[0].host.connect(nodes[1].host.address)
                try await eventually { nodes[0].dht.tableCount == 1 }
            }
            try await eventually { nodes[0].host.addresses(of: nodes[1].host.peerID).count == 1 }
            while await !nodes[0].host.peers().isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            for _ in 0..<2 { _ = await nodes[0].dht.nearest(to: self.key) }
            #expect(nodes[0].dht.tableCount == 0)
        }
    }
}
