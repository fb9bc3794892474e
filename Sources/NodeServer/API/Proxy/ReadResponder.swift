import Multiformats
import CacheCore
import CacheNode
import Crypto
import GitHubCore
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers reads of cacheable resources.
struct ReadResponder: Sendable {
    let node: any NodeInterface
    let counters: ServerCounters
    let compressedFrom: Int

    func respond(
        to request: Request,
        _ representation: Representation,
        caller: Caller,
        rewriter: URLRewriter?
    ) async -> Response {
        let directives = RequestDirectives(request.headers)
        let read = ReadRequest(representation, caller: caller, directives: directives)
        let response: Response
        switch await node.read(read) {
        case .found(let answer):
            counters.read(answer.outcome.label)
            response = found(answer, to: request, representation, caller: caller, rewriter: rewriter)
        case .failed(let status, let message, let retryAfter):
            counters.read("failed")
            var headers = rateLimit(of: caller)
            headers[.cacheStatus] = directives.onlyIfCached ? "hookcache" : "hookcache; fwd=miss"
            headers.set(.retryAfter, retryAfter.map { "\($0)" })
            response = .gitHubError(HTTPResponse.Status(code: status), message, headers: headers)
        }
        return response.withoutBody(request.method == .head)
    }

    private func found(
        _ answer: FoundAnswer,
        to request: Request,
        _ representation: Representation,
        caller: Caller,
        rewriter: URLRewriter?
    ) -> Response {
        var headers = headers(of: answer, representation, caller: caller, rewriter: rewriter)
        if answer.status == 200 {
            let tag = Self.etag(answer, rewriter: rewriter)
            headers[.eTag] = tag
            let condition = request.headers[.ifNoneMatch]
            if let condition, ETagFormula.matches(ifNoneMatch: condition, etag: tag) {
                headers[.contentType] = nil
                return Response(status: .notModified, headers: headers, body: ResponseBody())
            }
        }
        var bytes = answer.body.bytes
        if let rewriter, Self.isJSON(answer.headers.contentType) { bytes = rewriter.rewrite(json: bytes) }
        if bytes.count >= compressedFrom, Gzip.isAccepted(request.headers[.acceptEncoding]),
            let compressed = Gzip.compress(bytes), compressed.count < bytes.count
        {
            bytes = compressed
            headers[.contentEncoding] = "gzip"
        }
        let status = HTTPResponse.Status(code: answer.status)
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private func headers(
        of answer: FoundAnswer,
        _ representation: Representation,
        caller: Caller,
        rewriter: URLRewriter?
    ) -> HTTPFields {
        var headers = rateLimit(of: caller)
        headers[.cacheStatus] = answer.outcome.cacheStatus
        headers[.age] = "\(max(0, answer.age))"
        headers[.cid] = answer.body.cid.description
        headers[.vary] = "Accept, Authorization, Accept-Encoding, X-GitHub-Api-Version"
        headers[.xContentTypeOptions] = "nosniff"
        headers[.apiVersionSelected] = representation.apiVersion
        headers.set(.contentType, answer.headers.contentType)
        headers.set(.lastModified, answer.headers.lastModified)
        headers.set(.gitHubMediaType, answer.headers.mediaType)
        headers.set(.link, answer.headers.link.map { link in rewriter?.rewrite(link: link) ?? link })
        if answer.status == 200 {
            let scope = caller == .anonymous ? "public" : "private"
            headers[.cacheControl] = "\(scope), max-age=60, s-maxage=60"
        }
        return headers
    }

    private func rateLimit(of caller: Caller) -> HTTPFields {
        var headers = HTTPFields()
        for (name, value) in node.rateLimitHeaders(for: caller) { headers.set(name, value) }
        return headers
    }

    /// A validator of the body as this client sees it: its URLs and its page links change it.
    ///
    /// GitHub's own would not do: it differs by credential, and keeps when only `Link` changes.
    private static func etag(_ answer: FoundAnswer, rewriter: URLRewriter?) -> String {
        let parts = [answer.body.cid.description, rewriter?.client ?? "", answer.headers.link ?? ""]
        let digits = Array("0123456789abcdef".utf8)
        let hash = SHA256.hash(data: Array(parts.joined(separator: "\n").utf8))
        let text = hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        return "W/\"\(String(decoding: text, as: UTF8.self))\""
    }

    private static func isJSON(_ contentType: String) -> Bool {
        contentType.isJSON
    }
}

extension String {
    /// Whether a `Content-Type` names JSON.
    var isJSON: Bool {
        let type = prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
        return type == "application/json" || type.hasSuffix("+json")
    }
}
