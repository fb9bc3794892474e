import CacheCore
import CacheStore
import LibP2P
import LibP2PCore
import Logs
import MeshCore
import Multiformats
import NIOCore
import Testing

@testable import CacheMesh

/// Members that ask to be brought up to date in ways that are made to cost.
@Suite(.timeLimit(.minutes(1))) struct HostileComparisonsTests {
    /// Asks about a shelf that the asked one has, and has otherwise.
    private func opening() throws -> ByteBuffer {
        let topic = Topic.name(for: try Sample.repository())
        return ByteBuffer(bytes: Sync.Opening(shelves: [Sync.Summary(topic: topic, count: 7, digest: 1)]).encoded)
    }

    private func fill(_ node: MeshNode) throws {
        for id in 1...8 {
            let body = Body(Array("\(id)".utf8))
            node.store.apply([.put(try Sample.entry("/repos/octo/hello/actions/runs/\(id)", body: body), body)])
        }
    }

    private func comparison(_ stream: LibP2PStream) async throws -> Sync.Comparison {
        let bytes = try #require(try await stream.readMessage(maximumLength: MeshCore.Limits.syncRequestBytes))
        return try Sync.Comparison(decoding: Array(bytes.readableBytesView))
    }

    @Test(arguments: [[0xff, 0xff, 0xff, 0xff, 0x7f], [0x02, 0xff, 0xff], [0x02, 0x0a, 0x05]] as [[UInt8]])
    func nonsenseIsBorneTwice(bytes: [UInt8]) async throws {
        let log = LogBook()
        let giver = try MeshNode(2, members: [1, 3], logger: log.logger)
        let honest = try MeshNode(3, members: [2])
        let fool = try HostileMember(1)
        try self.fill(giver)
        try await running(giver, honest) {
            try await fool.running(connectedTo: giver) {
                for _ in 0..<3 {
                    let stream = try await fool.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                    try? await stream.write(ByteBuffer(bytes: bytes))
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                try await fool.isBanned(by: giver)
                try await log.eventuallyTells("A peer is banned", "comparison makes no sense")
            }
            try await honest.follow("octo/hello")
            try await honest.connect(to: giver)
            while giver.mesh.syncCounters.served.items < 8 { try await Task.sleep(for: .milliseconds(2)) }
        }
    }

    @Test func holdingsOfWhatWasNotComparedAreBorneTwice() async throws {
        let log = LogBook()
        let giver = try MeshNode(2, members: [1], logger: log.logger)
        let fool = try HostileMember(1)
        try self.fill(giver)
        try await running(giver) {
            try await fool.running(connectedTo: giver) {
                for _ in 0..<3 {
                    let stream = try await fool.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                    try await stream.writeMessage(try self.opening())
                    guard case .ready = try await self.comparison(stream) else { throw MeshError.malformed }
                    let holdings = Sync.Holdings(holdings: [Sync.Holding(shelf: 70_000, ranges: [0], items: [])])
                    try? await stream.writeMessage(ByteBuffer(bytes: holdings.encoded))
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                try await fool.isBanned(by: giver)
                try await log.eventuallyTells("A peer is banned", "comparison makes no sense")
                #expect(giver.mesh.syncCounters.served.items == 0)
            }
        }
    }

    @Test func comparisonsThatAreNeverBegunAreNotWaitedFor() async throws {
        let log = LogBook()
        var limits = Mesh.Limits()
        limits.syncPatience = .milliseconds(30)
        let giver = try MeshNode(2, members: [1], limits: limits, logger: log.logger)
        let sluggard = try HostileMember(1)
        try await running(giver) {
            try await sluggard.running(connectedTo: giver) {
                for count in 0..<12 {
                    let stream = try await sluggard.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                    // Some say nothing, some half of what they ask.
                    if count % 2 == 0 { try? await stream.write(ByteBuffer(bytes: [100, 1])) }
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                try await sluggard.isBanned(by: giver)
                try await log.eventuallyTells("A peer is banned", "neither goes on with a comparison")
            }
        }
    }

    @Test func whoWantsSeveralComparisonsAtATimeGetsOne() async throws {
        let log = LogBook()
        let giver = try MeshNode(2, members: [1], logger: log.logger)
        let greedy = try HostileMember(1)
        try self.fill(giver)
        try await running(giver) {
            try await greedy.running(connectedTo: giver) {
                let first = try await greedy.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                try await first.writeMessage(try self.opening())
                guard case .ready = try await self.comparison(first) else { throw MeshError.malformed }
                for _ in 1..<12 {
                    let stream = try await greedy.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                    try await stream.writeMessage(try self.opening())
                    #expect(try await self.comparison(stream) == .busy)
                }
                // The next is one too many, and may not even be said to its end.
                let last = try? await greedy.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                try? await last?.writeMessage(try self.opening())
                try await greedy.isBanned(by: giver)
                try await log.eventuallyTells("A peer is banned", "several comparisons at a time")
                #expect(giver.mesh.syncCounters.served.rounds == 1)
            }
        }
    }

    /// Whoever is stopped while it asks does nothing wrong.
    @Test func whoLeavesOffIsNotBlamed() async throws {
        let giver = try MeshNode(2, members: [1])
        let member = try HostileMember(1)
        try self.fill(giver)
        try await running(giver) {
            try await member.running(connectedTo: giver) {
                for _ in 0..<20 {
                    let stream = try await member.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                    stream.closeWrite()
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                let stream = try await member.host.openStream(to: giver.peer, protocols: [Sync.protocolID])
                try await stream.writeMessage(try self.opening())
                guard case .ready = try await self.comparison(stream) else { throw MeshError.malformed }
                #expect(!giver.mesh.host.isBanned(member.host.peerID))
            }
        }
    }
}
