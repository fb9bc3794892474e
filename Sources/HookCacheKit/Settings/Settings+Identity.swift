import Foundation
import LibP2P
package import LibP2PCore
import Multiformats
import NIOCore

extension Settings {
    /// The file of the node's key.
    package var identityFile: String { self.storage.directory + "/node.key" }

    /// The node's key; makes it, and the folder, where there is none.
    package func identity() throws(SettingsError) -> KeyPair {
        let directory = self.storage.directory
        do {
            if !FileManager.default.fileExists(atPath: directory) {
                try FileManager.default.createDirectory(
                    atPath: directory,
                    withIntermediateDirectories: true,
                    attributes: [.posixPermissions: NSNumber(value: 0o700)]
                )
            }
            return try IdentityFile.loadOrCreate(at: self.identityFile)
        } catch let error as HostError {
            throw Self.unusable(directory, error.message)
        } catch {
            throw Self.unusable(directory, error.localizedDescription)
        }
    }

    /// The node's peer id, which is made where there is none.
    public func peerID() throws(SettingsError) -> String {
        try self.identity().peerID.description
    }

    /// The addresses that peers can dial; empty while the port is left to the system.
    public func peerAddresses() throws(SettingsError) -> [String] {
        let peer = try self.identity().peerID
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

    private static func unusable(_ directory: String, _ reason: String) -> SettingsError {
        let wants = "a folder that holds or may hold the node's key (\(reason))"
        return SettingsError(problems: [.init(key: Key.directory.rawValue, got: directory, wants: wants)])
    }
}
