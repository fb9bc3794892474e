import CacheStore
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

    /// Gives the node of a folder another key, and so another peer id; the old key is gone.
    ///
    /// - Returns: The peer id before, where there was a key that could be read, and the peer id now.
    /// - Throws: ``NodeError`` where a node runs there, or the key cannot be made.
    public static func renew(inDirectory directory: String) throws(NodeError) -> (old: String?, new: String) {
        try makeFolder(directory)
        do {
            return try CacheStore.whileUnused(directory) {
                let (old, new) = try IdentityFile.replace(at: keyFile(in: directory))
                return (old?.peerID.description, new.peerID.description)
            }
        } catch let error as StoreError {
            throw NodeError(error.message, cause: error)
        } catch {
            throw NodeError("\(error)", cause: error)
        }
    }

    /// The key of the node of a folder; makes it where there is none.
    package static func loadOrCreate(inDirectory directory: String) throws(NodeError) -> KeyPair {
        try makeFolder(directory)
        do {
            return try IdentityFile.loadOrCreate(at: keyFile(in: directory))
        } catch {
            throw NodeError("\(error)", cause: error)
        }
    }

    /// The file of the key in a node's folder.
    static func keyFile(in directory: String) -> String { directory + "/node-key" }

    private static func makeFolder(_ directory: String) throws(NodeError) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw NodeError("\(directory) cannot be made: \(error.localizedDescription)", cause: error)
        }
    }
}
