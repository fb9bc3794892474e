import NIOCore
import NIOPosix
import Synchronization

/// The line between a node and GitHub, which a test can trouble: while all is well, bytes pass both ways as they come.
package final class Line: Sendable {
    /// How it is with the line.
    package enum Weather: Sendable {
        /// Bytes pass.
        case fair
        /// Nobody is there: connections are refused.
        case down
        /// GitHub is not reached, and each request gets this instead.
        case trouble(ScriptedServer.Reply)
    }

    private struct State {
        var weather = Weather.fair
        var target = 0
        var listener: (any Channel)?
        var open: [ObjectIdentifier: any Channel] = [:]
    }

    /// Where it begins.
    package let port: Int
    private let state = Mutex(State())
    private let seen = ScriptedServer.Seen()

    private init(port: Int) {
        self.port = port
    }

    /// The base URL of its beginning.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// Requests that trouble answered so far.
    package var troubled: [ScriptedServer.Request] { seen.requests.withLock { $0 } }

    /// Has a line lead to wherever a server on loopback listens, by its base URL.
    package func lead(to url: String) {
        let port = url.split(separator: ":").last.flatMap { Int($0) } ?? 0
        state.withLock { $0.target = port }
    }

    /// Runs a line as long as the body does.
    package static func run(_ body: @Sendable (Line) async throws -> Void) async throws {
        // Its port is its own for good: another could not have it while it is down for a moment, but for bad luck.
        let first = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .bind(host: "127.0.0.1", port: 0).get()
        let line = Line(port: first.localAddress?.port ?? 0)
        try await first.close()
        try await line.become(.fair)
        var failure: (any Error)?
        do { try await body(line) } catch { failure = error }
        try await line.become(.down)
        if let failure { throw failure }
    }

    /// Changes how it is with the line; connections that stand break.
    package func become(_ weather: Weather) async throws {
        let (old, open) = state.withLock { state in
            defer {
                state.listener = nil
                state.open = [:]
                state.weather = weather
            }
            return (state.listener, state.open.values)
        }
        try await old?.close()
        for channel in open { try? await channel.close() }
        if case .down = weather { return }
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { self.take($0) }
            .bind(host: "127.0.0.1", port: port).get()
        state.withLock { $0.listener = listener }
    }

    private func take(_ channel: any Channel) -> EventLoopFuture<Void> {
        let (weather, target) = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = channel
            return (state.weather, state.target)
        }
        channel.closeFuture.whenComplete { [self] _ in
            state.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
        }
        switch weather {
        case .down:
            return channel.close()
        case .trouble(let reply):
            return channel.eventLoop.makeCompletedFuture {
                let connection = ScriptedServer.Connection(script: { _, _ in reply }, seen: self.seen)
                try channel.pipeline.syncOperations.addHandler(connection)
            }
        case .fair:
            return ClientBootstrap(group: channel.eventLoop)
                .channelInitializer { other in
                    other.eventLoop.makeCompletedFuture {
                        try other.pipeline.syncOperations.addHandler(Forwarder(to: channel))
                    }
                }
                .connect(host: "127.0.0.1", port: target)
                .flatMapThrowing { other in
                    try channel.pipeline.syncOperations.addHandler(Forwarder(to: other))
                }
        }
    }

    /// Hands on what comes, and that it ends.
    private final class Forwarder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel

        init(to other: any Channel) {
            self.other = other
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            other.writeAndFlush(unwrapInboundIn(data), promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            other.close(promise: nil)
            context.fireChannelInactive()
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
}
