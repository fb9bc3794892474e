package import GitHubCore
package import Multiformats

/// What a node tells the others that hold the same prewarm job.
package struct PrewarmWord: Hashable, Sendable {
    /// How far it is with one run of the job.
    package enum Phase: String, Hashable, Sendable, CaseIterable {
        /// It would run it, too: said ahead, since not all who hold a job are connected with each other.
        case holds
        /// It does not know whether anyone ran it, and asks before it does.
        case asks
        /// It runs it, and began or goes on.
        case runs
        /// It has run it.
        case ended
        /// It can do no more of it now; another may.
        case stopped
    }

    /// The job, by its digest.
    package let job: CID
    /// Which run of it: the moment that made it due.
    package let slot: Timestamp
    /// How far it is.
    package let phase: Phase

    /// A word.
    package init(job: CID, slot: Timestamp, phase: Phase) {
        self.job = job
        self.slot = slot
        self.phase = phase
    }
}
