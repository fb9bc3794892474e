import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird

/// Answers GitHub's own paths: what the table knows from the cache, everything else by handing it on.
struct ProxyResponder: Sendable {
    let node: any NodeInterface
    let upstream: String
    let socketIsNode: Bool
    let reads: ReadResponder
    let passThrough: PassThroughResponder
    let journal: AnswerJournal
    let limits: Limits
    /// What the bodies of all queries may hold at once.
    let queryBodies: BodyBudget

    func respond(to request: Request, from client: ProxyClient) async -> Response {
        let isHead = request.method == .head
        if let refusal = Self.refusal(of: request) { return refusal.withoutBody(isHead) }
        guard let target = request.head.path.flatMap({ ProxyTarget($0) }) else {
            return .gitHubError(.badRequest, "The path is malformed.").withoutBody(isHead)
        }
        if request.method == .post, target.isGraphQL {
            return await respond(toPosted: request, at: target, from: client)
        }
        let rewriter = client.rewriter(upstream: upstream, prefix: target.prefix)
        let directives = RequestDirectives(request.headers)
        guard let representation = representation(of: target, request) else {
            let (response, outcome) = await handOn(request, directives, target: target, rewriter: rewriter)
            journal.note(outcome, of: nil, response)
            return response
        }
        let read = ReadRequest(representation, caller: caller(of: request, client), directives: directives)
        let (response, outcome) =
            directives.noStore && !directives.onlyIfCached
            ? await unstored(request, read, target: target, rewriter: rewriter)
            : await reads.respond(to: request, read, rewriter: rewriter)
        journal.note(outcome, of: representation, response)
        return response
    }

    func handOn(
        _ request: Request,
        _ directives: RequestDirectives,
        target: ProxyTarget,
        mayWrite: Bool = true,
        rewriter: URLRewriter?
    ) async -> (Response, Outcome) {
        let isRead = Self.isRead(request)
        if directives.onlyIfCached, isRead {
            let refusal = Response.gitHubError(.gatewayTimeout, "This is not cached, and only-if-cached was asked for.")
            return (refusal.withoutBody(request.method == .head), .refused)
        }
        let response = await passThrough.respond(
            to: request,
            target: target.text,
            mayWrite: mayWrite,
            rewriter: rewriter
        )
        return (response, .passedThrough(isRead: isRead))
    }

    /// Answers a read of whose answer nothing may be stored (RFC 9111, section 5.2.1.5): from what is stored already,
    /// or by handing it on; where GitHub is away, what is stored serves however old it is.
    func unstored(
        _ request: Request,
        _ read: ReadRequest,
        target: ProxyTarget,
        rewriter: URLRewriter?
    ) async -> (Response, Outcome) {
        func fromStore(_ directives: RequestDirectives) async -> (Response, Outcome)? {
            var directives = directives
            directives.onlyIfCached = true
            let stored = read.with(directives)
            let answer = await reads.respond(to: request, stored, rewriter: rewriter)
            return answer.1 == .refused ? nil : answer
        }
        if let answer = await fromStore(read.directives) { return answer }
        let answer = await handOn(request, read.directives, target: target, mayWrite: false, rewriter: rewriter)
        guard answer.0.status.code >= 500 else { return answer }
        var anything = RequestDirectives()
        anything.maxStale = .max
        return await fromStore(anything) ?? answer
    }

    /// Hands a request on to a host of GitHub's files.
    func respond(to request: Request, host: FileHost) async -> Response {
        if let refusal = Self.refusal(of: request) { return refusal.withoutBody(request.method == .head) }
        let response = await passThrough.respond(to: request, host: host)
        journal.note(.passedThrough(isRead: Self.isRead(request)), of: nil, response)
        return response
    }

    /// The cacheable representation that a request asks for, or nil where it must go to GitHub as it is.
    private func representation(of target: ProxyTarget, _ request: Request) -> Representation? {
        let headers = request.headers
        let bypassing: [HTTPField.Name] = [
            .range, .ifMatch, .ifRange, .ifUnmodifiedSince, .oneTimePassword, .transferEncoding, .methodOverride,
        ]
        guard Self.isRead(request), !bypassing.contains(where: { headers.contains($0) }),
            headers[.contentLength] ?? "0" == "0", let media = MediaNegotiation.mediaClass(accept: headers[.accept]),
            let version = Self.apiVersion(headers[.apiVersion]),
            let resource = target.request.flatMap({ node.resource(of: $0) })
        else { return nil }
        return Representation(resource, media: media, apiVersion: version)
    }

    private static func isRead(_ request: Request) -> Bool {
        request.method == .get || request.method == .head
    }

    /// What is refused before anybody looks for a resource: requests that could mean one thing here and another there.
    private static func refusal(of request: Request) -> Response? {
        // A tunnel leads anywhere, and a trace shows whatever a client sent along.
        if request.method == .connect || request.method == .trace {
            let allowed = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
            return .gitHubError(.methodNotAllowed, "This method is not served here.", headers: [.allow: allowed])
        }
        if (request.head.path?.utf8.count ?? 0) > RequestTarget.maximumLength {
            return .gitHubError(.uriTooLong, "The path and query are longer than GitHub takes.")
        }
        let authorizations = request.headers[values: .authorization]
        guard authorizations.count <= 1 else {
            return .gitHubError(.badRequest, "More than one Authorization header.")
        }
        // Bytes that are no text would be read as the same text.
        guard authorizations.allSatisfy({ $0.utf8.allSatisfy { $0 == 0x09 || (0x20...0x7E).contains($0) } }) else {
            return .gitHubError(.badRequest, "The Authorization header is malformed.")
        }
        return nil
    }

    /// A version as GitHub names them; nil for anything else, which GitHub itself should refuse.
    static func apiVersion(_ text: String?) -> String? {
        guard let text else { return Representation.defaultAPIVersion }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isDate =
            parts.map(\.utf8.count) == [4, 2, 2]
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
        return isDate ? text : nil
    }

    func caller(of request: Request, _ client: ProxyClient) -> Caller {
        if let authorization = request.headers[.authorization], !authorization.isEmpty {
            return .credential(authorization: authorization)
        }
        return client.isOnSocket && socketIsNode ? .node : .anonymous
    }
}
