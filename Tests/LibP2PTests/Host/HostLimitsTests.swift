import LibP2P
import LibP2PCore
import Multiformats
import NIOCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct HostLimitsTests {
    @Test func connectionsBeyondTheLimitAreRefused() async throws {
        var small = try configuration(1)
        small.limits.connections = 1
        try await withHosts([small, configuration(2), configuration(3)]) { hosts in
            let events = hosts[0].events()
            _ = try await hosts[1].connect(hosts[0].address)
            _ = try await events.first { if case .connected = $0 { true } else { false } }
            // The refusal comes before or right after the handshake.
            let third = hosts[2].events()
            if (try? await hosts[2].connect(hosts[0].address)) != nil {
                _ = try await third.first { if case .disconnected = $0 { true } else { false } }
            }
            #expect(await hosts[0].peers().map(\.id) == [hosts[1].peerID])
        }
    }

    @Test func streamsBeyondTheLimitAreRefused() async throws {
        var small = try configuration(1)
        small.limits.streams.inboundStreams = 3
        let prepare: (LibP2P.Host) -> Void = { host in
            host.handle("/wait") { stream in _ = try? await stream.read() }
        }
        try await withHosts([small, configuration(2)], prepare: prepare) { hosts in
            let peer = try await hosts[1].connect(hosts[0].address)
            let events = hosts[1].events()
            if await hosts[1].peers().first?.agentVersion == nil {
                _ = try await events.first { if case .identified = $0 { true } else { false } }
            }
            var streams: [LibP2PStream] = []
            let error = await #expect(throws: HostError.self) {
                for _ in 0..<4 { streams.append(try await hosts[1].openStream(to: peer, protocols: ["/wait"])) }
            }
            #expect(error?.code == .connectionLost)
            streams.first?.reset()
            // The place that was given up can be taken again.
            while (try? await hosts[1].openStream(to: peer, protocols: ["/wait"])) == nil {}
        }
    }

    @Test func aMessageBeyondTheReadersLimitIsRefused() async throws {
        try await withHosts([configuration(1), configuration(2)], prepare: { $0.serveEcho(maximumLength: 10) }) {
            hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            let stream = try await hosts[0].openStream(to: peer, protocols: ["/echo"])
            try await stream.writeMessage(ByteBuffer(repeating: 1, count: 11))
            #expect(try await stream.readMessage(maximumLength: 100) == nil)
        }
    }

    @Test func aThirdPingStreamIsReset() async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            let payload = ByteBuffer(repeating: 3, count: 32)
            var streams: [LibP2PStream] = []
            for _ in 0..<2 {
                let stream = try await hosts[0].openStream(to: peer, protocols: [Ping.protocolID])
                try await stream.write(payload)
                #expect(try await stream.readExactly(32) == payload)
                streams.append(stream)
            }
            // The reset overtakes the answer to the negotiation, or comes right after it.
            await #expect(throws: (any Error).self) {
                let third = try await hosts[0].openStream(to: peer, protocols: [Ping.protocolID])
                _ = try await third.readExactly(32)
            }
            streams[0].closeWrite()
        }
    }

    @Test func aSlowReaderHoldsItsWriterBack() async throws {
        try await withHosts([configuration(1), configuration(2)], prepare: { $0.serveEcho() }) { hosts in
            let peer = try await hosts[0].connect(hosts[1].address)
            let stream = try await hosts[0].openStream(to: peer, protocols: ["/echo"])
            // Nobody reads the echoes, so the writer must come to a stop long before it is through.
            let message = ByteBuffer(repeating: 1, count: 100_000)
            try await withThrowingTaskGroup { group in
                group.addTask {
                    for _ in 0..<1000 { try await stream.writeMessage(message) }
                    return true
                }
                group.addTask {
                    for _ in 0..<50 { _ = try await hosts[0].ping(peer) }
                    return false
                }
                let isWritten = try await group.next()
                #expect(isWritten == false)
                group.cancelAll()
            }
        }
    }
}
