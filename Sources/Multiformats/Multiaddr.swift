/// An address that names each of its protocols, such as `/ip4/127.0.0.1/tcp/9000/p2p/12D3…`.
///
/// The subset that a TCP node meets. Whatever else a peer may list fails to parse and is left out by the caller.
package struct Multiaddr: Hashable, Sendable, CustomStringConvertible {
    /// One protocol with its value.
    package enum Component: Hashable, Sendable {
        /// An IPv4 address.
        case ip4(IPv4Address)
        /// An IPv6 address.
        case ip6(IPv6Address)
        /// A name that resolves to either family.
        case dns(String)
        /// A name that resolves to IPv4.
        case dns4(String)
        /// A name that resolves to IPv6.
        case dns6(String)
        /// A TCP port.
        case tcp(UInt16)
        /// A UDP port.
        case udp(UInt16)
        /// The path of a Unix socket, with its leading slash.
        case unix(String)
        /// A peer id.
        case p2p(PeerID)
    }

    /// The components from the outside in.
    package let components: [Component]

    /// Puts components together.
    package init(_ components: [Component]) {
        self.components = components
    }

    /// Reads the binary form; every byte must belong to it.
    package init(bytes: [UInt8]) throws(MultiformatsError) {
        guard bytes.count <= Limits.addressLength else { throw .tooLong }
        guard !bytes.isEmpty else { throw .truncated }
        var reader = ByteReader(bytes)
        var components: [Component] = []
        while !reader.isAtEnd {
            guard components.count < Limits.addressComponents else { throw .tooLong }
            components.append(try Component(from: &reader))
        }
        self.components = components
    }

    /// Reads the text form.
    package init(_ text: String) throws(MultiformatsError) {
        guard text.utf8.count <= Limits.addressLength else { throw .tooLong }
        var parts = text.split(separator: "/", omittingEmptySubsequences: false)[...]
        guard parts.popFirst()?.isEmpty == true, !parts.isEmpty else { throw .invalidAddress }
        var components: [Component] = []
        while let name = parts.popFirst() {
            guard components.count < Limits.addressComponents else { throw .tooLong }
            guard !parts.isEmpty else { throw .truncated }
            if name == "unix" {
                // A path reaches to the end of the text.
                let path = "/" + parts.joined(separator: "/")
                guard path.utf8.count > 1 else { throw .truncated }
                components.append(.unix(path))
                break
            }
            components.append(try Component(name: name, value: String(parts.removeFirst())))
        }
        self.components = components
    }

    /// The binary form.
    package var bytes: [UInt8] {
        self.components.reduce(into: []) { $1.append(to: &$0) }
    }

    /// The text form.
    package var description: String {
        self.components.map(\.description).joined()
    }

    /// The peer that the address ends with, if it names one.
    package var peerID: PeerID? {
        guard case .p2p(let peer) = self.components.last else { return nil }
        return peer
    }

    /// The address without the peer at its end.
    package var withoutPeerID: Multiaddr {
        self.peerID == nil ? self : Multiaddr(Array(self.components.dropLast()))
    }

    /// The address with this peer at its end.
    package func appending(_ peer: PeerID) -> Multiaddr {
        Multiaddr(self.withoutPeerID.components + [.p2p(peer)])
    }
}
