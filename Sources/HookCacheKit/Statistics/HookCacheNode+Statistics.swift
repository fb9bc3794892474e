public import Foundation
import CacheCore
import CacheNode
import GitHubCore
import NodeServer

extension HookCacheNode {
    /// What the node did and saved since its start.
    ///
    /// Encoded, it has the names of `/_hookcache/v1/stats`. Requests that pass through to GitHub, what the node reads for
    /// itself, and reads that wanted the store alone and found nothing count nowhere.
    public struct Statistics: Sendable, Hashable, Codable {
        /// Reads answered without GitHub, from bytes that this node fetched or got by webhook.
        public let localHits: Int
        /// Reads answered without GitHub, from bytes that came from a peer.
        public let peerHits: Int
        /// Reads for which GitHub was asked, or that came to nothing.
        public let misses: Int
        /// All of these reads.
        public let totalRequests: Int
        /// The part of reads that was answered without GitHub, from 0 to 1.
        public let hitRate: Double
        /// Calls to GitHub that counted against a quota.
        public let apiCallsMade: Int
        /// Calls to GitHub that were free (304).
        public let apiCallsFree: Int
        /// Reads answered without a call that counted.
        public let apiCallsSaved: Int
        /// Stored entries.
        public let cacheSize: Int
        /// Connected peers.
        public let connectedPeers: Int
        /// The node's name in the mesh.
        public let peerID: String?
        /// Requests to the webhook listener.
        public let deliveries: Deliveries
        /// From an accepted delivery to fresh reads.
        public let eventToFresh: Latency
        /// The quota of the node's own credential, as last seen; of a GitHub App's installations, that with the least left.
        public let rateLimit: RateLimit?
        /// The installations of the GitHub App that the node is, as far as they are in use.
        public let installations: [Installation]

        /// How far the events of the followed repositories can be trusted.
        public let webhooks: Webhooks

        /// Followed repositories by how far their webhooks' events can be trusted.
        public struct Webhooks: Sendable, Hashable, Codable {
            /// They arrive, and nothing is known to be missing: what they cover lives long.
            public let live: Int
            /// It is not sure that all arrive.
            public let suspect: Int
            /// No webhook tells this node anything.
            public let absent: Int
            /// What was looked into.
            public let audits: Audits
        }

        /// Whether anything changed that no event announced.
        public struct Audits: Sendable, Hashable, Codable {
            /// Questions that were asked for the sake of it.
            public let asked: Int
            /// Answers of GitHub's that showed nothing of the sort, whoever had asked.
            public let clean: Int
            /// Times that something was found.
            public let found: Int
        }

        /// What became of the requests to the webhook listener.
        public struct Deliveries: Sendable, Hashable, Codable {
            /// Taken.
            public let accepted: Int
            /// Taken before.
            public let duplicate: Int
            /// Of no use here.
            public let ignored: Int
            /// Refused.
            public let rejected: Int
            /// Read from GitHub's delivery log, since they never came.
            public let recovered: Int
            /// Taken and not yet worked off.
            public let pending: Int
        }

        /// Milliseconds; nil before the first delivery.
        public struct Latency: Sendable, Hashable, Codable {
            /// The median.
            public let p50: Double?
            /// The 99th percentile.
            public let p99: Double?
        }

        /// An installation of a GitHub App, and what it has left.
        public struct Installation: Sendable, Hashable, Codable {
            /// GitHub's number for it.
            public let id: Int64
            /// The account that it is installed with; nil where that is not told.
            public let owner: String?
            /// Requests an hour.
            public let limit: Int
            /// Requests left.
            public let remaining: Int
            /// When the hour is over, in seconds since 1970.
            public let reset: Int64
        }

        /// A quota as GitHub's headers tell it.
        public struct RateLimit: Sendable, Hashable, Codable {
            /// Requests an hour.
            public let limit: Int
            /// Requests left.
            public let remaining: Int
            /// When the hour is over, in seconds since 1970.
            public let reset: Int64

            /// When the hour is over.
            public var resetDate: Date { Date(timeIntervalSince1970: Double(reset)) }
        }

        private enum CodingKeys: String, CodingKey {
            case localHits = "local_hits"
            case peerHits = "peer_hits"
            case misses
            case totalRequests = "total_requests"
            case hitRate = "hit_rate"
            case apiCallsMade = "api_calls_made"
            case apiCallsFree = "api_calls_free"
            case apiCallsSaved = "api_calls_saved"
            case cacheSize = "cache_size"
            case connectedPeers = "connected_peers"
            case peerID = "peer_id"
            case deliveries
            case eventToFresh = "event_to_fresh_ms"
            case rateLimit = "rate_limit"
            case installations
            case webhooks
        }
    }

    /// What the node did and saved since its start.
    public func statistics() async -> Statistics {
        let counted = await node.statistics()
        let health = node.health()
        return Statistics(
            localHits: counted.localHits,
            peerHits: counted.peerHits,
            misses: counted.misses,
            totalRequests: counted.totalRequests,
            hitRate: counted.hitRate,
            apiCallsMade: counted.callsMade,
            apiCallsFree: counted.callsFree,
            apiCallsSaved: counted.callsSaved,
            cacheSize: counted.cacheSize,
            connectedPeers: counted.connectedPeers,
            peerID: counted.peerID,
            deliveries: Statistics.Deliveries(
                accepted: counted.deliveries.accepted,
                duplicate: counted.deliveries.duplicate,
                ignored: counted.deliveries.ignored,
                rejected: counted.deliveries.rejected + counters.refusedDeliveries,
                recovered: counted.deliveries.recovered,
                pending: counted.deliveries.pending
            ),
            eventToFresh: Statistics.Latency(p50: counted.eventToFresh.p50, p99: counted.eventToFresh.p99),
            rateLimit: counted.quota.map {
                Statistics.RateLimit(limit: $0.limit, remaining: $0.remaining, reset: $0.reset.seconds)
            },
            installations: counted.installations.map {
                Statistics.Installation(
                    id: $0.id,
                    owner: $0.owner,
                    limit: $0.quota.limit,
                    remaining: $0.quota.remaining,
                    reset: $0.quota.reset.seconds
                )
            },
            webhooks: Statistics.Webhooks(
                live: health.counts[.live] ?? 0,
                suspect: health.counts[.suspect] ?? 0,
                absent: health.counts[.absent] ?? 0,
                audits: Statistics.Audits(
                    asked: health.audits.asked,
                    clean: health.audits.clean,
                    found: health.audits.found
                )
            )
        )
    }
}
