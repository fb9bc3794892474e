package import GitHubCore
package import Multiformats

/// A claim with what surrounds it: everything that a policy may look at.
package struct Testimony: Sendable {
    /// How it is known who the author is.
    package enum Evidence: Hashable, Sendable {
        /// The author's signature is on the message, and holds.
        case signature
        /// A peer said it over a connection that proves who that is.
        case connection(PeerID)
    }

    /// Who says so.
    package let author: PeerID
    /// How that is known.
    package let evidence: Evidence
    /// The topic it came on, or belongs on where it was asked for.
    package let topic: String
    /// The claim.
    package let claim: Claim
    /// The body that the claim names, once it is here.
    package let body: [UInt8]?
    /// The time here.
    package let now: Timestamp
    /// The run or job that an event's body is; nil where it is none, or not here.
    let object: WorkflowObject?
    /// The repository that the object says it lies in.
    let home: RepositoryName?

    /// A testimony.
    package init(
        author: PeerID,
        evidence: Evidence = .signature,
        topic: String,
        claim: Claim,
        body: [UInt8]?,
        now: Timestamp
    ) {
        self.author = author
        self.evidence = evidence
        self.topic = topic
        self.claim = claim
        self.body = body
        self.now = now
        (self.object, self.home) = Self.read(claim, body)
    }

    private static func read(_ claim: Claim, _ body: [UInt8]?) -> (WorkflowObject?, RepositoryName?) {
        guard let said = claim.object, let body, body.count <= Limits.objectBytes,
            let object = try? JSONObject(body)
        else { return (nil, nil) }
        switch said.kind {
        case .run:
            let run = WorkflowRun(object)
            return (run.map(WorkflowObject.run), run?.repository)
        case .job:
            return (WorkflowJob(object).map(WorkflowObject.job), object.string("run_url").flatMap(Self.repository))
        }
    }

    /// The repository in an address of GitHub's API.
    private static func repository(in address: String) -> RepositoryName? {
        let parts = address.split(separator: "/", maxSplits: 64)
        guard let index = parts.firstIndex(of: "repos"), parts.count > index + 2 else { return nil }
        return RepositoryName("\(parts[index + 1])/\(parts[index + 2])")
    }
}
