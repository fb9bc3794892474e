/// What a policy says of a testimony.
package enum PolicyResult: Equatable, Sendable {
    /// Nothing speaks against it.
    case meets
    /// It is not believed.
    case fails(because: Doubt)
}

/// Why something a peer said is not believed.
package enum Doubt: String, Error, Sendable, CaseIterable {
    /// Nothing proves that the author said it.
    case notProven
    /// The author is no member: ignored, and nobody's fault.
    case notAMember
    /// The author has lately misbehaved.
    case notTrusted
    /// The author says more than anyone has to say.
    case tooMuch
    /// The same message was heard before.
    case repeated
    /// The claim is about another repository than the topic's.
    case wrongTopic
    /// The body does not have the claimed name or length.
    case wrongBody
    /// The body is not the object that it is claimed to be.
    case wrongObject
    /// It is larger than such a thing can be.
    case tooLarge
    /// No state of a run or job has such a version, and no clock shows such a date.
    case wrongVersion
    /// The claim is dated in the future.
    case fromTheFuture
    /// The claim is so old that it is no news to anyone.
    case tooOld
    /// It may not be shared in this mesh.
    case notShareable

    /// Whether whoever passed it on could have known; then it counts against that peer.
    ///
    /// What depends on this node's own settings or clock is nobody's fault.
    package var isOffence: Bool {
        switch self {
        case .notProven, .wrongTopic, .wrongBody, .wrongObject, .tooLarge: true
        case .notAMember, .notTrusted, .tooMuch, .repeated, .wrongVersion, .fromTheFuture, .tooOld, .notShareable: false
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
    /// The policies of this mesh, the cheapest first.
    package static func standard(membership: Membership, share: ShareRule, swarmKey: [UInt8]? = nil) -> AllOf {
        AllOf([
            AuthorIsMember(membership: membership), AuthorIsProven(), TopicMatchesRepository(swarmKey: swarmKey),
            AudienceIsShared(rule: share), SizeIsBounded(), TimesArePlausible(), IsYoung(), BodyMatchesClaim(),
            ObjectMatchesClaim(), ObjectIsShared(rule: share), VersionIsPlausible(),
        ])
    }

    /// What a claim must meet whoever makes it: an honest node makes no other.
    package static let substance = AllOf([SizeIsBounded(), ObjectMatchesClaim(), VersionIsPlausible()])
}
