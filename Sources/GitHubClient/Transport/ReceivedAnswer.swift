import CacheCore
import GitHubCore
import NIOHTTP1

/// What GitHub answered, whole and decompressed.
struct ReceivedAnswer: Sendable {
    /// The HTTP status.
    let status: Int
    /// The headers.
    let headers: HTTPHeaders
    /// The body.
    let body: [UInt8]
    /// When GitHub was asked.
    let askedAt: Timestamp
    /// The target that answered, where permanent redirects led to it.
    var movedTo: String?

    /// The quota that the headers tell.
    var quota: RateLimit? { RateLimit { headers.first(name: $0) } }

    /// The limit that the answer is, or nil for any other.
    var refusal: RateLimit.Refusal? {
        RateLimit.refusal(status: status, body: body, now: askedAt.seconds) { headers.first(name: $0) }
    }

    /// The same of an answer to a query, which may be 200 and a limit all the same.
    func refusal(of kind: QuotaKind) -> RateLimit.Refusal? {
        guard kind == .graphql, status == 200 else { return refusal }
        let named = headers.first(name: "retry-after").flatMap { RateLimit.retryAfter($0, now: askedAt.seconds) }
        return GraphQL.Answer(body)?.refusal(resetAt: quota?.reset, retryAfter: named, now: askedAt.seconds)
    }

    /// The headers that are kept with a body.
    var kept: EntryHeaders {
        EntryHeaders(
            contentType: headers.first(name: "content-type") ?? "application/json; charset=utf-8",
            etag: headers.first(name: "etag"),
            lastModified: headers.first(name: "last-modified"),
            link: headers.first(name: "link"),
            mediaType: headers.first(name: "x-github-media-type")
        )
    }

    /// Whether it is an answer of GitHub's API at all: neither a server error nor somebody's page in between.
    var isGitHubs: Bool {
        let type = (headers.first(name: "content-type") ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        return status < 500 && type != "text/html"
    }

    /// Whether the body is one JSON text, and said to be.
    var isJSON: Bool { isSaidToBeJSON && (try? JSONSlices(body)) != nil }

    /// Whether the body is not what it is said to be: somebody in between has damaged it.
    var isDamaged: Bool { !body.isEmpty && isSaidToBeJSON && !isJSON }

    private var isSaidToBeJSON: Bool {
        let type = (headers.first(name: "content-type") ?? "").prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "application/json" || (type.hasPrefix("application/") && type.hasSuffix("+json"))
    }

    /// What GitHub says in the body of a refusal, with the reasons of a validation, cut to a bound.
    var message: String? {
        guard let text = try? JSONSlices(body), let object = try? JSONObject(text),
            let message = object.string("message")
        else { return nil }
        let reasons = object.objects("errors").compactMap { $0.string("message") } + object.strings("errors")
        return String(([message] + reasons).joined(separator: ": ").prefix(Limits.messageLength))
    }
}
