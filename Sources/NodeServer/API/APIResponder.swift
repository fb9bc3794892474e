import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird
import Logging

/// Answers what comes to the API listener: checks the host, then tells the node's own pages from GitHub's paths.
struct APIResponder: Sendable {
    private let isOnSocket: Bool
    private let node: any NodeInterface
    private let hosts: HostPolicy
    private let proxy: ProxyResponder
    private let control: ControlResponder
    private let counters: ServerCounters
    private let controlToken: ControlToken

    init(
        _ address: APIListener.Address,
        _ configuration: ListenerConfiguration,
        node: any NodeInterface,
        passThrough: any PassThrough,
        counters: ServerCounters,
        logger: Logger
    ) {
        isOnSocket = address == .unixSocket
        self.node = node
        self.counters = counters
        hosts = HostPolicy(
            hosts: configuration.apiHosts,
            listenHost: configuration.apiHost,
            upstreamURL: configuration.upstreamURL
        )
        controlToken = ControlToken(configuration.controlToken)
        let limits = configuration.limits
        proxy = ProxyResponder(
            node: node,
            upstream: configuration.upstreamURL,
            socketIsNode: configuration.socketIsNode,
            reads: ReadResponder(node: node, memo: RenditionMemo(limits, counters: counters), limits: limits),
            passThrough: PassThroughResponder(passThrough: passThrough, node: node, limits: limits),
            journal: AnswerJournal(counters: counters, logger: logger),
            limits: limits,
            queryBodies: BodyBudget(limit: limits.queryBodiesInFlight)
        )
        control = ControlResponder(node: node, counters: counters, limits: limits)
    }

    /// Answers a request that reached `local`, or came over the Unix socket.
    func respond(to request: Request, local: ConnectionContext.LocalAddress?) async -> Response {
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        let isHead = request.method == .head
        let isRead = request.method == .get || isHead
        // Probes ask under whatever name they know the machine by, and learn nothing.
        if isRead, let response = probe(path) { return response.withoutBody(isHead) }
        guard !request.headers.contains(.host), let name = request.head.authority.flatMap({ HostName($0) }) else {
            return .gitHubError(.badRequest, "The Host header is missing, malformed or there twice.").withoutBody(
                isHead
            )
        }
        let verdict = hosts.judge(name, local: local)
        let fileHost = verdict == .foreign ? fileHost(name) : nil
        guard verdict != .foreign || fileHost != nil else {
            return .gitHubError(.misdirectedRequest, "This node does not answer for that host.").withoutBody(isHead)
        }
        if fileHost == nil {
            if isRead, path == "/metrics" { return await metrics().withoutBody(isHead) }
            if path == "/_hookcache" || path.hasPrefix("/_hookcache/") { return await controlled(request) }
        }
        if controlToken.isNamed(in: request.headers[values: .authorization]) {
            return .gitHubError(.unauthorized, "The control token is no credential for GitHub.").withoutBody(isHead)
        }
        if let fileHost { return await proxy.respond(to: request, host: fileHost) }
        let client = ProxyClient(
            address: verdict == .upstream ? nil : address(name, of: request),
            isOnSocket: isOnSocket
        )
        return await proxy.respond(to: request, from: client)
    }

    /// The host of GitHub's files that a client over the socket means, as gh does when it follows a redirect.
    private func fileHost(_ name: HostName) -> FileHost? {
        guard isOnSocket, name.port ?? 443 == 443 else { return nil }
        return FileHost(name.host)
    }

    private func probe(_ path: Substring) -> Response? {
        switch path {
        case "/healthz":
            return .json(.ok, ["status": "ok"])
        case "/readyz":
            guard let reason = node.readiness() else { return .json(.ok, ["status": "ready"]) }
            return .json(.serviceUnavailable, ["status": "not ready", "reason": .string(reason)])
        default:
            return nil
        }
    }

    private func metrics() async -> Response {
        let text = MetricsPage.text(await node.statistics(), counters.snapshot, health: node.health())
        let body = ResponseBody(byteBuffer: ByteBuffer(string: text))
        return Response(status: .ok, headers: [.contentType: PrometheusText.contentType], body: body)
    }

    private func controlled(_ request: Request) async -> Response {
        guard request.headers[values: .authorization].count <= 1 else {
            return .error(.badRequest, "more than one Authorization header")
        }
        var isTrusted = isOnSocket
        if !isOnSocket, let authorization = request.headers[.authorization] {
            guard controlToken.isIn(authorization) == true else { return ControlResponder.unauthorized }
            isTrusted = true
        }
        return await control.respond(to: request, isTrusted: isTrusted).withoutBody(request.method == .head)
    }

    /// The scheme and host under which the client reached this node, perhaps through a proxy that speaks TLS for it.
    ///
    /// The host is the one that was judged, and no `X-Forwarded-Host`: whoever stands in front keeps `Host`.
    private func address(_ name: HostName, of request: Request) -> String {
        let scheme = request.headers[.forwardedProto]?.prefix { $0 != "," }.lowercased()
        return "\(scheme == "https" ? "https" : "http")://\(name)"
    }
}
