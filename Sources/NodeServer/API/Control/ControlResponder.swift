import Multiformats
import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird
import NIOCore

/// Answers the control API under `/_hookcache/v1/`.
///
/// Who comes over the Unix socket or brings the control token is trusted with everything; anybody else gets what is
/// public, and nothing that names private data, changes something or spends quota.
struct ControlResponder: Sendable {
    let node: any NodeInterface
    let counters: ServerCounters
    let limits: Limits
    private let budget: BodyBudget
    private let events: EventStream

    static let unauthorized = answer(to: .unauthorized)

    init(node: any NodeInterface, counters: ServerCounters, limits: Limits) {
        self.node = node
        self.counters = counters
        self.limits = limits
        budget = BodyBudget(limit: 16 * limits.controlBody)
        events = EventStream(node: node, limits: limits)
    }

    func respond(to request: Request, isTrusted: Bool) async -> Response {
        guard let query = request.head.path.flatMap({ ControlQuery($0) }) else {
            return .error(.notFound, "no such page")
        }
        let method = request.method == .head ? .get : request.method
        do throws(ControlRefusal) {
            guard let route = Route(rawValue: query.path), route.methods.contains(method.rawValue) else {
                throw Self.unknown(query.path)
            }
            guard isTrusted || route.isPublic && method == .get else { throw .unauthorized }
            switch method {
            case .get: return try await read(route, query, isTrusted: isTrusted)
            case .delete: return try await delete(route, query)
            default: return try await post(route, try await body(of: request))
            }
        } catch {
            return Self.answer(to: error)
        }
    }

    private static func unknown(_ path: String) -> ControlRefusal {
        guard let route = Route(rawValue: path) else { return ControlRefusal(status: 404, "no such page") }
        return ControlRefusal(status: 405, "this page takes \(route.methods.joined(separator: ", "))")
    }

    private static func answer(to refusal: ControlRefusal) -> Response {
        let status = HTTPResponse.Status(code: refusal.status)
        var response = Response.error(status, refusal.message)
        if status == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        if let seconds = refusal.retryAfter { response.headers[.retryAfter] = "\(seconds)" }
        return response
    }

    private func body(of request: Request) async throws(ControlRefusal) -> ControlBody {
        let reader = BoundedBody(limit: limits.controlBody, time: limits.controlBodyTime, budget: budget)
        let length = request.headers[.contentLength].flatMap { Int($0) }
        let bytes: [UInt8]
        do {
            bytes = try await reader.read(request.body, declaredLength: length) { $0 }
        } catch {
            throw error == .tooLarge
                ? ControlRefusal(status: 413, "the body is too large") : .bad("the body did not arrive")
        }
        return try ControlBody(bytes)
    }
}

extension ControlResponder {
    /// The pages of the control API.
    private enum Route: String {
        case stats
        case entries
        case entryBody = "entries/body"
        case verify = "entries/verify"
        case query
        case queue
        case peers
        case hooks
        case ping = "hooks/ping"
        case rotate = "hooks/rotate"
        case recover = "hooks/recover"
        case deliveries = "hooks/deliveries"
        case prewarm
        case events
        case runs
        case jobs
        case repos
        case runners
        case doctor

        var methods: [String] {
            switch self {
            case .stats, .entryBody, .query, .queue, .events, .runs, .jobs, .repos, .runners, .deliveries, .doctor:
                ["GET"]
            case .verify, .ping, .rotate, .recover: ["POST"]
            case .entries: ["GET", "DELETE"]
            case .peers, .prewarm: ["GET", "POST"]
            case .hooks: ["GET", "POST", "DELETE"]
            }
        }

        /// Whether it has something for everybody: then the page itself leaves out what is private.
        var isPublic: Bool {
            switch self {
            case .stats, .entries, .entryBody, .queue, .events, .runs, .jobs: true
            case .verify, .query, .peers, .hooks, .ping, .rotate, .recover, .deliveries, .prewarm, .repos, .runners,
                .doctor:
                false
            }
        }
    }

