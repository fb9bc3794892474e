import Glibc
import Multiformats
import NIOCore
import NIOPosix

/// Finds the sockets behind an address.
enum Resolver {
    /// The most sockets that are tried for one name.
    private static let maximumTargets = 4

    /// Reads an address as TCP on an IP address or a name, with or without a peer at its end.
    static func resolve(_ address: Multiaddr) async throws(HostError) -> [SocketAddress] {
        let components = address.withoutPeerID.components
        guard components.count == 2, case .tcp(let port) = components[1] else {
            throw HostError(.unusableAddress, "\(address) is not an address of TCP")
        }
        switch components[0] {
        case .ip4(let ip): return try Self.literal(ip.description, port, address)
        case .ip6(let ip): return try Self.literal(ip.description, port, address)
        case .dns(let name): return try await Self.look(up: name, port, family: AF_UNSPEC, address)
        case .dns4(let name): return try await Self.look(up: name, port, family: AF_INET, address)
        case .dns6(let name): return try await Self.look(up: name, port, family: AF_INET6, address)
        case .tcp, .udp, .unix, .p2p: throw HostError(.unusableAddress, "\(address) is not an address of TCP")
        }
    }

    private static func literal(
        _ text: String,
        _ port: UInt16,
        _ address: Multiaddr
    ) throws(HostError) -> [SocketAddress] {
        do {
            return [try SocketAddress(ipAddress: text, port: Int(port))]
        } catch {
            throw HostError(.unusableAddress, "\(address) is not an address of TCP", cause: error)
        }
    }

    private static func look(
        up name: String,
        _ port: UInt16,
        family: Int32,
        _ address: Multiaddr
    ) async throws(HostError) -> [SocketAddress] {
        let found: [SocketAddress]
        do {
            // The system's look-up blocks.
            found = try await NIOThreadPool.singleton.runIfActive { Self.addresses(of: name, port, family: family) }
        } catch {
            throw HostError(.cancelled, "the look-up of \(name) was given up", cause: error)
        }
        guard !found.isEmpty else { throw HostError(.unreachable, "the name in \(address) has no address") }
        return Array(found.prefix(Self.maximumTargets))
    }

    private static func addresses(of name: String, _ port: UInt16, family: Int32) -> [SocketAddress] {
        var hints = addrinfo()
        hints.ai_family = family
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, String(port), &hints, &list) == 0, let list else { return [] }
        defer { freeaddrinfo(list) }
        return sequence(first: list, next: { $0.pointee.ai_next }).compactMap { entry in
            guard let address = entry.pointee.ai_addr else { return nil }
            switch entry.pointee.ai_family {
            case AF_INET:
                return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { SocketAddress($0.pointee) }
            case AF_INET6:
                return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { SocketAddress($0.pointee) }
            default:
                return nil
            }
        }
    }
}
