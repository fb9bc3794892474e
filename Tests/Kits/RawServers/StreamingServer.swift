import Glibc
package import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A server on loopback of bodies of any size: it sends as fast as the connection takes them, and takes as fast as a
/// test lets it; both are counted byte by byte.
///
/// `GET /…?bytes=N` sends N bytes, of which byte i is i modulo 251. Any other method's body is counted and checked against that
/// pattern; the answer says how many bytes came, and how many were right.
package struct StreamingServer: Sendable {
    /// Where it listens.
    package let port: Int
    private let state: State

    private final class State: Sendable {
        struct Counts: Sendable {
            var sent = 0
            var received = 0
            /// The bytes of an upload after which nothing more is read until the test lets it go on.
            var pausesAfter: Int?
            var paused: [@Sendable () -> Void] = []
        }

        let counts = Mutex(Counts())
    }

    /// Its base URL.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// Bytes of bodies that the system has taken from it.
    package var sent: Int { state.counts.withLock(\.sent) }
    /// Bytes of bodies that it has read.
    package var received: Int { state.counts.withLock(\.received) }

    /// Reads no more of an upload after so many bytes, until it may go on.
    package func pauseUploads(after bytes: Int) { state.counts.withLock { $0.pausesAfter = bytes } }

    /// Lets uploads go on.
    package func resumeUploads() {
        let paused = state.counts.withLock { counts in
            counts.pausesAfter = nil
            defer { counts.paused = [] }
            return counts.paused
        }
        for resume in paused { resume() }
    }

    /// The bytes of the pattern from an offset.
    package static func pattern(_ range: Range<Int>) -> ArraySlice<UInt8> {
        let start = range.lowerBound % 251
        return cycle[start..<start + range.count]
    }

    /// Whether bytes at an offset are those of the pattern.
    package static func matches(_ bytes: ByteBuffer, at offset: Int) -> Bool {
        bytes.withUnsafeReadableBytes { given in
            cycle.withUnsafeBytes { cycle in
                let start = offset % 251
                guard let own = cycle.baseAddress, let other = given.baseAddress else { return given.isEmpty }
                return start + given.count <= cycle.count && memcmp(own + start, other, given.count) == 0
            }
        }
    }

    /// What the system may hold at a test's own end of a connection; left alone, it grows to tens of megabytes.
    package static let socketBuffer: SocketOptionValue = 1 << 20

    private static let cycle = (0..<2 << 20).map { UInt8($0 % 251) }

    /// Runs a server as long as the body does.
    @discardableResult
    package static func run<Result: Sendable>(
        _ body: @Sendable (StreamingServer) async throws -> Result
    ) async throws -> Result {
        let state = State()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.so_rcvbuf), value: socketBuffer)
            .childChannelOption(.socketOption(.so_sndbuf), value: socketBuffer)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try pipeline.addHandler(Connection(state))
                }
            }
            .childChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let server = StreamingServer(port: listener.localAddress?.port ?? 0, state: state)
        do {
            let result = try await body(server)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    private final class Connection: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private static let chunk = 65_536
        private let state: State
        private var isDownload = false
        private var isSending = false
        private var left = 0
        private var offset = 0
        private var taken = 0
        private var right = 0

        init(_ state: State) {
            self.state = state
        }

        func channelActive(context: ChannelHandlerContext) {
            context.read()
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                isDownload = head.method == .GET
                (offset, taken, right) = (0, 0, 0)
                left = head.uri.split(separator: "bytes=").dropFirst().first.flatMap { Int($0) } ?? 0
            case .body(let bytes):
                if StreamingServer.matches(bytes, at: taken) { right += bytes.readableBytes }
                taken += bytes.readableBytes
                state.counts.withLock { $0.received += bytes.readableBytes }
            case .end:
                isDownload ? sendHead(context) : acknowledge(context)
            }
        }

        func channelReadComplete(context: ChannelHandlerContext) {
            let (channel, taken) = (context.channel, taken)
            let waits = state.counts.withLock { counts -> Bool in
                guard let bound = counts.pausesAfter, taken >= bound else { return false }
                counts.paused.append { channel.read() }
                return true
            }
            if !waits { context.read() }
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) {
            send(context)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func sendHead(_ context: ChannelHandlerContext) {
            let headers: HTTPHeaders = ["Content-Type": "application/zip", "Content-Length": "\(left)"]
            context.write(wrapOutboundOut(.head(.init(version: .http1_1, status: .ok, headers: headers))), promise: nil)
            send(context)
        }

        private func send(_ context: ChannelHandlerContext) {
            // What is flushed may make room at once, and so call this again.
            guard isDownload, !isSending else { return }
            isSending = true
            defer { isSending = false }
            while left > 0, context.channel.isWritable {
                let count = min(left, Self.chunk)
                let bytes = ByteBuffer(bytes: StreamingServer.pattern(offset..<offset + count))
                let written = context.eventLoop.makePromise(of: Void.self)
                written.futureResult.whenSuccess { [state] in state.counts.withLock { $0.sent += count } }
                offset += count
                left -= count
                context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(bytes))), promise: written)
            }
            guard left == 0 else { return }
            isDownload = false
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        private func acknowledge(_ context: ChannelHandlerContext) {
            let body = ByteBuffer(string: #"{"bytes":\#(taken),"right":\#(right)}"#)
            let headers: HTTPHeaders = [
                "Content-Type": "text/plain", "Content-Length": "\(body.readableBytes)", "Set-Cookie": "seen=1",
            ]
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: .created, headers: headers))),
                promise: nil
            )
            context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
