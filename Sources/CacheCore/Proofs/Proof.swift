package import GitHubCore

/// That GitHub let a credential read something of a scope: for a while it may be served what others fetched of the same
/// scope under the same permission (invariant 4).
package struct Proof: Hashable, Sendable {
    /// Who was shown to reach what.
    package struct Subject: Hashable, Sendable {
        /// The credential.
        package let credential: CredentialID
        /// The repository or the owner.
        package let scope: Scope
        /// The permission that reading needed: runs prove nothing of runners.
        package let family: PermissionFamily

        /// A subject.
        package init(credential: CredentialID, scope: Scope, family: PermissionFamily) {
            self.credential = credential
            self.scope = scope
            self.family = family
        }

        /// What an answer of an endpoint proves.
        package init(_ endpoint: Endpoint, by credential: CredentialID) {
            self.init(credential: credential, scope: endpoint.scope, family: endpoint.permission)
        }
    }

    /// Who was shown to reach what.
    package let subject: Subject
    /// When GitHub was asked.
    package let provenAt: Timestamp

    /// A proof.
    package init(_ subject: Subject, provenAt: Timestamp) {
        self.subject = subject
        self.provenAt = provenAt
    }
}

/// How long proofs hold, in seconds.
package struct ProofPolicy: Hashable, Sendable {
    /// While GitHub can be asked.
    package var ttl: Int
    /// How much longer while it cannot.
    package var grace: Int

    /// The defaults of the configuration.
    package init(ttl: Int = 600, grace: Int = 3600) {
        self.ttl = ttl
        self.grace = grace
    }

    /// How long a proof may be of any use.
    package var horizon: Int { ttl + grace }

    /// Whether a proof of a moment holds now.
    ///
    /// A clock that was set back must not make a proof hold for ever, so one from the future counts by its distance.
    package func holds(provenAt: Timestamp?, now: Timestamp, isGitHubAway: Bool) -> Bool {
        guard let provenAt else { return false }
        let distance = now < provenAt ? provenAt.milliseconds(since: now) : now.milliseconds(since: provenAt)
        return distance < Int64(isGitHubAway ? horizon : ttl) * 1000
    }
}
