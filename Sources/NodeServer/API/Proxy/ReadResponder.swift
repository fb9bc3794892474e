import CacheCore
import CacheNode
import Crypto
import GitHubCore
import HTTPTypes
import Hummingbird
import Multiformats
import NIOCore

/// Answers reads of cacheable resources.
struct ReadResponder: Sendable {
    let node: any NodeInterface
    let memo: RenditionMemo
    let limits: Limits

    func respond(to request: Request, _ read: ReadRequest, rewriter: URLRewriter?) async -> (Response, Outcome) {
        let answer = await node.read(read)
        let outcome = read.outcome(of: answer)
        let response: Response
        switch answer {
        case .found(let answer):
            response = found(answer, to: request, read, rewriter: rewriter)
        case .failed(let status, let message, let retryAfter):
            var headers = rateLimit(of: read)
            headers[.cacheStatus] = outcome.cacheStatus
            headers.set(.retryAfter, retryAfter.map { "\($0)" })
            response = failure(read, HTTPResponse.Status(code: status), message, headers: headers)
        }
        return (response.withoutBody(request.method == .head), outcome)
    }

    /// An error as GitHub's clients expect it.
    ///
    /// That something is limited is said with 503 where the REST API's clients ask, and with GitHub's own 200 where
    /// GraphQL's do: they look for the error's type there, and know nothing but a broken server in a 503.
    private func failure(
        _ read: ReadRequest,
        _ status: HTTPResponse.Status,
        _ message: String,
        headers: HTTPFields
    ) -> Response {
        guard read.query != nil else { return .gitHubError(status, message, headers: headers) }
        return status == .serviceUnavailable
            ? .graphQLLimit(message, headers: headers) : .graphQLError(status, message, headers: headers)
    }

    private func found(
        _ answer: FoundAnswer,
        to request: Request,
        _ read: ReadRequest,
        rewriter: URLRewriter?
    ) -> Response {
        var headers = headers(of: answer, read, rewriter: rewriter)
        if answer.status == 200, read.query == nil {
            let condition = ReadCondition(request.headers)
            if condition.isMet(byTag: headers[.eTag], modified: answer.headers.lastModified) {
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers, body: ResponseBody())
            }
        }
        let rendition = rendition(of: answer, AcceptEncoding(request.headers[.acceptEncoding]), rewriter: rewriter)
        if rendition.coding == .gzip { headers[.contentEncoding] = "gzip" }
        let status = HTTPResponse.Status(code: answer.status)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: rendition.bytes))
    }

    /// The body as this client is to see it: as it is stored where that will do, otherwise made once and kept.
    private func rendition(of answer: FoundAnswer, _ accepted: AcceptEncoding, rewriter: URLRewriter?) -> Rendition {
        let rewriter = answer.headers.contentType.isJSON ? rewriter : nil
        let body = answer.body
        let isPacked = accepted.needsGzip || accepted.prefersGzip && body.bytes.count >= limits.compressedFrom
        if rewriter == nil, !isPacked { return Rendition(plain: body.bytes) }
        let coding: Rendition.Coding = isPacked ? .gzip : .identity
        let key = Rendition.Key(cid: body.cid, base: rewriter?.client, coding: coding)
        return memo.rendition(key) {
            if rewriter == nil, let stored = node.packedBody(body.cid) { return Rendition(gzip: stored) }
            let bytes = rewriter?.rewrite(json: body.bytes) ?? body.bytes
            guard isPacked, let packed = Gzip.compress(bytes), accepted.needsGzip || packed.count < bytes.count else {
                return Rendition(plain: bytes)
            }
            return Rendition(gzip: packed)
        }
    }

    private func headers(of answer: FoundAnswer, _ read: ReadRequest, rewriter: URLRewriter?) -> HTTPFields {
        var headers = rateLimit(of: read)
        headers[.cacheStatus] = answer.outcome.cacheStatus
        headers[.age] = "\(max(0, answer.age))"
        headers[.cid] = answer.body.cid.description
        headers[.vary] = "Accept, Authorization, Accept-Encoding, X-GitHub-Api-Version"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.apiVersionSelected] = read.representation.apiVersion
        headers.set(.contentType, answer.headers.contentType)
        headers.set(.lastModified, answer.headers.lastModified)
        headers.set(.gitHubMediaType, answer.headers.mediaType)
        headers.set(.link, answer.headers.link.map { link in rewriter?.rewrite(link: link) ?? link })
        if read.query != nil {
            // As GitHub says of all its answers to queries.
            headers[.cacheControl] = "no-cache"
        } else if answer.status == 200 {
            headers[.eTag] = Self.etag(answer, rewriter: rewriter)
            let scope = read.caller == .anonymous ? "public" : "private"
            headers[.cacheControl] = "\(scope), max-age=60, s-maxage=60"
        }
        return headers
    }

    private func rateLimit(of read: ReadRequest) -> HTTPFields {
        var headers = HTTPFields()
        let kind: QuotaKind = read.query == nil ? .core : .graphql
        let scope = read.query?.scope ?? read.representation.resource.endpoint.scope
        for (name, value) in node.rateLimitHeaders(for: read.caller, of: kind, in: scope) { headers.set(name, value) }
        return headers
    }

    /// A validator of the answer as this client sees it: its URLs and its page links change it.
    ///
    /// GitHub's own would not do: it differs by credential, and stays when only `Link` changes. It is weak, since one tag
    /// stands for the plain and the compressed bytes (RFC 9110, section 8.8.3.3 wants strong ones to differ), and nobody
    /// needs a strong one: requests for ranges go to GitHub, and `If-None-Match` compares weakly.
    private static func etag(_ answer: FoundAnswer, rewriter: URLRewriter?) -> String {
        let parts = [answer.body.cid.description, rewriter?.client ?? "", answer.headers.link ?? ""]
        let digits = Array("0123456789abcdef".utf8)
        let hash = SHA256.hash(data: Array(parts.joined(separator: "\n").utf8))
        let text = hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "W/\"\(String(decoding: text, as: UTF8.self))\""
    }
}

extension String {
    /// Whether a `Content-Type` names JSON.
    var isJSON: Bool {
        let type = prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return type == "application/json" || type.hasSuffix("+json")
    }
}
