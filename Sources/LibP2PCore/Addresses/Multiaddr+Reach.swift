package import Multiformats

extension Multiaddr {
    /// How far an address reaches, nearest first.
    package enum Reach: Int, Comparable, Sendable {
        /// This machine alone.
        case machine
        /// One link.
        case link
        /// A network of private addresses.
        case site
        /// Everywhere; a name too, which is looked up by whoever dials.
        case everywhere

        /// Orders from near to far.
        package static func < (lhs: Self, rhs: Self) -> Bool { lhs.rawValue < rhs.rawValue }
    }

    /// A public network that one owner is likely to hold whole: an IPv4 /24 or an IPv6 /48.
    package struct Subnet: Hashable, Sendable {
        private let prefix: [UInt8]

        fileprivate init(_ prefix: some Sequence<UInt8>) { self.prefix = Array(prefix) }
    }

    /// How far the address reaches; nil where it is nothing to dial over TCP.
    package var reach: Reach? {
        let components = self.withoutPeerID.components
        guard components.count == 2, case .tcp(let port) = components[1], port > 0 else { return nil }
        switch components[0] {
        case .ip4(let ip): return ip.reach
        case .ip6(let ip): return ip.reach
        case .dns, .dns4, .dns6: return .everywhere
        case .tcp, .udp, .unix, .p2p: return nil
        }
    }

    /// The subnet of a public IP address; nil for private ones, since a fleet may well live in one subnet of these.
    package var subnet: Subnet? {
        guard self.reach == .everywhere else { return nil }
        switch self.components.first {
        case .ip4(let ip): return Subnet(ip.bytes.prefix(3))
        case .ip6(let ip): return Subnet(ip.bytes.prefix(6))
        default: return nil
        }
    }

    /// Whether the address begins with a name that must be looked up.
    package var isNamed: Bool {
        switch self.components.first {
        case .dns, .dns4, .dns6: true
        default: false
        }
    }
}

extension Sequence where Element == Multiaddr {
    /// The addresses that somebody who is seen at another one can be believed to know of.
    ///
    /// Whoever is far away has no business with what is near: its word must not make this node dial itself or its own
    /// network.
    ///
    /// - Parameter source: Where the word comes from; nil where that is unknown, and anything goes.
    /// - Returns: The addresses worth keeping.
    package func credible(from source: Multiaddr?) -> [Multiaddr] {
        let least = source?.reach ?? .machine
        return self.map(\.withoutPeerID).filter { address in address.reach.map { $0 >= least } ?? false }
    }
}

extension IPv4Address {
    fileprivate var reach: Multiaddr.Reach? {
        let (first, second) = (self.bytes[0], self.bytes[1])
        switch first {
        case 127: return .machine
        case 169 where second == 254: return .link
        case 10: return .site
        case 100 where (64...127).contains(second): return .site
        case 172 where (16...31).contains(second): return .site
        case 192 where second == 168: return .site
        // Nothing, multicast and what is reserved.
        case 0, 224...: return nil
        default: return .everywhere
        }
    }
}

extension IPv6Address {
    fileprivate var reach: Multiaddr.Reach? {
        if self.isLoopback { return .machine }
        if self.isUnspecified { return nil }
        switch self.bytes[0] {
        case 0xff: return nil
        case 0xfe where self.bytes[1] & 0xc0 == 0x80: return .link
        case 0xfc, 0xfd: return .site
        default: return .everywhere
        }
    }
}
