import AsyncHTTPClient
package import CacheCore
import GitHubCore
import NIOCore
import NIOHTTP1

extension GitHubOrigin: PassThrough {
    package func forward(_ request: PassThroughRequest) async throws(OriginFailure) -> PassThroughResponse {
        let outgoing = try await outgoing(request)
        let credential = Credential(authorization: outgoing.headers.first(name: "authorization"))
        // It goes out whatever the budget says, since it is the client's own call; but it weighs on the pace.
        let isLight = [HTTPMethod.GET, .HEAD, .OPTIONS].contains(outgoing.method)
        let call = Budget.Call(account: credential.account, priority: .read, points: isLight ? 1 : 5)
        courier.ledger.enter(call)
        switch await courier.transport.begin(outgoing) {
        case .failure(let failure):
            courier.ledger.settle(call, failure.stage == .unsent ? .unsent : .unanswered)
            throw failure.failure
        case .success(let response):
            let head = ReceivedAnswer(
                status: Int(response.status.code),
                headers: response.headers,
                body: [],
                askedAt: courier.ledger.now()
            )
            courier.ledger.settle(call, .answered(head.quota, head.refusal))
            let reader = BodyReader(response.body)
            return PassThroughResponse(
                status: head.status,
                headers: HopByHop.response(response.headers.map { (name: $0.name, value: $0.value) }),
                body: AsyncThrowingStream { try await reader.next() }
            )
        }
    }

    private func outgoing(_ request: PassThroughRequest) async throws(OriginFailure) -> HTTPClientRequest {
        guard let url = courier.upstream.url(for: request.target), request.method != "CONNECT" else {
            throw .unusable(status: 400, "malformed target")
        }
        var outgoing = HTTPClientRequest(url: url)
        outgoing.method = HTTPMethod(rawValue: request.method)
        outgoing.headers = HTTPHeaders(HopByHop.request(request.headers).map { ($0.name, $0.value) })
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
