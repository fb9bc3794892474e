import CacheCore
import CacheMesh
import CacheNode
import GitHubCore
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
        guard let resource = Resource(path) else {
            throw NodeError("\(path) is not a path of GitHub's REST API that is cached")
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
        case .failed(_, let why, _):
            throw NodeError(why)
        }
    }

    /// The node's figures, under the names of `/_hookcache/v1/stats`.
    public struct Figures: Sendable, Hashable {
        /// Reads answered without GitHub from bytes this node fetched or got by webhook.
        public let localHits: Int
        /// Reads answered without GitHub from bytes that came from a peer.
        public let peerHits: Int
        /// Reads for which GitHub was asked.
        public let misses: Int
        /// The part of reads that was answered without GitHub, from 0 to 1.
        public let hitRate: Double
        /// Calls to GitHub that counted against a quota.
        public let apiCallsMade: Int
        /// Calls to GitHub that were free (304).
        public let apiCallsFree: Int
        /// Reads answered without a counted call.
        public let apiCallsSaved: Int
        /// Stored entries.
        public let cacheSize: Int
        /// Connected peers.
        public let connectedPeers: Int
        /// Deliveries accepted since the start.
        public let deliveriesAccepted: Int
        /// From a delivery's sync to fresh reads, in milliseconds: the median; nil before the first.
        public let eventToFreshMedian: Double?
    }

    /// The node's figures so far.
    public func figures() async -> Figures {
        let statistics = await node.statistics()
        return Figures(
            localHits: statistics.localHits,
            peerHits: statistics.peerHits,
            misses: statistics.misses,
            hitRate: statistics.hitRate,
            apiCallsMade: statistics.callsMade,
            apiCallsFree: statistics.callsFree,
            apiCallsSaved: statistics.callsSaved,
            cacheSize: statistics.cacheSize,
            connectedPeers: statistics.connectedPeers,
            deliveriesAccepted: statistics.deliveries.accepted,
            eventToFreshMedian: statistics.eventToFresh.p50
        )
    }

    /// The TCP port of the API listener, as soon as it listens; nil where it ended before.
    public func apiPort() async -> Int? { await api.boundAddress()?.port }

    /// The TCP port of the webhook listener, as soon as it listens; nil where it ended before.
    public func webhookPort() async -> Int? { await webhook.boundAddress()?.port }

    /// How many connected peers follow a repository, such as `octocat/hello-world`.
    public func followers(of repository: String) -> Int {
        RepositoryName(repository).map { mesh.followers(of: $0).count } ?? 0
    }

    /// The multiaddrs, with the peer id, that other nodes can dial.
    public func meshAddresses() async -> [String] { await mesh.identity()?.addresses ?? [] }
}
