import AsyncHTTPClient
package import CacheCore
import GitHubCore
import NIOCore
import NIOHTTP1

extension GitHubOrigin: PassThrough {
    package func forward(_ request: PassThroughRequest) async throws(OriginFailure) -> PassThroughResponse {
        let outgoing = try await outgoing(request)
        let call = call(for: outgoing, to: request.host)
        // It goes out whatever the budget says, since it is the client's own call; but it weighs on the pace.
        if let call { courier.ledger.enter(call) }
        switch await courier.transport.begin(outgoing) {
        case .failure(let failure):
            if let call { courier.ledger.settle(call, failure.stage == .unsent ? .unsent : .unanswered) }
            throw failure.failure
        case .success(let response):
            let head = ReceivedAnswer(
                status: Int(response.status.code),
                headers: response.headers,
                body: [],
                askedAt: courier.ledger.now()
            )
            if let call { courier.ledger.settle(call, .answered(head.quota, head.refusal)) }
            let reader = BodyReader(response.body)
            return PassThroughResponse(
                status: head.status,
                headers: HopByHop.response(response.headers.map { ($0.name, $0.value) }, from: request.host),
                body: AsyncThrowingStream { try await reader.next() }
            )
        }
    }

    /// What a request weighs; nil for files, which count against no limit of the API's.
    private func call(for outgoing: HTTPClientRequest, to host: FileHost?) -> Budget.Call? {
        guard host?.isOfAPI ?? true else { return nil }
        let credential = Credential(authorization: outgoing.headers.first(name: "authorization"))
        let isLight = [HTTPMethod.GET, .HEAD, .OPTIONS].contains(outgoing.method)
        return Budget.Call(account: credential.account, priority: .read, points: isLight ? 1 : 5)
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
