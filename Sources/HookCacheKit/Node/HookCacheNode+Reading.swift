import CacheCore
import CacheMesh
import CacheNode
import GitHubCore
package import LibP2P
import Multiformats
import NodeServer

extension HookCacheNode {
    /// A stored or fetched answer.
    public struct Answer: Sendable {
        /// The HTTP status, as GitHub gave it.
        public let status: Int
        /// The body, as GitHub sent it.
        public let body: [UInt8]
        /// The CID of the body.
        public let cid: String
        /// Seconds since it was last known to be what GitHub says.
        public let age: Int
        /// How it was found, as `Cache-Status` tells it (RFC 9211).
        public let cacheStatus: String
        /// `Link`, as GitHub wrote it.
        public let link: String?
    }

    /// Reads a REST resource through the cache, such as `/repos/octocat/hello-world/actions/runs?per_page=5`.
    ///
    /// - Parameters:
    ///   - path: GitHub's path with its query.
    ///   - authorization: The caller's own `Authorization`; without it the node reads as itself.
    /// - Returns: The answer, be it GitHub's refusal of the caller.
    /// - Throws: ``NodeError`` for a path that is not cached, and where nothing is stored and GitHub cannot be asked.
    public func read(_ path: String, authorization: String? = nil) async throws(NodeError) -> Answer {
        guard let resource = RequestTarget(path).flatMap({ node.resource(of: $0) }) else {
            throw NodeError("\(path) is not a path of GitHub's REST API that is cached", code: .invalidRequest)
        }
        let caller = authorization.map { Caller.credential(authorization: $0) } ?? .node
        switch await node.read(ReadRequest(Representation(resource), caller: caller)) {
        case .found(let found):
            return Answer(
                status: found.status,
                body: found.body.bytes,
                cid: found.body.cid.description,
                age: found.age,
                cacheStatus: found.outcome.cacheStatus,
                link: found.headers.link
            )
        case .failed(let status, let why, let retryAfter):
            throw NodeError(status: status, why, retryAfter: retryAfter)
        }
    }

    /// The TCP port of the API listener, as soon as it listens; nil where it ended before.
    public func apiPort() async -> Int? { await api.boundAddress()?.port }

    /// The TCP port of the webhook listener, as soon as it listens; nil where it ended before.
    public func webhookPort() async -> Int? { await webhook.boundAddress()?.port }

    /// How many connected peers follow a repository, such as `octocat/hello-world`.
    public func followers(of repository: String) -> Int {
        RepositoryName(repository).map { mesh.followers(of: $0).count } ?? 0
    }

    /// What came by gossip so far.
    package var gossip: PubSub.Counts { mesh.gossipCounts }

    /// How many connected members hold a declared prewarm job, by its name.
    package func holders(ofPrewarmJob name: String) async -> Int {
        guard let job = settings.prewarm.jobs.first(where: { $0.name == name }) else { return 0 }
        return await mesh.holders(of: job.digest).count
    }

    /// The multiaddrs, with the peer id, that other nodes can dial.
    public func meshAddresses() async -> [String] { await mesh.identity()?.addresses ?? [] }
}
