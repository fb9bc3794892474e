package import GitHubCore

/// What GitHub is asked on whose behalf.
package enum Identity: Sendable {
    /// Nobody: no credential is sent.
    case anonymous
    /// The node's own credential, where it has one.
    case node
    /// A caller's own credential: its id, and the `Authorization` value exactly as the caller sent it.
    case caller(CredentialID, authorization: String)
}

/// Who waits for a fetch; the budget serves them in this order.
package enum FetchPriority: Int, Sendable, Comparable {
    /// A poll of the watch list.
    case poll
    /// A fetch ahead of any reader, or a confirmation.
    case prewarm
    /// A client waits.
    case read

    package static func < (left: FetchPriority, right: FetchPriority) -> Bool { left.rawValue < right.rawValue }
}

/// What is held already, so that an unchanged answer costs nothing.
package struct Validator: Sendable {
    /// The raw body: the ETag is computed from it for the credential in use.
    package let body: Body?
    /// The ETag that GitHub gave, and for whom; it counts for that credential only.
    package let etag: String?

    /// What is held.
    package init(body: Body?, etag: String?) {
        self.body = body
        self.etag = etag
    }
}

/// A GraphQL query, which is asked by its body and not by its path.
package struct PostedQuery: Sendable {
    /// What it asks.
    package let query: GraphQL.Query
    /// The body as its client sent it.
    package let body: [UInt8]

    /// A query.
    package init(_ query: GraphQL.Query, body: [UInt8]) {
        self.query = query
        self.body = body
    }
}

extension PostedQuery {
    /// What a query belongs to, as far as it tells: what comes first by name of what it names.
    package var scope: Scope {
        query.tags.scopes.min { $0.description.lowercased() < $1.description.lowercased() } ?? .owner("")
    }
}

/// One question to GitHub.
package struct OriginRequest: Sendable {
    /// What is asked for.
    package let representation: Representation
    /// The query to post, where it is one.
    package let query: PostedQuery?
    /// What is held already.
    package let validator: Validator?
    /// Who waits.
    package let priority: FetchPriority

    /// A question.
    package init(
        _ representation: Representation,
        query: PostedQuery? = nil,
        validator: Validator? = nil,
        priority: FetchPriority
    ) {
        self.representation = representation
        self.query = query
        self.validator = validator
        self.priority = priority
    }
}

/// An answer with a body.
package struct OriginAnswer: Sendable {
    /// 200, or 404, 410 and other statuses that GitHub answers with a JSON body.
    package let status: Int
    /// The headers worth keeping.
    package let headers: EntryHeaders
    /// The body.
    package let body: Body
    /// When GitHub was asked.
    package let askedAt: Timestamp

    /// An answer.
    package init(status: Int, headers: EntryHeaders, body: Body, askedAt: Timestamp) {
        self.status = status
        self.headers = headers
        self.body = body
        self.askedAt = askedAt
    }
}

/// Why GitHub gave no usable answer.
///
/// None of it is ever stored as data (invariant 8).
package enum OriginFailure: Error, Hashable, Sendable {
    /// The name did not resolve, nobody listens, the connection broke.
    case unreachable(String)
    /// No answer in time.
    case timedOut
    /// A server error, or a body that is not what its headers say.
    case unusable(status: Int, String)
    /// The quota is spent or a secondary limit holds, until the moment given.
    case limited(until: Timestamp)
    /// Background work must leave the rest of the quota to clients.
    case reserved(until: Timestamp)
    /// The answer is larger than the limit.
    case tooLarge
    /// This node has no credential of its own.
    case noCredential
    /// What this node is to GitHub has no access there, or none any more: why, and what to do about it.
    case noAccess(String)
}

extension OriginFailure {
    /// Whether GitHub did answer, and counted the call.
    package var isAnswer: Bool {
        switch self {
        case .unusable, .tooLarge: true
        case .unreachable, .timedOut, .limited, .reserved, .noCredential, .noAccess: false
        }
    }

    /// Whether GitHub might have said that the asker may read what was asked for, but could not be asked.
    package var isOutage: Bool { if case .noAccess = self { false } else { true } }
}

