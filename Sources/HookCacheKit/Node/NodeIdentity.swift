import Foundation
import LibP2P
package import LibP2PCore
import Multiformats

/// Who a node is in the mesh: the Ed25519 key in its folder.
public enum NodeIdentity {
    /// The peer id of the node of a folder, in base58; makes the key where there is none.
    ///
    /// - Throws: ``NodeError`` where the folder or the key cannot be read or made.
    public static func peerID(inDirectory directory: String) throws(NodeError) -> String {
        try loadOrCreate(inDirectory: directory).peerID.description
    }

    /// The key of the node of a folder; makes it where there is none.
    package static func loadOrCreate(inDirectory directory: String) throws(NodeError) -> KeyPair {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw NodeError("\(directory) cannot be made: \(error.localizedDescription)", cause: error)
        }
        do {
            return try IdentityFile.loadOrCreate(at: directory + "/node-key")
        } catch {
            throw NodeError("\(error)", cause: error)
        }
    }
}
