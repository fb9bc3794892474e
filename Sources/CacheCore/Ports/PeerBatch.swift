package import GitHubCore
package import Multiformats

/// A run's or job's state as one node remembers it, on its way to another.
package struct SharedState: Sendable {
    /// The repository it lies in.
    package let repository: RepositoryName
    /// Run or job.
    package let kind: ObjectKind
    /// The object's own bytes, as GitHub sent them.
    package let body: Body
    /// The own time of the delivery that brought it.
    package let deliveredAt: Timestamp?
    /// `deployment.updated_at` of the delivery.
    package let deploymentUpdatedAt: Timestamp?
    /// When the node saw it that remembers it.
    package let seenAt: Timestamp
    /// Whether the repository is private: then it is for whoever proves access to it.
    package let isPrivate: Bool

    /// A state to share.
    package init(
        repository: RepositoryName,
        kind: ObjectKind,
        body: Body,
        deliveredAt: Timestamp?,
        deploymentUpdatedAt: Timestamp?,
        seenAt: Timestamp,
        isPrivate: Bool = false
    ) {
        self.repository = repository
        self.kind = kind
        self.body = body
        self.deliveredAt = deliveredAt
        self.deploymentUpdatedAt = deploymentUpdatedAt
        self.seenAt = seenAt
        self.isPrivate = isPrivate
    }
}

/// What a node got of what it lacks from one member, its origin and shape already checked.
package struct PeerBatch: Sendable {
    /// The member.
    package let author: PeerID
    /// What it says, in the order to take it in.
    package let announcements: [Announcement]
    /// To be called once all of it is taken in: the next batch comes no sooner.
    package let taken: @Sendable () -> Void

    /// A batch.
    package init(author: PeerID, announcements: [Announcement], taken: @escaping @Sendable () -> Void) {
        self.author = author
        self.announcements = announcements
        self.taken = taken
    }
}