extension OriginFailure: CustomStringConvertible {
    /// What happened, in words for a person.
    package var description: String {
        switch self {
        case .unreachable(let why): "GitHub cannot be reached (\(why))"
        case .timedOut: "GitHub did not answer in time"
        case .unusable(let status, let why): "GitHub gave no usable answer (status \(status): \(why))"
        case .limited(let until): "GitHub's rate limit is reached until \(until.rfc3339)"
        case .reserved(let until): "the rest of the quota is for clients until \(until.rfc3339)"
        case .tooLarge: "GitHub's answer is larger than this node takes"
        case .noCredential: "this node has no credential of its own"
        case .noAccess(let why): why
        }
    }
}

/// What came of a question.
package indirect enum OriginResult: Sendable {
    /// A body.
    case answer(OriginAnswer)
    /// What is held is what GitHub says (304), with headers that may have changed.
    case unchanged(EntryHeaders, askedAt: Timestamp)
    /// A permanent redirect led to this target, and this came of the question there.
    case moved(to: String, OriginResult)
    /// No usable answer.
    case failure(OriginFailure)

    /// The headers of a 304, wherever the question led; nil for any other result.
    package var unchangedHeaders: EntryHeaders? {
        switch self {
        case .unchanged(let headers, _): headers
        case .moved(_, let result): result.unchangedHeaders
        case .answer, .failure: nil
        }
    }
}

/// The counters of GitHub's side, as `stats` shows them.
package struct OriginStatistics: Hashable, Sendable {
    /// Calls that counted against a quota.
    package var callsMade = 0
    /// Calls that GitHub answered with 304, which are free.
    package var callsFree = 0
    /// Conditional requests whose computed ETag matched.
    package var computedMatches = 0
    /// Conditional requests whose computed ETag did not match although the body had not changed.
    package var computedMisses = 0
    /// The node's own quota as last seen; of a GitHub App's, that with the least left.
    package var quota: Quota?
    /// The quotas of a GitHub App's installations, by their owners.
    package var installations: [Installation] = []

    /// All zero.
    package init() {}

    /// What one installation of a GitHub App has left.
    package struct Installation: Hashable, Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// The login of the account, in lower case.
        package let owner: String
        /// The quota as last seen.
        package let quota: Quota

        /// An installation's quota.
        package init(id: Int64, owner: String, quota: Quota) {
            self.id = id
            self.owner = owner
            self.quota = quota
        }
    }

    /// A quota as GitHub's headers tell it.
    package struct Quota: Hashable, Sendable {
        /// Requests an hour.
        package let limit: Int
        /// Requests left.
        package let remaining: Int
        /// When the hour is over.
        package let reset: Timestamp

        /// A quota.
        package init(limit: Int, remaining: Int, reset: Timestamp) {
            self.limit = limit
            self.remaining = remaining
            self.reset = reset
        }
    }
}

/// GitHub, as the cache asks it.
package protocol Origin: Sendable {
    /// Asks for one representation. Limits, pacing and the budget's order are the origin's; it never throws.
    func fetch(_ request: OriginRequest, as identity: Identity) async -> OriginResult

    /// The rate-limit headers that hold now for a credential (`x-ratelimit-*`), live and never replayed; empty if unknown.
    ///
    /// A node that is a GitHub App has a quota with each owner, so it matters what was asked for.
    func rateLimitHeaders(
        for identity: Identity,
        of kind: QuotaKind,
        in scope: Scope
    ) -> [(name: String, value: String)]

    /// What the node itself may read of an owner's changed, or may have.
    func accessChanged(of owner: String)

    /// Asks GitHub whether it is there and takes the node's own credential, which costs nothing.
    func probe() async -> OriginProbe

    /// The counters so far.
    var statistics: OriginStatistics { get }
}

extension Origin {
    /// The rate-limit headers that hold now for a credential, wherever it has the least left.
    package func rateLimitHeaders(
        for identity: Identity,
        of kind: QuotaKind = .core
    ) -> [(name: String, value: String)] {
        rateLimitHeaders(for: identity, of: kind, in: .owner(""))
    }
}
