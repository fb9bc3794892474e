package import CacheCore
package import GitHubCore
package import Multiformats

/// The node's statistics, with the names of `/_hookcache/v1/stats`.
package struct Statistics: Hashable, Sendable {
    /// Reads answered without GitHub from bytes this node fetched or got by webhook.
    package var localHits = 0
    /// Reads answered without GitHub from bytes that came from a peer.
    package var peerHits = 0
    /// Reads for which GitHub was asked, or nothing was found.
    package var misses = 0
    /// Calls to GitHub that counted.
    package var callsMade = 0
    /// Calls to GitHub that were free (304).
    package var callsFree = 0
    /// Reads answered without a counted call.
    package var callsSaved = 0
    /// Stored entries.
    package var cacheSize = 0
    /// Connected peers.
    package var connectedPeers = 0
    /// Connections that turned out to be none of the mesh's.
    package var strangers = 0
    /// This node's peer id.
    package var peerID: String?
    /// Requests to the webhook listener.
    package var deliveries = DeliveryCounts()
    /// From an accepted delivery to fresh reads.
    package var eventToFresh = Latency()
    /// The node's own quota as last seen.
    package var quota: OriginStatistics.Quota?
    /// The quotas of a GitHub App's installations.
    package var installations: [OriginStatistics.Installation] = []

    /// All zero.
    package init() {}

    /// Reads answered or not.
    package var totalRequests: Int { localHits + peerHits + misses }
    /// The part of reads that was answered without GitHub, from 0 to 1.
    package var hitRate: Double {
        totalRequests == 0 ? 0 : Double(localHits + peerHits) / Double(totalRequests)
    }

    /// What became of the requests to the webhook listener.
    package struct DeliveryCounts: Hashable, Sendable {
        /// Taken.
        package var accepted = 0
        /// Taken before.
        package var duplicate = 0
        /// Of no use here.
        package var ignored = 0
        /// Refused.
        package var rejected = 0
        /// Read from GitHub's delivery log, since they never came.
        package var recovered = 0
        /// Taken and not yet worked off.
        package var pending = 0

        /// All zero.
        package init() {}
    }

    /// From the 202's sync to fresh in memory, in milliseconds; nil before the first event.
    package struct Latency: Hashable, Sendable {
        /// The median.
        package var p50: Double?
        /// The 99th percentile.
        package var p99: Double?

        /// Nothing measured.
        package init() {}
    }
}

/// Waiting and running jobs, as `/_hookcache/v1/queue` tells them.
package struct QueueReport: Hashable, Sendable {
    /// Jobs that wait for a runner.
    package var queued = 0
    /// Jobs that run.
    package var inProgress = 0
    /// The same per set of labels, sorted.
    package var byLabels: [LabelCount] = []

    /// Empty.
    package init() {}

    /// The jobs that ask for one set of labels.
    package struct LabelCount: Hashable, Sendable {
        /// The labels, sorted.
        package let labels: [String]
        /// Jobs that wait.
        package var queued: Int
        /// Jobs that run.
        package var inProgress: Int

        /// A count.
        package init(labels: [String], queued: Int, inProgress: Int) {
            self.labels = labels
            self.queued = queued
            self.inProgress = inProgress
        }
    }
}

/// What a prewarm did, per resource.
package struct PrewarmReport: Hashable, Sendable {
    /// The resource's path.
    package let path: String
    /// `fetched`, `unchanged`, `fresh` or the reason of a failure.
    package let result: String
    /// Whether it counted against the quota.
    package let counted: Bool
    /// Whether nothing more is fetched, since the rest of the quota is not for this.
    package var isStop = false

    /// One resource's result.
    package init(path: String, result: String, counted: Bool) {
        self.path = path
        self.result = result
        self.counted = counted
    }
}

/// A declared prewarm job, and how it stands.
package struct PrewarmJobReport: Hashable, Sendable {
    /// The job.
    package let job: PrewarmJob
    /// What is remembered of it.
    package let record: PrewarmRecord
    /// When it runs next; nil where that is not known, or it runs.
    package let nextRun: Timestamp?
    /// Whether it runs here now.
    package let isRunningHere: Bool
    /// The peer that runs it now.
    package let peer: PeerID?

    /// A job.
    package init(job: PrewarmJob, record: PrewarmRecord, nextRun: Timestamp?, isRunningHere: Bool, peer: PeerID?) {
        self.job = job
        self.record = record
        self.nextRun = nextRun
        self.isRunningHere = isRunningHere
        self.peer = peer
    }
}

/// What happens at the node, as `/_hookcache/v1/events` streams it.
package enum NodeEvent: Hashable, Sendable {
    /// A delivery was taken.
    case delivery(DeliveryID, event: String, repository: String)
    /// An entry was stored.
    case stored(path: String, source: Source, isPublic: Bool)
    /// An entry is known to be wrong.
    case invalidated(path: String, isPublic: Bool)
    /// A fetch ahead of readers begins.
    case prewarm(path: String)
    /// A peer came or went.
    case peer(String, isConnected: Bool)
}

/// Why a request to the control API was not done.
package struct ControlError: Error, Hashable, Sendable {
    /// The HTTP status that tells it.
    package let status: Int
    /// What was wrong and what to do, in words for a person.
    package let message: String
    /// Seconds after which it may work, where that is known.
    package let retryAfter: Int?

    /// An error.
    package init(status: Int, _ message: String, retryAfter: Int? = nil) {
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
    }
}
