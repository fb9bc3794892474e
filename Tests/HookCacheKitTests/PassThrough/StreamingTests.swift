import Fleet
import HookCacheKit
import NIOCore
import NIOPosix
import RawServers
import Synchronization
import Testing

/// Bodies of any size go through at the pace of who takes them: the node holds back who sends.
@Suite(.serialized, .timeLimit(.minutes(5))) struct StreamingTests {
    private static let total = 200 << 20
    /// What the system's buffers of two connections may hold, half of the body: Linux gives some of them tens of megabytes.
    ///
    /// A node that took in whatever comes would hold all of it.
    private static let room = total / 2

    /// Over which listener, and to which host.
    enum Way: String, CaseIterable, Sendable {
        case api
        case files

        var host: String { self == .api ? "api.github.com" : "objects.githubusercontent.com" }
    }

    @Test(arguments: Way.allCases) func aDownloadWaitsForItsReader(way: Way) async throws {
        try await Self.withNode { server, node in
            try await Self.connect(to: node, way).executeThenClose { inbound, outbound in
                let head = "GET /asset?bytes=\(Self.total) HTTP/1.1\r\nHost: \(try await Self.host(way, node))\r\n\r\n"
                try await outbound.write(ByteBuffer(string: head))
                var iterator = inbound.makeAsyncIterator()
                var body = try await Self.readHead(&iterator)
                var (count, right, ahead) = (0, 0, 0)
                // Nobody reads: after a while nothing moves, with most of the body still at the server.
                let sent = try await Stall.value { server.sent }
                #expect(sent < Self.room)
                while let chunk = body {
                    if StreamingServer.matches(chunk, at: count) { right += chunk.readableBytes }
                    count += chunk.readableBytes
                    ahead = max(ahead, server.sent - count)
                    body = count < Self.total ? try await iterator.next(isolation: #isolation) : nil
                }
                #expect(ahead < Self.room, "the node reads ahead of its reader")
                #expect(count == Self.total)
                #expect(right == Self.total)
            }
        }
    }

    @Test(arguments: Way.allCases, [true, false])
    func anUploadWaitsForItsTaker(way: Way, tellsItsLength: Bool) async throws {
        try await Self.withNode { server, node in
            server.pauseUploads(after: 1 << 20)
            let written = Counter()
            try await Self.connect(to: node, way).executeThenClose { inbound, outbound in
                let host = try await Self.host(way, node)
                let length =
                    tellsItsLength ? "Content-Length: \(Self.total)" : "Transfer-Encoding: chunked"
                let head = "PUT /asset HTTP/1.1\r\nHost: \(host)\r\n\(length)\r\nConnection: close\r\n\r\n"
                try await outbound.write(ByteBuffer(string: head))
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        let size = 65_536
                        for offset in stride(from: 0, to: Self.total, by: size) {
                            var chunk = ByteBuffer(bytes: StreamingServer.pattern(offset..<offset + size))
                            if !tellsItsLength {
                                chunk = ByteBuffer(string: "\(String(size, radix: 16))\r\n")
                                chunk.writeBytes(StreamingServer.pattern(offset..<offset + size))
                                chunk.writeString("\r\n")
                            }
                            try await outbound.write(chunk)
                            written.add(size)
                        }
                        if !tellsItsLength { try await outbound.write(ByteBuffer(string: "0\r\n\r\n")) }
                    }
                    let held = try await Stall.value { written.value }
                    #expect(held < server.received + Self.room)
                    #expect(held >= 1 << 20)
                    server.resumeUploads()
                    try await group.waitForAll()
                }
                var text = ""
                for try await chunk in inbound { text += String(buffer: chunk) }
                #expect(text.hasPrefix("HTTP/1.1 201"))
                #expect(text.contains(#"{"bytes":\#(Self.total),"right":\#(Self.total)}"#))
            }
            #expect(server.received == Self.total)
        }
    }

    private final class Counter: Sendable {
        private let count = Atomic(0)

        var value: Int { count.load(ordering: .relaxed) }

        func add(_ bytes: Int) { count.add(bytes, ordering: .relaxed) }
    }

    private typealias Connection = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    /// A node whose API and whose files are both the streaming server's.
    private static func withNode(
        _ work: @Sendable @escaping (StreamingServer, HookCacheNode) async throws -> Void
    ) async throws {
        try await StreamingServer.run { server in
            try await Fleet.with(nodes: 1) { _, settings in
                settings.github.apiURL = server.url
                settings.github.fileHosts = [Way.files.host: server.url]
            } _: { fleet in
                try await work(server, fleet.nodes[0])
            }
        }
    }

    private static func host(_ way: Way, _ node: HookCacheNode) async throws -> String {
        way == .api ? "127.0.0.1:\(try #require(await node.apiPort()))" : way.host
    }

    private static func connect(to node: HookCacheNode, _ way: Way) async throws -> Connection {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.so_rcvbuf), value: StreamingServer.socketBuffer)
            .channelOption(.socketOption(.so_sndbuf), value: StreamingServer.socketBuffer)
        switch way {
        case .api:
            let port = try #require(await node.apiPort())
            return try await bootstrap.connect(host: "127.0.0.1", port: port, channelInitializer: wrap)
        case .files:
            let path = node.settings.api.socket
            return try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
        }
    }

    private static func wrap(_ channel: any Channel) -> EventLoopFuture<Connection> {
        channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
    }

    /// Reads to the end of the head; gives the first bytes of the body.
    private static func readHead(_ iterator: inout NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator) async throws
        -> ByteBuffer?
    {
        var bytes: [UInt8] = []
        while let chunk = try await iterator.next(isolation: #isolation) {
            bytes += chunk.readableBytesView
            guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { continue }
            let head = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(head.lowercased().contains("content-length: \(total)"))
            return ByteBuffer(bytes: bytes[end.upperBound...])
        }
        return nil
    }
}
