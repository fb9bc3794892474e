import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird
import NIOCore

/// Hands requests on to GitHub and its answers back, both as they come.
struct PassThroughResponder: Sendable {
    let passThrough: any PassThrough
    let node: any NodeInterface
    let limits: Limits

    /// Hands a request on to one of GitHub's hosts of files, byte for byte as it came.
    func respond(to request: Request, host: FileHost) async -> Response {
        await respond(to: request, host: host, target: request.head.path ?? "", rewriter: nil)
    }

    /// Hands a request on to the API, or to another of GitHub's hosts; `mayWrite` where its method says that it may change
    /// something and nothing says that it does not.
    func respond(
        to request: Request,
        host: FileHost? = nil,
        target: String,
        mayWrite: Bool = true,
        rewriter: URLRewriter?
    ) async -> Response {
        let isRead = request.method == .get || request.method == .head
        let cacheStatus = Outcome.passedThrough(isRead: isRead).cacheStatus
        let hasBody = request.headers.contains(.contentLength) || request.headers.contains(.transferEncoding)
        let reader = RequestBodyReader(request.body)
        let outgoing = PassThroughRequest(
            method: request.method.rawValue,
            host: host,
            target: target,
            headers: ForwardedHeaders.request(request.headers, rewrites: rewriter != nil),
            body: AsyncThrowingStream { try await reader.next() },
            contentLength: hasBody ? request.headers[.contentLength].flatMap { Int($0) } : 0
        )
        do {
            let answer: PassThroughResponse
            do {
                answer = try await passThrough.forward(outgoing)
            } catch {
                if mayWrite, Self.mayHaveGoneOut(error) { await note(request, target: target, host, status: nil) }
                throw error
            }
            if mayWrite { await note(request, target: target, host, status: answer.status) }
            return try await response(answer, request, reader, rewriter: rewriter, cacheStatus: cacheStatus)
        } catch {
            await reader.close()
            let failure = error as? OriginFailure
            let response =
                host == nil && ProxyTarget.isGraphQL(target)
                ? Self.graphQLRefusal(failure, cacheStatus: cacheStatus)
                : Self.refusal(failure, cacheStatus: cacheStatus)
            return response.withoutBody(request.method == .head)
        }
    }

    /// Has the node forget what a request may have changed, before its client can ask for it.
    private func note(_ request: Request, target: String, _ host: FileHost?, status: Int?) async {
        let method = request.headers[.methodOverride]?.uppercased() ?? request.method.rawValue
        guard host == nil, !["GET", "HEAD", "OPTIONS"].contains(method) else { return }
        // It went out as what the client sent along, and never as the node.
        let caller = request.headers[.authorization].map { Caller.credential(authorization: $0) } ?? .anonymous
        await node.wrote(WriteRequest(method: method, target: target, caller: caller, status: status))
    }

    private static func mayHaveGoneOut(_ failure: OriginFailure) -> Bool {
        switch failure {
        case .limited, .reserved, .noCredential, .noAccess, .unusable(status: 400, _): false
        case .unreachable, .timedOut, .unusable, .tooLarge: true
        }
    }

    private func response(
        _ answer: PassThroughResponse,
        _ request: Request,
        _ reader: RequestBodyReader,
        rewriter: URLRewriter?,
        cacheStatus: String
    ) async throws -> Response {
        var headers = ForwardedHeaders.response(answer.headers)
        headers[.cacheStatus] = cacheStatus
        if let rewriter {
            headers.set(.location, headers[.location].map(rewriter.rewrite(url:)))
            headers.set(.link, headers[.link].map(rewriter.rewrite(link:)))
        }
        let status = HTTPResponse.Status(code: answer.status)
        if request.method == .head || answer.status == 204 || answer.status == 304 {
            await reader.close()
            return Self.bare(status, headers)
        }
        var body = Prefetched(answer.body)
        if let rewriter, headers[.contentType]?.isJSON ?? false, headers[.contentEncoding] == nil,
            answer.status != 206, let json = try await body.whole(upTo: limits.rewrittenPassThrough)
        {
            await reader.close()
            headers[.contentLength] = nil
            let bytes = rewriter.rewrite(json: json)
            return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
        return Response(status: status, headers: headers, body: Self.stream(body, headers, reader))
    }

    /// Writes chunk after chunk, each as soon as the client has taken the one before.
    private static func stream(_ body: Prefetched, _ headers: HTTPFields, _ reader: RequestBodyReader) -> ResponseBody {
        let length = headers[.contentLength].flatMap { Int($0) }
        return ResponseBody(contentLength: length) { writer in
            do {
                for chunk in body.chunks { try await writer.write(ByteBuffer(bytes: chunk)) }
                for try await chunk in body.rest { try await writer.write(ByteBuffer(bytes: chunk)) }
            } catch {
                await reader.close()
                throw error
            }
            await reader.close()
            try await writer.finish(nil)
        }
    }

    private static func bare(_ status: HTTPResponse.Status, _ headers: HTTPFields) -> Response {
        var response = Response(status: status, headers: headers, body: ResponseBody())
        if !headers.contains(.contentLength) { response.headers[.contentLength] = nil }
        return response
    }

    private static func graphQLRefusal(_ failure: OriginFailure?, cacheStatus: String) -> Response {
        var headers: HTTPFields = [.cacheStatus: cacheStatus]
        switch failure {
        case .timedOut:
            return .graphQLError(.gatewayTimeout, "GitHub did not answer in time.", headers: headers)
        case .limited(let until), .reserved(let until):
            headers[.retryAfter] = retryAfter(until)
            return .graphQLLimit("GitHub's rate limit is reached.", headers: headers)
        case .unusable(status: 400, _):
            return .graphQLError(.badRequest, "The path is malformed.", headers: headers)
        case .unreachable, .unusable, .tooLarge, .noCredential, .noAccess, nil:
            return .graphQLError(.badGateway, "GitHub cannot be reached.", headers: headers)
        }
    }

    private static func retryAfter(_ until: Timestamp) -> String {
        "\(max(1, until.milliseconds(since: WallClock.now()) / 1000))"
    }

    private static func refusal(_ failure: OriginFailure?, cacheStatus: String) -> Response {
        var headers: HTTPFields = [.cacheStatus: cacheStatus]
        switch failure {
        case .timedOut:
            return .gitHubError(.gatewayTimeout, "GitHub did not answer in time.", headers: headers)
        case .limited(let until), .reserved(let until):
            headers[.retryAfter] = retryAfter(until)
            return .gitHubError(.serviceUnavailable, "GitHub's rate limit is reached.", headers: headers)
        case .unusable(status: 400, _):
            return .gitHubError(.badRequest, "The path is malformed.", headers: headers)
        case .unreachable, .unusable, .tooLarge, .noCredential, .noAccess, nil:
            return .gitHubError(.badGateway, "GitHub cannot be reached.", headers: headers)
        }
    }
}

/// A stream whose first chunks were already taken.
private struct Prefetched: Sendable {
    private(set) var chunks: [[UInt8]] = []
    let rest: AsyncThrowingStream<[UInt8], any Error>

    init(_ rest: AsyncThrowingStream<[UInt8], any Error>) {
        self.rest = rest
    }

    /// The whole body where it ends within a limit; otherwise what was taken is kept for who streams it.
    mutating func whole(upTo limit: Int) async throws -> [UInt8]? {
        var count = 0
        for try await chunk in rest {
            chunks.append(chunk)
            count += chunk.count
            guard count <= limit else { return nil }
        }
        return Array(chunks.joined())
    }
}
