package import GitHubCore
package import Multiformats

/// What some source says of a run or job: a delivery, an element of a list, an answer.
package struct StateClaim: Sendable {
    /// What orders it.
    package let version: ObjectVersion
    /// The status it names.
    package let status: String
    /// The CID of its bytes.
    package let cid: CID
    /// Who says so.
    package let authority: Authority
    /// When it was true: the moment of acceptance, or of the question to GitHub.
    package let asOf: Timestamp

    /// A claim.
    package init(version: ObjectVersion, status: String, cid: CID, authority: Authority, asOf: Timestamp) {
        self.version = version
        self.status = status
        self.cid = cid
        self.authority = authority
        self.asOf = asOf
    }

    /// How the claim stands in time to what is remembered; `same` for two that say the same status in other bytes.
    package func order(against held: ObjectState) -> VersionOrder {
        if cid == held.cid { return .same }
        // What GitHub itself answers for exactly this object overrules what peers had claimed when it was asked.
        if authority == .github, held.authority == .peer, asOf >= held.seenAt { return .newer }
        if isSettled(by: held) { return .older }
        let order = version.order(against: held.version, status: status, otherStatus: held.status)
        guard order == .same || order == .ambiguous, authority == .github else { return order }
        // GitHub's word for the moment of the question: an event that came in since may be newer than it.
        if asOf >= held.seenAt { return .newer }
        return held.authority == .github ? .older : order
    }
}

extension ObjectVersion {
    /// How this version stands to another of the same object, with the statuses where the stamps tell nothing.
    ///
    /// GitHub's stamps of a run are whole seconds: a run that was taken within the second of its making shows it by its
    /// status alone.
    package func order(against other: ObjectVersion, status: String, otherStatus: String) -> VersionOrder {
        let order = order(against: other)
        guard case .run = self, order == .same, status != otherStatus else { return order }
        let (own, theirs) = (Self.progress(status), Self.progress(otherStatus))
        return own == theirs ? .ambiguous : own < theirs ? .older : .newer
    }

    private static func progress(_ status: String) -> Int {
        switch status {
        case "requested": 0
        case "queued", "pending", "waiting": 1
        default: 2
        }
    }
}

extension WorkflowEvent {
    /// Whether what an answer tells of an object is not remembered already, on as good a word.
    package func isNews(beside held: ObjectState?) -> Bool {
        guard let held, held.cid == body.cid else { return true }
        return authority == .github && held.authority == .peer
    }

    /// What the event claims.
    package var claim: StateClaim {
        StateClaim(version: version, status: object.status ?? "", cid: body.cid, authority: authority, asOf: asOf)
    }
}
