import LibP2P
import LibP2PCore
import Logs
import Multiformats
import NIOCore
import NIOPosix
import Testing

/// Sockets that come no further than the handshake, and take their time.
@Suite(.timeLimit(.minutes(1)))
struct HostileHandshakeTests {
    private static let header: [UInt8] = [19] + Array("/multistream/1.0.0\n".utf8)
    private static let noise: [UInt8] = [7] + Array("/noise\n".utf8)

    /// Sends bytes one at a time on a raw socket, and reads until the host ends it.
    private func drip(_ bytes: [UInt8], every pause: Duration, to host: LibP2P.Host) async throws {
        guard case .tcp(let port)? = await host.listenAddresses.first?.components.last else { return }
        let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        try await socket.executeThenClose { inbound, outbound in
            await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for byte in bytes {
                        try await outbound.write(ByteBuffer(bytes: [byte]))
                        try await Task.sleep(for: pause)
                    }
                }
                // A reset ends the conversation as well as a close.
                do { for try await _ in inbound {} } catch {}
                group.cancelAll()
            }
        }
    }

    @Test func aHandshakeByDripsIsCutOff() async throws {
        let log = LogBook()
        var impatient = try configuration(1)
        impatient.limits.handshakeTimeout = .milliseconds(100)
        try await withHosts([impatient, configuration(2)], logger: log.logger) { hosts in
            let endless = Self.header + Self.noise + [0xff, 0xff] + Array(repeating: UInt8(1), count: 60_000)
            try await drip(endless, every: .milliseconds(1), to: hosts[0])
            try await eventually { log.tells("An inbound connection was shed") }
            _ = try await hosts[1].connect(hosts[0].address)
        }
    }

    @Test func socketsThatSayNothingKeepNobodyOutForLong() async throws {
        let log = LogBook()
        var small = try configuration(1)
        small.limits.inboundHandshakes = 4
        small.limits.handshakeTimeout = .milliseconds(200)
        try await withHosts([small, configuration(2)], logger: log.logger) { hosts in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<20 { group.addTask { try await drip([], every: .zero, to: hosts[0]) } }
                // No more than its share wait at a time, the others are turned away unheard.
                try await eventually { log.tells("A connection is one too many") }
                while (try? await hosts[1].connect(hosts[0].address)) == nil { try Task.checkCancellation() }
                try await group.waitForAll()
            }
            try await eventually { log.tells("An inbound connection was shed") }
            try await eventually { await hosts[0].peers().map(\.id) == [hosts[1].peerID] }
        }
    }
}
