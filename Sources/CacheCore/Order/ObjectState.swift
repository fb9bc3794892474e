package import GitHubCore
package import Multiformats

/// Who said what a state holds, from the weakest word to the strongest.
package enum Authority: Int, Hashable, Sendable, Comparable {
    /// A peer that is a member, by gossip.
    case peer
    /// An element of one of GitHub's lists, which may lag.
    case list
    /// A verified delivery.
    case webhook
    /// GitHub's answer for exactly this run or job.
    case github

    package static func < (left: Authority, right: Authority) -> Bool { left.rawValue < right.rawValue }
}

/// The newest state of a run or job that this node has seen, from any source (invariant 2).
package struct ObjectState: Hashable, Sendable {
    /// Which run or job.
    package let id: ObjectID
    /// What orders it among the states of the same object.
    package let version: ObjectVersion
    /// The CID of the object's own bytes.
    package let cid: CID
    /// Who said so.
    package let authority: Authority
    /// When it was seen here.
    package let seenAt: Timestamp
    /// The run it belongs to: its own id for a run.
    package let runID: Int64
    /// The status, such as `queued`.
    package let status: String
    /// The labels a job asks for; empty for a run.
    package let labels: [String]
    /// Whether it lies in a private repository.
    package let isPrivate: Bool

    /// The same, since GitHub itself says so.
    func confirmed(by event: WorkflowEvent) -> ObjectState {
        ObjectState(
            id: id,
            version: version,
            cid: cid,
            authority: event.authority,
            seenAt: max(seenAt, event.asOf),
            runID: runID,
            status: status,
            labels: labels,
            isPrivate: isPrivate
        )
    }

    /// A remembered state.
    package init(
        id: ObjectID,
        version: ObjectVersion,
        cid: CID,
        authority: Authority,
        seenAt: Timestamp,
        runID: Int64,
        status: String,
        labels: [String],
        isPrivate: Bool
    ) {
        self.id = id
        self.version = version
        self.cid = cid
        self.authority = authority
        self.seenAt = seenAt
        self.runID = runID
        self.status = status
        self.labels = labels
        self.isPrivate = isPrivate
    }
}
