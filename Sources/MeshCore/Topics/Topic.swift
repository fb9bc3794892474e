import Crypto
package import GitHubCore
import Multiformats

/// The pubsub topic that a repository's news travels on.
package enum Topic {
    private static let prefix = "/hookcache/1/"

    /// Names a repository's topic by a hash of its name in lower case.
    ///
    /// - Parameters:
    ///   - repository: The repository.
    ///   - swarmKey: The private network's key, where there is one: then the name tells an outsider nothing.
    /// - Returns: The name, the same on every node.
    package static func name(for repository: RepositoryName, swarmKey: [UInt8]? = nil) -> String {
        let text = Array(repository.canonical.utf8)
        guard let swarmKey else { return prefix + Base32.encode(SHA256.hash(data: text)) }
        let keyed = HMAC<SHA256>.authenticationCode(for: text, using: SymmetricKey(data: swarmKey))
        return prefix + Base32.encode(keyed)
    }
}
