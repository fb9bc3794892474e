package import GitHubCore
package import Multiformats

/// A run's or job's state as something said it: a delivery, a peer, a list's element, an answer.
package struct WorkflowEvent: Sendable {
    /// The repository.
    package let repository: RepositoryName
    /// The run or job, read.
    package let object: WorkflowObject
    /// The object's own bytes.
    package let body: Body
    /// What orders it.
    package let version: ObjectVersion
    /// Who says so.
    package let authority: Authority
    /// Where the bytes came from, for `Cache-Status`.
    package let source: Source
    /// Whether the repository is private.
    package let isPrivate: Bool
    /// When it was true: the delivery's acceptance, or the answer's moment.
    package let asOf: Timestamp
    /// The peer that says so; nil where this node knows it by itself.
    package let teller: PeerID?
    /// Whether it was told without its pull requests, and has those that were known before.
    package let isPartial: Bool

    /// An event.
    package init(
        repository: RepositoryName,
        object: WorkflowObject,
        body: Body,
        version: ObjectVersion,
        authority: Authority,
        source: Source,
        isPrivate: Bool,
        asOf: Timestamp,
        teller: PeerID? = nil,
        isPartial: Bool = false
    ) {
        self.teller = teller
        self.isPartial = isPartial
        self.repository = repository
        self.object = object
        self.body = body
        self.version = version
        self.authority = authority
        self.source = source
        self.isPrivate = isPrivate
        self.asOf = asOf
    }

    /// Names the run or job.
    package var id: ObjectID { ObjectID(repository: repository, kind: object.kind, id: object.id) }

    /// What is remembered of it.
    package var state: ObjectState {
        let (runID, labels) =
            switch object {
            case .run(let run): (run.id, [String]())
            case .job(let job): (job.runID, job.labels)
            }
        return ObjectState(
            id: id,
            version: version,
            cid: body.cid,
            authority: authority,
            seenAt: asOf,
            runID: runID,
            status: object.status ?? "",
            labels: labels,
            isPrivate: isPrivate
        )
    }
}
