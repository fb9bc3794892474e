package import GitHubCore
package import Multiformats

/// What is remembered of a job: how far its schedule is settled, where it stands, and its last run.
package struct PrewarmRecord: Hashable, Sendable {
    /// A run that is not over.
    package struct Open: Hashable, Sendable {
        /// Which: the moment that made it due.
        package var slot: Timestamp
        /// Since when; what GitHub was asked for after that need not be asked for again.
        package var since: Timestamp
        /// Where it goes on, as `OWNER/REPO RESOURCE`; nil at the beginning.
        package var place: String?
        /// When it goes on, where it stopped.
        package var resumesAt: Timestamp?

        /// A run.
        package init(slot: Timestamp, since: Timestamp, place: String? = nil, resumesAt: Timestamp? = nil) {
            self.slot = slot
            self.since = since
            self.place = place
            self.resumesAt = resumesAt
        }
    }

    /// How a run went.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// It is under way.
        case running
        /// It came to its end.
        case done
        /// It stopped, and goes on later.
        case stopped
        /// It left the rest to a peer.
        case yielded
    }

    /// What a run did.
    package struct Cost: Hashable, Sendable {
        /// Calls that counted against the quota.
        package var counted = 0
        /// Calls that were free.
        package var free = 0
        /// Resources that GitHub did not give.
        package var refused = 0

        /// Nothing.
        package init() {}
    }

    /// The last run, here or at a peer.
    package struct Run: Hashable, Sendable {
        /// When it began; of a peer's run when it was heard of.
        package var startedAt: Timestamp
        /// When it was over.
        package var endedAt: Timestamp?
        /// How it went.
        package var outcome: Outcome
        /// Why it stopped.
        package var reason: String?
        /// What it did; nothing is known of a peer's.
        package var cost: Cost
        /// Who ran it; nil for this node.
        package var runner: PeerID?

        /// A run.
        package init(
            startedAt: Timestamp,
            endedAt: Timestamp? = nil,
            outcome: Outcome,
            reason: String? = nil,
            cost: Cost = Cost(),
            runner: PeerID? = nil
        ) {
            self.startedAt = startedAt
            self.endedAt = endedAt
            self.outcome = outcome
            self.reason = reason
            self.cost = cost
            self.runner = runner
        }
    }

    /// The job's name.
    package let name: String
    /// What the job was like.
    package var job: CID
    /// Up to when all its runs are over.
    package var settledThrough: Timestamp
    /// The run that is not over.
    package var open: Open?
    /// The last run; nil before the first.
    package var last: Run?

    /// A job that has not run.
    package init(name: String, job: CID, settledThrough: Timestamp, open: Open? = nil, last: Run? = nil) {
        self.name = name
        self.job = job
        self.settledThrough = settledThrough
        self.open = open
        self.last = last
    }
}
