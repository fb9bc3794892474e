import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird
import NIOCore

extension ProxyResponder {
    /// Answers what is posted to GraphQL: a query from the cache, everything else by handing it on.
    ///
    /// Only what is surely a query is taken for one, and only for a credential of the caller's own. Whatever else is
    /// posted may change something, and what the caller asked before is asked anew after it.
    func respond(toPosted request: Request, at target: ProxyTarget, from client: ProxyClient) async -> Response {
        let posted = Posted(
            request: request,
            target: target,
            caller: caller(of: request, client),
            directives: RequestDirectives(request.headers),
            rewriter: client.rewriter(upstream: upstream, prefix: target.prefix)
        )
        guard let length = posted.queryLength, length <= limits.queryBody,
            let version = Self.apiVersion(request.headers[.apiVersion]),
            let variant = GraphQL.Variant(request.headers)
        else { return await handOn(posted, mayWrite: true) }
        let body = BoundedBody(limit: limits.queryBody, time: limits.queryBodyTime, budget: queryBodies)
        do {
            return try await body.read(request.body, declaredLength: length) { bytes in
                var posted = posted
                posted.request.body = RequestBody(buffer: ByteBuffer(bytes: bytes))
                switch GraphQL.Request(body: bytes, variant: variant) {
                case .other(let reason):
                    return await handOn(posted, mayWrite: reason.mayWrite)
                case .query(let query):
                    let read = ReadRequest(
                        PostedQuery(query, body: bytes),
                        apiVersion: version,
                        caller: posted.caller,
                        directives: posted.directives
                    )
                    return await answer(read, posted)
                }
            }
        } catch {
            return refusal(error)
        }
    }

    /// What is posted to GraphQL, and by whom.
    private struct Posted: Sendable {
        var request: Request
        let target: ProxyTarget
        let caller: Caller
        let directives: RequestDirectives
        let rewriter: URLRewriter?

        private static let bypassing: [HTTPField.Name] = [
            .range, .ifMatch, .ifRange, .ifUnmodifiedSince, .transferEncoding, .contentEncoding, .methodOverride,
        ]

        /// The length of a body that may be a query; nil where the request is none that could be answered from here.
        var queryLength: Int? {
            let headers = request.headers
            guard case .credential = caller, target.text == "/graphql",
                !Self.bypassing.contains(where: { headers.contains($0) }), headers[.contentType]?.isJSON ?? false,
                MediaNegotiation.mediaClass(accept: headers[.accept]) == .json
            else { return nil }
            return headers[.contentLength].flatMap { Int($0) }
        }
    }

    private func answer(_ read: ReadRequest, _ posted: Posted) async -> Response {
        let (response, outcome) =
            posted.directives.noStore && !posted.directives.onlyIfCached
            ? await unstored(posted.request, read, target: posted.target, rewriter: posted.rewriter)
            : await reads.respond(to: posted.request, read, rewriter: posted.rewriter)
        journal.note(outcome, of: read.representation, response)
        return response
    }

    private func handOn(_ posted: Posted, mayWrite: Bool) async -> Response {
        let (response, outcome) = await handOn(
            posted.request,
            posted.directives,
            target: posted.target,
            mayWrite: mayWrite,
            rewriter: posted.rewriter
        )
        journal.note(outcome, of: nil, response)
        return response
    }

    private func refusal(_ error: BodyError) -> Response {
        let headers: HTTPFields = [.connection: "close"]
        switch error {
        case .tooLarge: return .graphQLError(.contentTooLarge, "The body is too large.", headers: headers)
        case .tooSlow: return .graphQLError(.requestTimeout, "The body did not arrive in time.", headers: headers)
        case .brokenOff: return .graphQLError(.badRequest, "The body ended early.", headers: headers)
        case .crowded:
            let headers: HTTPFields = [.connection: "close", .retryAfter: "\(limits.queryRetryAfter)"]
            return .graphQLError(.serviceUnavailable, "Too many queries at once.", headers: headers)
        }
    }
}

extension Response {
    /// An error in the shape of GraphQL's and of the REST API's at once, since clients look for either where the status
    /// is not 200.
    static func graphQLError(_ status: HTTPResponse.Status, _ message: String, headers: HTTPFields) -> Response {
        var headers = headers
        if headers[.cacheStatus] == nil { headers[.cacheStatus] = "hookcache" }
        let errors: JSONValue = [["message": .string(message)]]
        let object: JSONValue = [
            "data": nil, "errors": errors, "message": .string(message), "status": .string("\(status.code)"),
        ]
        return json(status, object, headers: headers)
    }

    /// What GitHub answers to a query beyond its limits: 200, and the error that clients know it by.
    static func graphQLLimit(_ message: String, headers: HTTPFields) -> Response {
        json(.ok, ["data": nil, "errors": [["type": "RATE_LIMITED", "message": .string(message)]]], headers: headers)
    }
}
