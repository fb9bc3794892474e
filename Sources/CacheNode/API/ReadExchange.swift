package import CacheCore
import GitHubCore

/// Whose question a read is.
package enum Caller: Hashable, Sendable {
    /// No `Authorization`: public data only, and GitHub is asked without a credential.
    case anonymous
    /// A credential of the caller's own: the `Authorization` value as sent.
    case credential(authorization: String)
    /// The node itself: commands over the socket.
    case node
}

/// What a request says about how fresh an answer must be (`Cache-Control`, RFC 9111, section 5.2.1), in seconds.
package struct RequestDirectives: Hashable, Sendable {
    /// GitHub must be asked first.
    package var noCache = false
    /// Nothing of it may be stored.
    package var noStore = false
    /// The greatest age that will do.
    package var maxAge: Int?
    /// How long past its lifetime an answer will still do; `.max` for any.
    package var maxStale: Int?
    /// How long the answer must still be fresh.
    package var minFresh: Int?
    /// GitHub must not be asked.
    package var onlyIfCached = false

    /// No wishes.
    package init() {}
}

/// For whose sake a read happens: the statistics tell what clients got.
package enum ReadPurpose: Hashable, Sendable {
    /// A client or a command waits for the answer.
    case client
    /// The node keeps itself up to date: watched owners.
    case upkeep
    /// The node fetches ahead of its readers, and leaves them the rest of the quota.
    case prewarm(FetchPriority)
}

/// A read of one representation.
package struct ReadRequest: Sendable {
    /// What is asked for.
    package var representation: Representation
    /// Who asks.
    package let caller: Caller
    /// How fresh it must be.
    package let directives: RequestDirectives
    /// For whose sake.
    package let purpose: ReadPurpose
    /// The query to post, where that is how it is asked for.
    package let query: PostedQuery?

    /// A read; by default a client's.
    package init(
        _ representation: Representation,
        caller: Caller,
        directives: RequestDirectives = RequestDirectives(),
        purpose: ReadPurpose = .client
    ) {
        self.representation = representation
        self.caller = caller
        self.directives = directives
        self.purpose = purpose
        query = nil
    }

    /// A client's query, whose answer is its own alone.
    package init(
        _ query: PostedQuery,
        apiVersion: String = Representation.defaultAPIVersion,
        caller: Caller,
        directives: RequestDirectives = RequestDirectives()
    ) {
        representation = Representation(Resource(.graphQL(query.query.digest)), apiVersion: apiVersion)
        self.caller = caller
        self.directives = directives
        purpose = .client
        self.query = query
    }

    /// The same read with other wishes.
    package func with(_ directives: RequestDirectives) -> ReadRequest {
        ReadRequest(
            representation: representation,
            caller: caller,
            directives: directives,
            purpose: purpose,
            query: query
        )
    }

    private init(
        representation: Representation,
        caller: Caller,
        directives: RequestDirectives,
        purpose: ReadPurpose,
        query: PostedQuery?
    ) {
        self.representation = representation
        self.caller = caller
        self.directives = directives
        self.purpose = purpose
        self.query = query
    }
}

/// An answer to a read.
package enum ReadAnswer: Sendable {
    /// A stored or fetched answer (200, 404, 410, or GitHub's refusal of this caller).
    case found(FoundAnswer)
    /// Nothing to answer with: 502, 503 or 504, and why, in words for the client; `Retry-After` in seconds if known.
    case failed(status: Int, String, retryAfter: Int?)
}

extension ReadRequest {
    /// Who waits, as the budget sees it.
    var priority: FetchPriority {
        if case .prewarm(let priority) = purpose { priority } else { .read }
    }

    /// How an answer to this read came about.
    package func outcome(of answer: ReadAnswer) -> Outcome {
        switch answer {
        case .found(let found): found.outcome
        case .failed: directives.onlyIfCached ? .refused : .failed(.miss)
        }
    }
}

/// A body with what is known of it.
package struct FoundAnswer: Sendable {
    /// The HTTP status.
    package let status: Int
    /// The headers kept with the body; its `etag` is GitHub's own and not for clients.
    package let headers: EntryHeaders
    /// The raw body, before any URL is rewritten.
    package let body: Body
    /// Seconds since it was last known to be what GitHub says.
    package let age: Int
    /// How it was found.
    package let outcome: Outcome

    /// An answer.
    package init(status: Int, headers: EntryHeaders, body: Body, age: Int, outcome: Outcome) {
        self.status = status
        self.headers = headers
        self.body = body
        self.age = age
        self.outcome = outcome
    }
}
