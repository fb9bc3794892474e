import HookCacheKit
package import NIOCore
import NIOPosix

/// One connection to a node, on which bytes go out as they are.
package struct Wire {
    /// By which of its listeners a node is reached.
    package enum Door: Sendable, CaseIterable {
        /// The API over TCP.
        case tcp
        /// The API over the Unix socket.
        case socket
    }

    private var chunks: AsyncStream<[UInt8]>.Iterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var bytes: [UInt8] = []
    private var hasEnded = false

    /// Connects, does the work and disconnects, all within the patience of tests.
    package static func connect<Result: Sendable>(
        to address: SocketAddress,
        _ work: @escaping @Sendable (inout Wire) async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask {
                let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                    .connect(to: address) { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                                wrappingChannelSynchronously: channel,
                                configuration: .init(isOutboundHalfClosureEnabled: true)
                            )
                        }
                    }
                return try await channel.executeThenClose { inbound, outbound in
                    let (chunks, received) = AsyncStream<[UInt8]>.makeStream()
                    return try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            defer { received.finish() }
                            for try await chunk in inbound { received.yield(Array(chunk.readableBytesView)) }
                        }
                        defer { group.cancelAll() }
                        var wire = Wire(chunks: chunks.makeAsyncIterator(), outbound: outbound)
                        return try await work(&wire)
                    }
                }
            }
            group.addTask {
                try await Task.sleep(for: Fleet.patience)
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw Fleet.Impatient("an answer at \(address)") }
            return result
        }
    }

    /// Sends a text as it is; who refuses early need not read to the end.
    package func send(_ text: String) async {
        try? await outbound.write(ByteBuffer(string: text))
    }

    /// Says that no more is sent, and goes on reading.
    package func finish() {
        outbound.finish()
    }

    /// The next answer; nil where the node has ended the connection.
    package mutating func answer(to method: String = "GET") async throws -> RawAnswer? {
        while true {
            if let answer = try RawAnswer.take(&bytes, to: method, isEnd: hasEnded) { return answer }
            if hasEnded { return nil }
            await receive()
        }
    }

    /// All that comes until the node ends the connection.
    package mutating func rest() async -> [UInt8] {
        while !hasEnded { await receive() }
        return bytes
    }

    private mutating func receive() async {
        guard let chunk = await chunks.next(isolation: #isolation) else { return hasEnded = true }
        bytes += chunk
    }
}

extension Fleet {
    /// Connects to a node, does the work and disconnects.
    package func connect<Result: Sendable>(
        at door: Wire.Door,
        of node: Int = 0,
        _ work: @escaping @Sendable (inout Wire) async throws -> Result
    ) async throws -> Result {
        let address =
            switch door {
            case .tcp: try SocketAddress(ipAddress: "127.0.0.1", port: await nodes[node].apiPort() ?? 0)
            case .socket: try SocketAddress(unixDomainSocketPath: nodes[node].settings.api.socket)
            }
        return try await Wire.connect(to: address, work)
    }
}
