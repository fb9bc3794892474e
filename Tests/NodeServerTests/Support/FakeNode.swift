import CacheCore
import CacheNode
import GitHubCore
import Multiformats
import Synchronization

/// A node that holds what a test gave it, knows who may read it, and remembers what it was asked.
final class FakeNode: NodeInterface {
    struct State {
        var answers: [Representation: FoundAnswer] = [:]
        var privateRepositories: Set<RepositoryName> = []
        var failure: ReadAnswer?
        var reads: [ReadRequest] = []
        var writes: [WriteRequest] = []
        var deliveries: [WebhookRequest] = []
        var webhookAnswer: WebhookAnswer?
        var names: [Int64: RepositoryName] = [:]
        var notReady: String?
        var statistics = Statistics()
        var health = HealthReport()
        var entries: [Entry] = []
        var hooks: [HookReport] = []
        var prewarmed: [(RepositoryName, [String])] = []
        var jobs: [PrewarmJobReport] = []
        var cleared: [(stale: Bool, pattern: String?)] = []
        var events: [NodeEvent] = []
        /// Streams of events that do not end.
        var open: [AsyncStream<NodeEvent>.Continuation]?
        /// Bodies that are stored compressed.
        var packed: [CID: [UInt8]] = [:]
        var rateLimit: [(name: String, value: String)] = [("X-RateLimit-Remaining", "4999")]
        var queryRateLimit: [(name: String, value: String)] = [("X-RateLimit-Resource", "graphql")]
        /// The answer to every query.
        var queryAnswer: FoundAnswer?
    }

    private let state = Mutex(State())
    let ownerKinds = OwnerKinds()

    func with<Value>(_ body: (inout sending State) -> sending Value) -> sending Value {
        state.withLock(body)
    }

    /// Holds a body under a path.
    func hold(
        _ path: String,
        _ body: String,
        headers: EntryHeaders = EntryHeaders(),
        status: Int = 200,
        outcome: Outcome = Outcome(kind: .hit, source: .webhook, ttl: 117)
    ) {
        guard let resource = Resource(path) else { return }
        let answer = FoundAnswer(
            status: status,
            headers: headers,
            body: Body(Array(body.utf8)),
            age: 3,
            outcome: outcome
        )
        state.withLock { $0.answers[Representation(resource)] = answer }
    }

    var hasSecret: Bool { false }

    func checkups() async -> [Checkup] {
        [.pass("clock", "it agrees"), .fail("hook o/r", "there is none", remedy: "hookcache hook register o/r")]
    }

    func accept(_ request: WebhookRequest) async -> WebhookAnswer {
        state.withLock { state in
            state.deliveries.append(request)
            return state.webhookAnswer ?? .refused(status: 401, "no signature")
        }
    }

    func read(_ request: ReadRequest) async -> ReadAnswer {
        state.withLock { state in
            state.reads.append(request)
            if let failure = state.failure { return failure }
            if request.query != nil, let answer = state.queryAnswer { return .found(answer) }
            if let name = request.representation.resource.endpoint.repository, request.caller == .anonymous,
                state.privateRepositories.contains(name)
            {
                return .failed(status: 504, "not for everybody", retryAfter: nil)
            }
            guard let answer = state.answers[request.representation] else {
                return .failed(status: 504, "nothing stored", retryAfter: 7)
            }
            return .found(answer)
        }
    }

    func wrote(_ request: WriteRequest) async { state.withLock { $0.writes.append(request) } }

    func rateLimitHeaders(
        for caller: Caller,
        of kind: QuotaKind,
        in scope: Scope
    ) -> [(name: String, value: String)] {
        state.withLock { kind == .core ? $0.rateLimit : $0.queryRateLimit }
    }
    func packedBody(_ cid: CID) -> [UInt8]? { state.withLock { $0.packed[cid] } }
    func resource(of target: RequestTarget) -> Resource? {
        let moment = Timestamp(seconds: 0)
        var book = NameBook()
        for (id, name) in state.withLock({ $0.names }) { _ = book.learn(.repository(id: id, name), at: moment) }
        return book.resource(target, now: moment)
    }
    func readiness() -> String? { state.withLock { $0.notReady } }
    func statistics() async -> Statistics { state.withLock { $0.statistics } }
    func health() -> HealthReport { state.withLock { $0.health } }

