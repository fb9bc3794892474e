import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

@testable import NodeServer

/// Runs a service while a closure runs.
func serving<Value: Sendable>(_ service: any Service, _ body: () async throws -> Value) async throws -> Value {
    try await serving(service) { _ in try await body() }
}

/// The same, for a closure that may shut the service down itself.
func serving<Value: Sendable>(
    _ service: any Service,
    _ body: (ServiceGroup) async throws -> Value
) async throws -> Value {
    let group = ServiceGroup(services: [service], logger: quiet)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            let value = try await body(group)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return value
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }
}

/// Says nothing.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Connects to a listener.
func connect(to address: BoundAddress?) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
    return switch address {
    case .tcp(let host, let port): try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
    case .unixSocket(let path): try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
    case nil: throw NotListening()
    }
}

/// Sends bytes as they are, and gives what comes back until the other side ends the connection.
func exchange(with address: BoundAddress?, _ bytes: [UInt8]) async throws -> String {
    try await connect(to: address).executeThenClose { inbound, outbound in
        try await outbound.write(ByteBuffer(bytes: bytes))
        var text = ""
        for try await chunk in inbound { text += String(buffer: chunk) }
        return text
    }
}

func exchange(with address: BoundAddress?, _ text: String) async throws -> String {
    try await exchange(with: address, Array(text.utf8))
}

private struct NotListening: Error {}

private func wrap(_ channel: any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> {
    channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
}
