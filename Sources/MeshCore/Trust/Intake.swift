package import GitHubCore
package import Multiformats

/// What becomes of a pubsub message: opened, judged, and passed on or not.
package struct Intake: Sendable {
    /// The judgement of a whole message.
    package enum Ruling: Sendable {
        /// It is passed on, and these of its claims are believed so far as their bodies are here.
        case pass([Claim])
        /// It is dropped, and nobody is to blame.
        case ignore(Doubt)
        /// It is dropped, and it counts against whoever passed it on; the text says why, for the log.
        case offence(String)
    }

    private let membership: Membership
    private let policy: AllOf

    /// An intake of the mesh's policies.
    package init(membership: Membership, share: ShareRule, swarmKey: [UInt8]? = nil) {
        self.membership = membership
        self.policy = .standard(membership: membership, share: share, swarmKey: swarmKey)
    }

    /// Judges a message as it comes.
    ///
    /// - Parameters:
    ///   - payload: What it says.
    ///   - id: Its id, by which it is known again.
    ///   - author: Who signed it.
    ///   - topic: Where it was published.
    ///   - turnstile: What is remembered of the messages before it.
    ///   - now: The time here.
    /// - Returns: What becomes of it.
    package func open(
        _ payload: [UInt8],
        id: [UInt8],
        by author: PeerID,
        on topic: String,
        past turnstile: inout Turnstile,
        now: Timestamp
    ) -> Ruling {
        // A stranger's message is not even read.
        guard self.membership.contains(author) else {
            return .ignore(turnstile.endure(author, now: now) == .meets ? .notAMember : .tooMuch)
        }
        if case .fails(let because) = turnstile.admit(id, by: author, bytes: payload.count, now: now) {
            return .ignore(because)
        }
        let claims: [Claim]
        do {
            claims = try Claim.claims(in: payload)
        } catch {
            return .offence("\(error)")
        }
        if case .fails(let because) = turnstile.charge(claims.count, to: author, now: now) { return .ignore(because) }
        var believed: [Claim] = []
        var doubt: Doubt?
        for claim in claims {
            switch self.judge(claim, with: claim.body?.inline, by: author, on: topic, now: now) {
            case .meets: believed.append(claim)
            case .fails(let because):
                guard !because.isOffence else { return .offence(because.rawValue) }
                doubt = because
            }
        }
        // Claims of a later version are passed on unread.
        guard believed.isEmpty, let doubt else { return .pass(believed) }
        return .ignore(doubt)
    }

    /// Judges one claim, with its body or before that is here.
    ///
    /// - Parameters:
    ///   - claim: The claim.
    ///   - body: The body that it names, where that is here.
    ///   - author: Who says so.
    ///   - evidence: How that is known.
    ///   - topic: The topic it came on, or belongs on.
    ///   - now: The time here.
    /// - Returns: Whether it is believed.
    package func judge(
        _ claim: Claim,
        with body: [UInt8]?,
        by author: PeerID,
        evidence: Testimony.Evidence = .signature,
        on topic: String,
        now: Timestamp
    ) -> PolicyResult {
        self.policy.judge(
            Testimony(author: author, evidence: evidence, topic: topic, claim: claim, body: body, now: now)
        )
    }
}
