package import GitHubCore
package import Multiformats

/// A claim with what surrounds it: everything that a policy may look at.
package struct Testimony: Sendable {
    /// The signed author of the message.
    package let author: PeerID
    /// The topic it came on.
    package let topic: String
    /// The claim.
    package let claim: Claim
    /// The body that the claim names, once it is here.
    package let body: [UInt8]?
    /// The time here.
    package let now: Timestamp

    /// A testimony.
    package init(author: PeerID, topic: String, claim: Claim, body: [UInt8]?, now: Timestamp) {
        self.author = author
        self.topic = topic
        self.claim = claim
        self.body = body
        self.now = now
    }
}

/// What a policy says of a testimony.
package enum PolicyResult: Equatable, Sendable {
    /// Nothing speaks against it.
    case meets
    /// It is not believed.
    case fails(because: Doubt)
}

/// Why something a peer said is not believed.
package enum Doubt: String, Error, Sendable, CaseIterable {
    /// The author is no member: ignored, and nobody's fault.
    case notAMember
    /// The claim is about another repository than the topic's.
    case wrongTopic
    /// The body does not have the claimed name or length.
    case wrongBody
    /// The body is not the object that it is claimed to be.
    case wrongObject
    /// The claim is dated in the future.
    case fromTheFuture
    /// It may not be shared in this mesh.
    case notShareable

    /// Whether whoever passed it on could have known; then it counts against that peer.
    ///
    /// What depends on this node's own settings or clock is nobody's fault.
    package var isOffence: Bool {
        switch self {
        case .wrongTopic, .wrongBody, .wrongObject: true
        case .notAMember, .fromTheFuture, .notShareable: false
        }
    }
}

/// One small ground for believing a member's word, or not.
package protocol TrustPolicy: Sendable {
    /// Whether the testimony meets it.
    func judge(_ testimony: Testimony) -> PolicyResult
}

/// Several policies in order: the first that fails decides.
package struct AllOf: TrustPolicy {
    private let policies: [any TrustPolicy]

    /// Joins policies.
    package init(_ policies: [any TrustPolicy]) {
        self.policies = policies
    }

    /// The first failure, or that all are met.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        for policy in self.policies {
            let result = policy.judge(testimony)
            guard result == .meets else { return result }
        }
        return .meets
    }
}

extension AllOf {
    /// The policies of this mesh.
    package static func standard(membership: Membership, share: ShareRule, swarmKey: [UInt8]? = nil) -> AllOf {
        AllOf([
            AuthorIsMember(membership: membership), TopicMatchesRepository(swarmKey: swarmKey),
            IsShareable(rule: share), TimesArePlausible(), BodyMatchesClaim(), ObjectMatchesClaim(rule: share),
        ])
    }
}
