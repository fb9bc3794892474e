import Glibc
import LibP2PCore
import Multiformats
import NIOCore
import NIOPosix

/// TCP sockets as asynchronous channels of bytes.
enum Transport {
    typealias Link = NIOAsyncChannel<ByteBuffer, ByteBuffer>
    typealias Server = NIOAsyncChannel<Link, Never>

    /// Where timers run that belong to no connection.
    static var eventLoop: any EventLoop { MultiThreadedEventLoopGroup.singleton.any() }

    /// Listens; in a private network, for those alone who have its key.
    static func listen(
        host: String,
        port: Int,
        swarmKey: SwarmKey?,
        arrivals: Arrivals
    ) async throws(HostError) -> Server {
        do {
            return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 256)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .bind(host: host, port: port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        let link = try Self.link(channel, swarmKey)
                        arrivals.note(link)
                        return link
                    }
                }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw HostError(.addressInUse, "another program listens on \(host) port \(port)", cause: error)
        } catch {
            throw HostError(.cannotListen, "cannot listen on \(host) port \(port)", cause: error)
        }
    }

    /// Connects to the first address that answers.
    static func dial(
        _ address: Multiaddr,
        timeout: Duration,
        swarmKey: SwarmKey?
    ) async throws(HostError) -> Link {
        var failure = HostError(.unusableAddress, "\(address) leads nowhere")
        for target in try await Resolver.resolve(address) {
            do {
                return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                    .connectTimeout(TimeAmount(timeout))
                    .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                    .connect(to: target) { channel in
                        channel.eventLoop.makeCompletedFuture { try Self.link(channel, swarmKey) }
                    }
            } catch is CancellationError {
                throw HostError(.cancelled, "the caller gave up")
            } catch {
                failure = HostError(.unreachable, "nobody answers at \(address)", cause: error)
            }
        }
        throw failure
    }

    private static func link(_ channel: any Channel, _ swarmKey: SwarmKey?) throws -> Link {
        if let swarmKey { try channel.pipeline.syncOperations.addHandler(PrivateNetworkHandler(key: swarmKey)) }
        return try Link(wrappingChannelSynchronously: channel)
    }
}

extension Multiaddr {
    /// The TCP address of a socket.
    init?(_ address: SocketAddress?) {
        guard let address, let port = address.port, let port = UInt16(exactly: port), let text = address.ipAddress
        else { return nil }
        if let ip = try? IPv4Address(text) {
            self.init([.ip4(ip), .tcp(port)])
        } else if let ip = try? IPv6Address(String(text.prefix { $0 != "%" })) {
            // A socket of both families sees the older one as mapped into the newer.
            if ip.bytes.prefix(10).allSatisfy({ $0 == 0 }), ip.bytes[10] == 0xff, ip.bytes[11] == 0xff,
                let mapped = try? IPv4Address(bytes: Array(ip.bytes[12...]))
            {
                self.init([.ip4(mapped), .tcp(port)])
            } else {
                self.init([.ip6(ip), .tcp(port)])
            }
        } else {
            return nil
        }
    }
}
