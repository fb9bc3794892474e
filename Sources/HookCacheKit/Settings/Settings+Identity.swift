import CacheMesh
import LibP2PCore
import Multiformats

extension Settings {
    /// The node's peer id, which is made where there is none.
    ///
    /// - Throws: ``NodeError`` where the folder or the key cannot be read or made.
    public func peerID() throws(NodeError) -> String {
        try NodeIdentity.peerID(inDirectory: self.storage.directory)
    }

    /// The addresses that peers can dial; empty while the port is left to the system.
    ///
    /// - Throws: ``NodeError`` where the folder or the key cannot be read or made.
    public func peerAddresses() throws(NodeError) -> [String] {
        let peer = try NodeIdentity.loadOrCreate(inDirectory: self.storage.directory).peerID
        guard let port = UInt16(exactly: self.mesh.listen.port), port != 0 else { return [] }
        let host = self.mesh.listen.host
        let address: Multiaddr.Component? =
            (try? IPv4Address(host)).map { .ip4($0) } ?? (try? IPv6Address(host)).map { .ip6($0) }
        return address.map { Multiaddr([$0, .tcp(port), .p2p(peer)]).dialable.map(\.description) } ?? []
    }
}
