import AsyncHTTPClient
package import CacheCore
import GitHubCore
import NIOCore
import NIOHTTP1

extension GitHubOrigin: PassThrough {
    package func forward(_ request: PassThroughRequest) async throws(OriginFailure) -> PassThroughResponse {
        let outgoing = try await outgoing(request)
        let call = call(for: outgoing, request)
        if let call, let failure = await courier.ledger.admitForwarded(call) { throw failure }
        switch await courier.transport.begin(outgoing) {
        case .failure(let failure):
            if let call { courier.ledger.settle(call, failure.stage == .unsent ? .unsent : .unanswered) }
            throw failure.failure
        case .success(let response):
            var body = ForwardedBody(response.body)
            if let call { await settle(call, response, &body) }
            return PassThroughResponse(
                status: Int(response.status.code),
                headers: HopByHop.response(response.headers.map { ($0.name, $0.value) }, from: request.host),
                body: body.stream
            )
        }
    }

    /// Takes in the quota of an answer, and whether it is a limit: what is refused may say so in its body alone.
    private func settle(_ call: Budget.Call, _ response: HTTPClientResponse, _ body: inout ForwardedBody) async {
        let status = Int(response.status.code)
        let isRefusal = status == 403 || status == 429
        let beginning = isRefusal ? await body.beginning(upTo: RateLimit.Limits.bodyPrefix) : []
        let isCompressed = response.headers.first(name: "content-encoding")?.lowercased() == "gzip"
        let head = ReceivedAnswer(
            status: status,
            headers: response.headers,
            body: isCompressed ? Gunzip.beginning(of: beginning, limit: RateLimit.Limits.bodyPrefix) : beginning,
            askedAt: courier.ledger.now()
        )
        courier.ledger.settle(call, .answered(head.quota, head.refusal))
        // That the client broke off tells nothing of GitHub, but that it answered does.
        if head.isGitHubs { courier.ledger.note(isThere: true) }
    }

    /// What a request weighs; nil for what no limit counts: files, and the question for the limits themselves.
    private func call(for outgoing: HTTPClientRequest, _ request: PassThroughRequest) -> Budget.Call? {
        let path = request.target.prefix { $0 != "?" }
        guard request.host?.isOfAPI ?? true, path != "/rate_limit" else { return nil }
        let credential = Credential(authorization: outgoing.headers.first(name: "authorization"))
        let isLight = [HTTPMethod.GET, .HEAD, .OPTIONS].contains(outgoing.method)
        return Budget.Call(
            account: credential.account,
            priority: .read,
            quota: path == "/graphql" ? .graphql : .core,
            points: isLight ? 1 : 5
        )
    }

    private func outgoing(_ request: PassThroughRequest) async throws(OriginFailure) -> HTTPClientRequest {
        let upstream = request.host.map { fileHosts[$0.name] ?? Upstream($0) } ?? courier.upstream
        guard let url = upstream.url(for: request.target), request.method != "CONNECT" else {
            throw .unusable(status: 400, "malformed target")
        }
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        outgoing.headers = HTTPHeaders(HopByHop.request(request.headers, to: request.host).map { ($0.name, $0.value) })
        outgoing.body = try await body(of: request)
        return outgoing
    }

    /// The body as a stream; its first chunk tells whether there is one where the client gave no length.
    private func body(of request: PassThroughRequest) async throws(OriginFailure) -> HTTPClientRequest.Body? {
        if let length = request.contentLength, length <= 0 { return nil }
        var iterator = request.body.makeAsyncIterator()
        let first: [UInt8]?
        do {
            first = try await iterator.next()
        } catch {
            throw .unreachable("the client's body broke off")
        }
        guard let first else { return nil }
        let length = request.contentLength.map { HTTPClientRequest.Body.Length.known(Int64($0)) } ?? .unknown
        return .stream(PrefixedBody(first: first, rest: request.body), length: length)
    }
}
