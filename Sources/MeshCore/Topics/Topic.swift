import Crypto
package import GitHubCore
package import Multiformats

/// The pubsub topics that news travels on.
package enum Topic {
    private static let prefix = "/hookcache/1/"

    /// Names a repository's topic by a hash of its name in lower case.
    ///
    /// - Parameters:
    ///   - repository: The repository.
    ///   - swarmKey: The private network's key, where there is one: then the name tells an outsider nothing.
    /// - Returns: The name, the same on every node.
    package static func name(for repository: RepositoryName, swarmKey: [UInt8]? = nil) -> String {
        name(for: repository.canonical, swarmKey)
    }

    /// Names the topic of a prewarm job, on which those that hold it agree on who runs it.
    package static func name(forJob job: CID, swarmKey: [UInt8]? = nil) -> String {
        // No repository's name has a space in it.
        name(for: "prewarm \(job)", swarmKey)
    }

    private static func name(for text: String, _ swarmKey: [UInt8]?) -> String {
        let text = Array(text.utf8)
        guard let swarmKey else { return prefix + Base32.encode(SHA256.hash(data: text)) }
        let keyed = HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: swarmKey))
        return prefix + Base32.encode(keyed)
    }
}
