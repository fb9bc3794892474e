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

/// Members that ask in ways that are made to cost.
@Suite(.timeLimit(.minutes(1))) struct HostileRequestsTests {
    private func request() throws -> ByteBuffer {
        ByteBuffer(bytes: Fetch.Request.copy(try Sample.representation(), withBody: true).encoded)
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 0x7f],
            [0x81, 0x80, 0x01],
            [0x02, 0xff, 0xff],
            [0x02, 0x0a, 0x00],
            Array(repeating: 0xff, count: 11),
        ] as [[UInt8]]
    )
    func nonsenseIsBorneTwice(bytes: [UInt8]) async throws {
        let log = LogBook()
        let giver = try MeshNode(2, members: [1, 3], logger: log.logger)
        let honest = try MeshNode(3, members: [2])
        let fool = try HostileMember(1)
        try await running(giver, honest) {
            try await fool.running(connectedTo: giver) {
                for _ in 0..<3 {
                    let stream = try await fool.host.openStream(to: giver.peer, protocols: [Fetch.protocolID])
                    try? await stream.write(ByteBuffer(bytes: bytes))
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                try await fool.isBanned(by: giver)
                try await log.eventuallyTells("A peer is banned", "its request makes no sense")
            }
            let body = Body(Array("true".utf8))
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            try await honest.connect(to: giver)
            let copy = await honest.mesh.ask(for: try Sample.representation(), deadline: .seconds(20))
            #expect(copy?.body == body)
        }
    }

    @Test func requestsThatAreNeverMadeAreNotWaitedFor() async throws {
        let log = LogBook()
        var limits = Mesh.Limits()
        limits.answerTimeout = .milliseconds(30)
        let giver = try MeshNode(2, members: [1], limits: limits, logger: log.logger)
        let sluggard = try HostileMember(1)
        try await running(giver) {
            try await sluggard.running(connectedTo: giver) {
                for count in 0..<12 {
                    let stream = try await sluggard.host.openStream(to: giver.peer, protocols: [Fetch.protocolID])
                    // Some say nothing, some half of what they ask.
                    if count % 2 == 0 { try? await stream.write(ByteBuffer(bytes: [100, 1])) }
                    #expect((try? await stream.readMessage(maximumLength: 1000)) == nil)
                }
                try await sluggard.isBanned(by: giver)
                try await log.eventuallyTells("A peer is banned", "neither asks on")
            }
        }
    }

    @Test func whoDoesNotReadItsAnswersHoldsUpNobodyElse() async throws {
        let log = LogBook()
        var limits = Mesh.Limits()
        // Time enough for who reads, on a busy machine too.
        limits.answerTimeout = .milliseconds(500)
        limits.answers = 2
        let giver = try MeshNode(2, members: [1, 3], limits: limits, logger: log.logger)
        let honest = try MeshNode(3, members: [2])
        let sluggard = try HostileMember(1)
        let body = Body(Array(repeating: 0x20, count: 1 << 20))
        try await running(giver, honest) {
            giver.store.apply([.put(try Sample.entry(body: body), body)])
            try await honest.connect(to: giver)
            try await sluggard.running(connectedTo: giver) {
                while !giver.mesh.host.isBanned(sluggard.host.peerID) {
                    guard
                        let stream = try? await sluggard.host.openStream(to: giver.peer, protocols: [Fetch.protocolID])
                    else { continue }
                    try? await stream.writeMessage(try self.request())
                }
                try await log.eventuallyTells("A peer is banned", "nor reads its answer")
                let copy = await honest.mesh.ask(for: try Sample.representation(), deadline: .seconds(20))
                #expect(copy?.body == body)
            }
        }
    }
}
