import NIOCore
import NIOPosix

/// Passes bytes from one address on to another.
///
/// GitHub is no part of the network that is cut: hosts and GitHub speak through sockets of the file system, which every
/// namespace sees. A node speaks plain HTTP to loopback alone, and so does the simulated GitHub to hooks.
enum Relay {
    /// Passes on between pairs of addresses, until it is cancelled: from, to, from, to, …, each a port of loopback, or the
    /// path of a socket.
    static func run(_ words: [String]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in stride(from: 0, to: words.count - 1, by: 2) {
                let (from, to) = (try self.address(words[index]), try self.address(words[index + 1]))
                group.addTask { try await self.run(from: from, to: to) }
            }
            try await group.waitForAll()
        }
    }

    /// Passes on what comes to one address, until it is cancelled.
    static func run(from: SocketAddress, to: SocketAddress) async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .bind(to: from) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        try await server.executeThenClose { inbound in
            try await withThrowingDiscardingTaskGroup { group in
                for try await link in inbound {
                    group.addTask { try? await self.join(link, to) }
                }
            }
        }
    }

    /// A port of loopback, or the path of a socket.
    static func address(_ word: String) throws -> SocketAddress {
        if let port = Int(word) { return try SocketAddress(ipAddress: "127.0.0.1", port: port) }
        return try SocketAddress(unixDomainSocketPath: word)
    }

    private static func join(_ near: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ to: SocketAddress) async throws {
        try await near.executeThenClose { nearInbound, nearOutbound in
            let far = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup).connect(to: to) {
                channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
            try await far.executeThenClose { farInbound, farOutbound in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        for try await bytes in nearInbound { try await farOutbound.write(bytes) }
                        farOutbound.finish()
                    }
                    group.addTask {
                        for try await bytes in farInbound { try await nearOutbound.write(bytes) }
                        nearOutbound.finish()
                    }
                    try await group.waitForAll()
                }
            }
        }
    }
}
