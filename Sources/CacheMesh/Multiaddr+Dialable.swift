package import Multiformats
import NIOCore

extension Multiaddr {
    /// The addresses under which others reach what listens here: itself, or those of the machine where it is every one.
    package var dialable: [Multiaddr] {
        let isSixToo: Bool
        switch components.first {
        case .ip4(let address) where address.isUnspecified: isSixToo = false
        case .ip6(let address) where address.isUnspecified: isSixToo = true
        default: return [self]
        }
        let hosts = ((try? System.enumerateDevices()) ?? []).compactMap { $0.address?.ipAddress }
        let found: [Component] = Set(hosts).sorted().compactMap { host in
            if let address = try? IPv4Address(host) { return .ip4(address) }
            // Those of one link alone need a device that only this machine can name.
            guard isSixToo, !host.hasPrefix("fe80"), let address = try? IPv6Address(host) else { return nil }
            return .ip6(address)
        }
        return found.isEmpty ? [self] : found.map { Multiaddr([$0] + components.dropFirst()) }
    }
}