    private func read(_ route: Route, _ query: ControlQuery, isTrusted: Bool) async throws(ControlRefusal) -> Response {
        switch route {
        case .stats:
            let health = ControlJSON.health(node.health(), namesRepositories: isTrusted)
            return .json(
                .ok,
                await ControlJSON.statistics(
                    node.statistics(),
                    counters.snapshot,
                    health: health,
                    isTrusted: isTrusted
                )
            )
        case .entries:
            let limit = try query.limit(default: 100, maximum: limits.entriesPage)
            let page = node.entries(
                prefix: query["prefix"] ?? "",
                limit: limit,
                cursor: query["cursor"],
                includesPrivate: isTrusted
            )
            return .json(.ok, ControlJSON.entries(page.entries, next: page.next, now: WallClock.now()))
        case .entryBody:
            return try await entryBody(query, isTrusted: isTrusted)
        case .query:
            let resource = try query.resource("path", for: node)
            let copies = await node.query(Representation(resource))
            return .json(.ok, ControlJSON.copies(copies, of: resource, now: WallClock.now()))
        case .queue:
            return try await queue(query, isTrusted: isTrusted)
        case .peers:
            return .json(.ok, ControlJSON.peers(await node.peers(), of: await node.identity()))
        case .hooks:
            return try await hooks(query)
        case .events:
            return try events.response(isTrusted: isTrusted)
        case .runs:
            return try await ListPages(node: node, isTrusted: isTrusted).runs(query)
        case .jobs:
            return try await ListPages(node: node, isTrusted: isTrusted).jobs(query)
        case .repos:
            return try await ListPages(node: node, isTrusted: isTrusted).repositories(query, now: WallClock.now())
        case .runners:
            return try await ListPages(node: node, isTrusted: isTrusted).runners(query)
        case .deliveries:
            return try await deliveries(query)
        case .doctor:
            let checks = await node.checkups().map(ControlJSON.checkup)
            return .json(
                .ok,
                [
                    "checks": .array(checks), "not_ready": JSONValue(node.readiness()),
                    "has_secret": JSONValue(node.hasSecret),
                ]
            )
        case .prewarm:
            return .json(.ok, ["jobs": .array(await node.prewarmJobs().map(ControlJSON.prewarmJob))])
        case .verify, .ping, .rotate, .recover:
            throw ControlRefusal(status: 405, "this page takes POST")
        }
    }

