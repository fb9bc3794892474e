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

    func respond(to request: Request, from client: ProxyClient) async -> Response {
        guard let target = request.head.path.flatMap({ ProxyTarget($0) }) else {
            return .gitHubError(.badRequest, "The path is malformed.").withoutBody(request.method == .head)
        }
        if let refusal = Self.refusal(of: request) { return refusal }
        let rewriter = client.rewriter(upstream: upstream, prefix: target.prefix)
        guard let representation = representation(of: target, request) else {
            return await passThrough.respond(to: request, target: target.text, rewriter: rewriter)
        }
        return await reads.respond(to: request, representation, caller: caller(of: request, client), rewriter: rewriter)
    }

    /// Hands a request on to a host of GitHub's files.
    func respond(to request: Request, host: FileHost) async -> Response {
        if let refusal = Self.refusal(of: request) { return refusal }
        return await passThrough.respond(to: request, host: host)
    }

    /// Two credentials in one request mean different things to different readers of it.
    private static func refusal(of request: Request) -> Response? {
        guard request.headers[values: .authorization].count > 1 else { return nil }
        return .gitHubError(.badRequest, "More than one Authorization header.").withoutBody(request.method == .head)
    }

    /// The cacheable representation that a request asks for, or nil where it must go to GitHub as it is.
    private func representation(of target: ProxyTarget, _ request: Request) -> Representation? {
        let headers = request.headers
        let bypassing: [HTTPField.Name] = [
            .range, .ifMatch, .ifRange, .ifUnmodifiedSince, .oneTimePassword, .transferEncoding,
        ]
        guard request.method == .get || request.method == .head, !bypassing.contains(where: { headers.contains($0) }),
            headers[.contentLength] ?? "0" == "0", let media = MediaNegotiation.mediaClass(accept: headers[.accept]),
            let version = Self.apiVersion(headers[.apiVersion]),
            let resource = target.resource({ node.repositoryName(id: $0) })
        else { return nil }
        return Representation(resource, media: media, apiVersion: version)
    }

    /// A version as GitHub names them; nil for anything else, which GitHub itself should refuse.
    private static func apiVersion(_ text: String?) -> String? {
        guard let text else { return Representation.defaultAPIVersion }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isDate =
            parts.map(\.utf8.count) == [4, 2, 2]
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { (0x30...0x39).contains($0) }
            }
        return isDate ? text : nil
    }

    private func caller(of request: Request, _ client: ProxyClient) -> Caller {
        if let authorization = request.headers[.authorization], !authorization.isEmpty {
            return .credential(authorization: authorization)
        }
        return client.isOnSocket && socketIsNode ? .node : .anonymous
    }
}