    func entries(
        prefix: String,
        limit: Int,
        cursor: String?,
        includesPrivate: Bool
    ) -> (entries: [Entry], next: String?) {
        let held = state.withLock { $0.entries }.filter { entry in
            entry.key.resource.path.hasPrefix(prefix) && (includesPrivate || entry.key.audience == .public)
        }
        return (Array(held.prefix(limit)), held.count > limit ? "more" : nil)
    }

    func query(_ representation: Representation) async -> [PeerCopy] { [] }

    func queue(_ scope: Scope, labels: [String], includesPrivate: Bool) async throws(ControlError) -> QueueReport {
        var report = QueueReport()
        report.queued = includesPrivate ? 2 : 1
        report.byLabels = [QueueReport.LabelCount(labels: labels, queued: report.queued, inProgress: 0)]
        return report
    }

    func peers() async -> [NeighbourInfo] { [] }
    func identity() async -> (peer: PeerID, addresses: [String])? { nil }

    func connect(to address: String) async throws(ControlError) -> PeerID {
        throw ControlError(status: 422, "not a multiaddr")
    }

    func hooks(of scope: Scope?) async throws(ControlError) -> [HookReport] { state.withLock { $0.hooks } }

    func registerHook(of scope: Scope, url: String?) async throws(ControlError) -> HookReport {
        guard let url else { throw ControlError(status: 422, "no public URL is known: set CACHE_WEBHOOK_URL") }
        let hook = HookReport(
            scope: scope.description,
            id: 7,
            url: url,
            events: ["workflow_job", "workflow_run"],
            isActive: true,
            isOurs: true
        )
        state.withLock { $0.hooks.append(hook) }
        return hook
    }

    func pingHook(of scope: Scope) async throws(ControlError) {}

    func rotateHook(of scope: Scope) async throws(ControlError) -> RotationReport {
        RotationReport(scope: scope.description, step: .changed, oldUntil: Timestamp(seconds: 60))
    }

    func deliveries(
        of log: DeliveryLog?,
        failedOnly: Bool,
        limit: Int
    ) async throws(ControlError) -> [DeliveryReport] {
        guard let id = DeliveryID("d1") else { return [] }
        var report = DeliveryReport(
            scope: log?.name ?? "*",
            guid: id,
            event: "workflow_run",
            at: Timestamp(seconds: Int64(limit))
        )
        report.here = failedOnly ? .failed : .done
        report.reason = failedOnly ? "it cannot be read" : nil
        return [report]
    }

    func recover(_ log: DeliveryLog) async throws(ControlError) -> RecoveryReport {
        var report = RecoveryReport(scope: log.name)
        report.recovered = 3
        return report
    }

    func removeHook(of scope: Scope) async throws(ControlError) {
        state.withLock { $0.hooks.removeAll { $0.scope == scope.description } }
    }

    func prewarm(_ repositories: [RepositoryName], resources: [String]) async throws(ControlError) -> [PrewarmReport] {
        state.withLock { state in state.prewarmed += repositories.map { ($0, resources) } }
        return repositories.map { PrewarmReport(path: "/repos/\($0)", result: "fetched", counted: true) }
    }

    func repositories(matching patterns: [RepositoryPattern]) async throws(ControlError) -> [RepositoryName] {
        patterns.compactMap { RepositoryName(owner: $0.login ?? "any", name: "r") }
    }

    func prewarmJobs() async -> [PrewarmJobReport] { with { $0.jobs } }

    func runPrewarmJob(named name: String) async throws(ControlError) {
        guard with({ $0.jobs.contains { $0.job.name == name } }) else { throw ControlError(status: 404, "no such job") }
    }

    func clear(stale: Bool, pattern: String?) async throws(ControlError) -> Int {
        state.withLock { $0.cleared.append((stale, pattern)) }
        return 3
    }

    func verify() async throws(ControlError) -> (checked: Int, corrupt: [String]) { (5, []) }

    func events() -> AsyncStream<NodeEvent> {
        let (stream, continuation) = AsyncStream.makeStream(of: NodeEvent.self)
        state.withLock { state in
            for event in state.events { continuation.yield(event) }
            if state.open == nil { continuation.finish() } else { state.open?.append(continuation) }
        }
        return stream
    }
}