    private func entryBody(_ query: ControlQuery, isTrusted: Bool) async throws(ControlRefusal) -> Response {
        var directives = RequestDirectives()
        directives.onlyIfCached = true
        directives.maxStale = .max
        let representation = Representation(try query.resource("path", for: node))
        let caller: Caller = isTrusted ? .node : .anonymous
        switch await node.read(ReadRequest(representation, caller: caller, directives: directives)) {
        case .failed:
            throw ControlRefusal(status: 404, "nothing is stored for that path")
        case .found(let answer):
            var headers: HTTPFields = [.cid: answer.body.cid.description, .xContentTypeOptions: "nosniff"]
            headers[.cacheStatus] = answer.outcome.cacheStatus
            headers[.age] = "\(max(0, answer.age))"
            headers.set(.contentType, answer.headers.contentType)
            let body = ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body.bytes))
            return Response(status: HTTPResponse.Status(code: answer.status), headers: headers, body: body)
        }
    }

    private func queue(_ query: ControlQuery, isTrusted: Bool) async throws(ControlRefusal) -> Response {
        let scope: Scope
        switch (query["owner"], query["repo"]) {
        case (let owner?, nil):
            guard RepositoryName.isName(owner) else { throw .bad("owner must be a login") }
            scope = .owner(owner.lowercased())
        case (nil, .some):
            scope = .repository(try query.repository("repo"))
        default:
            throw .bad("give either owner=OWNER or repo=OWNER/REPO")
        }
        do {
            let report = try await node.queue(scope, labels: query.list("labels"), includesPrivate: isTrusted)
            return .json(.ok, ControlJSON.queue(report))
        } catch {
            throw ControlRefusal(error)
        }
    }

    private func hooks(_ query: ControlQuery) async throws(ControlRefusal) -> Response {
        var scope: Scope?
        if let text = query["scope"] { scope = try ControlBody.scope(text) }
        do {
            return .json(.ok, ["hooks": .array(try await node.hooks(of: scope).map(ControlJSON.hook))])
        } catch {
            throw ControlRefusal(error)
        }
    }

    private func deliveries(_ query: ControlQuery) async throws(ControlRefusal) -> Response {
        var log: DeliveryLog?
        if let text = query["scope"] { log = try ControlBody.log(text) }
        let limit = try query.limit(default: 100, maximum: limits.deliveriesPage)
        let failedOnly = try query.flag("failed")
        do {
            let found = try await node.deliveries(of: log, failedOnly: failedOnly, limit: limit)
            return .json(.ok, ["deliveries": .array(found.map(ControlJSON.delivery))])
        } catch {
            throw ControlRefusal(error)
        }
    }

    private func delete(_ route: Route, _ query: ControlQuery) async throws(ControlRefusal) -> Response {
        do {
            if route == .hooks {
                let scope = try ControlBody.scope(try query.required("scope"))
                try await node.removeHook(of: scope)
                return .json(.ok, ["scope": .string(scope.description), "status": "removed"])
            }
            let removed = try await node.clear(stale: try query.flag("stale"), pattern: query["pattern"])
            return .json(.ok, ["removed": JSONValue(removed)])
        } catch let error as ControlError {
            throw ControlRefusal(error)
        } catch let error as ControlRefusal {
            throw error
        } catch {
            throw ControlRefusal(status: 500, "this failed")
        }
    }

    /// Runs a declared job, fetches resources of repositories, or only says which repositories patterns name.
    private func prewarm(_ body: ControlBody) async throws -> Response {
        if let job = body["job"] {
            try await node.runPrewarmJob(named: job)
            return .json(.ok, ["job": .string(job), "status": "started"])
        }
        let texts = try body.list("matching", maximum: limits.prewarmed)
        if !texts.isEmpty {
            let patterns = try texts.map { text throws(ControlRefusal) in
                guard let pattern = RepositoryPattern(text) else {
                    throw .bad("\(text) is not OWNER/REPO, * and ? aside")
                }
                return pattern
            }
            let names = try await node.repositories(matching: patterns)
            return .json(.ok, ["repositories": JSONValue(names.map(\.description))])
        }
        let repositories = try body.repositories(maximum: limits.prewarmed)
        let resources = try body.list("resources", maximum: limits.prewarmed)
        let reports = try await node.prewarm(repositories, resources: resources)
        return .json(.ok, ["resources": .array(reports.map(ControlJSON.prewarm))])
    }

    private func post(_ route: Route, _ body: ControlBody) async throws(ControlRefusal) -> Response {
        do {
            switch route {
            case .hooks:
                return .json(.ok, ControlJSON.hook(try await node.registerHook(of: body.scope(), url: body["url"])))
            case .ping:
                let scope = try body.scope()
                try await node.pingHook(of: scope)
                return .json(.ok, ["scope": .string(scope.description), "status": "pong"])
            case .rotate:
                return .json(.ok, ControlJSON.rotation(try await node.rotateHook(of: body.scope())))
            case .recover:
                return .json(.ok, ControlJSON.recovery(try await node.recover(body.log())))
            case .peers:
                guard let address = body["address"] else { throw ControlRefusal.bad("address is missing") }
                let peer = try await node.connect(to: address)
                return .json(.ok, ["peer_id": .string(peer.description), "address": .string(address)])
            case .verify:
                let result = try await node.verify()
                return .json(.ok, ["checked": JSONValue(result.checked), "corrupt": JSONValue(result.corrupt)])
            default:
                return try await prewarm(body)
            }
        } catch let error as ControlError {
            throw ControlRefusal(error)
        } catch let error as ControlRefusal {
            throw error
        } catch {
            throw ControlRefusal(status: 500, "this failed")
        }
    }
}
