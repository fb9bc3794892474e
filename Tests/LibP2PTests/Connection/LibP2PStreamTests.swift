import LibP2P
import LibP2PCore
import NIOCore
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LibP2PStreamTests {
    /// Runs two hosts, the second of which serves `/test`, and connects them.
    private func withServer(
        _ serve: @escaping LibP2P.Host.Handler,
        _ body: @escaping @Sendable (LibP2P.Host, LibP2P.Host) async throws -> Void
    ) async throws {
        try await withHosts([configuration(1), configuration(2)], prepare: { $0.handle("/test", serve) }) { hosts in
            _ = try await hosts[0].connect(hosts[1].address)
            try await body(hosts[0], hosts[1])
        }
    }

    @Test func whatWasWrittenBeforeTheEndIsStillRead() async throws {
        try await withServer({ stream in
            try? await stream.write(ByteBuffer(repeating: 1, count: 200_000))
        }) { client, server in
            let stream = try await client.openStream(to: server.peerID, protocols: ["/test"])
            var count = 0
            while let part = try await stream.read() { count += part.readableBytes }
            #expect(count == 200_000)
        }
    }

    @Test func aHalfClosedStreamIsAnswered() async throws {
        try await withServer({ stream in
            var count = 0
            while let part = try? await stream.read() { count += part.readableBytes }
            try? await stream.writeMessage(ByteBuffer(string: "\(count)"))
        }) { client, server in
            let answer = try await client.withStream(to: server.peerID, protocols: ["/test"]) { stream in
                try await stream.write(ByteBuffer(repeating: 1, count: 1_000_000))
                stream.closeWrite()
                return try await stream.readMessage(maximumLength: 100)
            }
            #expect(answer.map { String(buffer: $0) } == "1000000")
        }
    }

    @Test func nothingIsWrittenAfterTheEnd() async throws {
        try await withServer({ _ in }) { client, server in
            let stream = try await client.openStream(to: server.peerID, protocols: ["/test"])
            stream.closeWrite()
            await #expect(throws: StreamError.closedForWriting) { try await stream.write(ByteBuffer(string: "x")) }
        }
    }

    @Test func aResetEndsBothSides() async throws {
        let (ends, end) = AsyncStream.makeStream(of: String.self)
        try await withServer({ stream in
            do {
                _ = try await stream.read()
            } catch {
                end.yield("\(error)")
            }
        }) { client, server in
            let stream = try await client.openStream(to: server.peerID, protocols: ["/test"])
            stream.reset()
            await #expect(throws: StreamError.reset) { try await stream.read() }
            let reason = try await ends.first { _ in true }
            #expect(reason == "\(StreamError.resetByPeer)")
        }
    }

    @Test func aLostConnectionEndsItsStreams() async throws {
        try await withServer({ stream in _ = try? await stream.read() }) { client, server in
            let stream = try await client.openStream(to: server.peerID, protocols: ["/test"])
            await server.disconnect(client.peerID)
            await #expect(throws: StreamError.connectionClosed) { try await stream.read() }
        }
    }

    @Test func aMessageThatIsCutOffIsAnError() async throws {
        try await withServer({ stream in try? await stream.write(ByteBuffer(bytes: [5, 1, 2])) }) { client, server in
            let stream = try await client.openStream(to: server.peerID, protocols: ["/test"])
            await #expect(throws: StreamError.unexpectedEnd) { try await stream.readMessage(maximumLength: 10) }
        }
    }

    @Test func aCancelledReaderGivesUp() async throws {
        try await withServer({ stream in _ = try? await stream.read() }) { client, server in
            let stream = try await client.openStream(to: server.peerID, protocols: ["/test"])
            let reader = Task { try await stream.read() }
            reader.cancel()
            await #expect(throws: CancellationError.self) { try await reader.value }
            // The stream itself is as good as before.
            try await stream.write(ByteBuffer(string: "x"))
            #expect(try await stream.read() == nil)
        }
    }

    @Test func aThrowingScopeResetsItsStream() async throws {
        struct Mistake: Error {}
        let (ends, end) = AsyncStream.makeStream(of: Bool.self)
        try await withServer({ stream in end.yield((try? await stream.read()) == nil) }) { client, server in
            await #expect(throws: Mistake.self) {
                try await client.withStream(to: server.peerID, protocols: ["/test"]) { _ in throw Mistake() }
            }
            let isEnded = try await ends.first { _ in true }
            #expect(isEnded)
        }
    }
}
