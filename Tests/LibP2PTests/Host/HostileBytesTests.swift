import LibP2P
import LibP2PCore
import Multiformats
import NIOCore
import NIOPosix
import Testing

/// What a socket gets that is no peer: it is shed, and the host lives on.
@Suite(.timeLimit(.minutes(1)))
struct HostileBytesTests {
    /// Sends bytes on a raw socket and reads until the host closes it, or so much of an answer has come.
    private func send(_ bytes: [UInt8], to host: LibP2P.Host, until length: Int = .max) async throws -> ByteBuffer {
        guard case .tcp(let port)? = await host.listenAddresses.first?.components.last else { return ByteBuffer() }
        let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await socket.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(bytes: bytes))
            var answer = ByteBuffer()
            do {
                for try await var part in inbound {
                    answer.writeBuffer(&part)
                    if answer.readableBytes >= length { break }
                }
            } catch {
                // A reset ends the conversation as well as a close.
            }
            return answer
        }
    }

    private static let header: [UInt8] = [19] + Array("/multistream/1.0.0\n".utf8)
    private static let noise: [UInt8] = [7] + Array("/noise\n".utf8)

    @Test(arguments: [
        Array("GET / HTTP/1.1\r\nHost: localhost\r\nUser-Agent: browser\r\nAccept: text/html, text/plain\r\n\r\n".utf8),
        Array(repeating: 0xff, count: 100_000),
        header + [0xff, 0xff, 0xff, 0x7f],
        header + noise + [0, 0],
        header + noise + [0, 32] + Array(repeating: 0, count: 32),
        header + noise + [0, 32] + Array(repeating: 9, count: 32) + [0, 5, 1, 2, 3, 4, 5],
    ])
    func nonsenseIsShed(bytes: [UInt8]) async throws {
        try await withHosts([configuration(1), configuration(2)]) { hosts in
            _ = try await send(bytes, to: hosts[0])
            #expect(await hosts[0].peers().isEmpty)
            #expect(try await hosts[1].connect(hosts[0].address) == hosts[0].peerID)
        }
    }

    @Test func whoNeverFinishesTheHandshakeIsCutOff() async throws {
        var impatient = try configuration(1)
        impatient.limits.handshakeTimeout = .milliseconds(50)
        try await withHosts([impatient]) { hosts in
            _ = try await send(Self.header + Self.noise, to: hosts[0])
            #expect(await hosts[0].peers().isEmpty)
        }
    }

    @Test(arguments: [[], Array(repeating: 7, count: 24)] as [[UInt8]])
    func whoNeverGreetsIsCutOffSooner(bytes: [UInt8]) async throws {
        var impatient = try configuration(1)
        impatient.swarmKey = try SwarmKey(bytes: Array(repeating: 7, count: 32))
        impatient.limits.greetingTimeout = .milliseconds(50)
        impatient.limits.handshakeTimeout = .seconds(3600)
        try await withHosts([impatient]) { hosts in
            #expect(try await send(bytes, to: hosts[0]).readableBytes == 0)
            try await eventually { hosts[0].strangers == 1 }
        }
    }

    @Test func aListIsAnsweredToWhoAsks() async throws {
        try await withHosts([configuration(1)]) { hosts in
            var answer = try await send(Self.header + [3] + Array("ls\n".utf8), to: hosts[0], until: 30)
            #expect(try Multistream.read(from: &answer) == Multistream.header)
            #expect(try Multistream.read(from: &answer) == "\u{7}/noise\n")
        }
    }
}
