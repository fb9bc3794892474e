import LibP2PCore
import Multiformats
import NIOCore

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
        return self.listenHosts.compactMap { host in
            if let address = try? IPv4Address(host) { return [.ip4(address), .tcp(port), .p2p(peer)] }
            if let address = try? IPv6Address(host) { return [.ip6(address), .tcp(port), .p2p(peer)] }
            return nil
        }.map { Multiaddr($0).description }
    }

    /// The address that is listened on, or those of the machine where it is every address.
    private var listenHosts: [String] {
        let host = self.mesh.listen.host
        guard host == "0.0.0.0" || host == "::" else { return [host] }
        let devices = (try? System.enumerateDevices()) ?? []
        let addresses = devices.compactMap(\.address).filter { address in
            switch address {
            case .v4: true
            case .v6: host == "::"
            case .unixDomainSocket: false
            }
        }
        let hosts = addresses.compactMap(\.ipAddress).filter { !$0.hasPrefix("fe80") }
        return hosts.isEmpty ? [host] : Array(Set(hosts)).sorted()
    }
}
