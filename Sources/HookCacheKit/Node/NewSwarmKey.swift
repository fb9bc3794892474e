import LibP2PCore

/// A key for a private network of nodes, made anew from random bytes.
public struct NewSwarmKey: Sendable {
    private let key: SwarmKey

    /// Draws a key.
    ///
    /// - Throws: ``NodeError`` where no key can be made.
    public init() throws(NodeError) {
        do throws(SwarmKey.Failure) {
            key = try SwarmKey(bytes: SecretFile.random(SwarmKey.length))
        } catch {
            throw NodeError("no swarm key can be made", cause: error)
        }
    }

    /// What the file of `CACHE_SWARM_KEY_FILE` holds, as every libp2p implementation reads it: a secret.
    public var text: String { key.file }

    /// A name of the key that tells nothing of it.
    public var fingerprint: String { key.fingerprint }

    /// Writes a file that only its owner reads, where there is none.
    ///
    /// - Throws: ``NodeError`` that names the file; what is there already stays.
    public func write(to path: String) throws(NodeError) {
        try SecretFile.create(Array(text.utf8), at: path)
    }
}
