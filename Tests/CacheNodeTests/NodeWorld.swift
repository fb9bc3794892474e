import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import CacheNode

let quiet = Logger(label: "node") { _ in SwiftLogNoOpLogHandler() }

/// A node with a real store in memory, a simulated GitHub and a clock that is set by hand.
struct NodeWorld: Sendable {
    static let hello = RepositoryName("octo-tools/hello-ci")!
    static let vault = RepositoryName("octo-tools/vault-ci")!
    static let secret = "It's a Secret to Everybody"
    static let key: [UInt8] = Array("key".utf8)
    static let own = CredentialID(ofAuthorization: "Bearer node", key: key)

    let clock: ManualClock
    let origin: SimulatedOrigin
    let store: CacheStore
    let node: Node
    let peers: AsyncStream<PeerAnnouncement>.Continuation
    let batches: AsyncStream<PeerBatch>.Continuation
    let changes: AsyncStream<NeighbourChange>.Continuation
    let neighbours: ToldNeighbours
    let hooks: SimulatedHookAdmin

    init(
        watch: [Scope] = [],
        secrets: [String] = [NodeWorld.secret],
        directory: String? = nil,
        after earlier: NodeWorld? = nil,
        own: CredentialID? = NodeWorld.own,
        proofs: ProofPolicy = ProofPolicy(),
        maxInbox: Int = 65_536,
        takesLog: Bool = false,
        jobs: [PrewarmJob] = [],
        sharesPrivate: Bool = false,
        limits adjust: (inout Node.Limits) -> Void = { _ in }
    ) throws {
        let clock = earlier?.clock ?? ManualClock(Timestamp(rfc3339: "2026-08-01T10:00:00Z")!)
        self.clock = clock
        origin = try earlier?.origin ?? Self.github(clock)
        store = try CacheStore(
            configuration: .init(directory: directory, maxInbox: maxInbox),
            logger: quiet,
            now: { clock.now }
        )
        hooks = SimulatedHookAdmin(origin)
        neighbours = ToldNeighbours()
        let (stream, continuation) = AsyncStream.makeStream(of: PeerAnnouncement.self)
        peers = continuation
        let (batched, batching) = AsyncStream.makeStream(of: PeerBatch.self)
        batches = batching
        let (changed, changing) = AsyncStream.makeStream(of: NeighbourChange.self)
        changes = changing
        var limits = Node.Limits()
        adjust(&limits)
        let drawn = Draws(after: earlier == nil ? 0xAA : 0xBA)
        var configuration = Node.Configuration(
            proofs: proofs,
            secrets: secrets.map { WebhookSignature.Secret($0) },
            takesLog: takesLog,
            watch: watch,
            credentialKey: Self.key,
            ownCredential: own,
            limits: limits
        )
        configuration.prewarmJobs = jobs
        configuration.sharesPrivate = sharesPrivate
        node = Node(
            configuration,
            store: store,
            origin: origin,
            hookAdmin: hooks,
            neighbours: neighbours,
            peerAnnouncements: stream,
            peerBatches: batched,
            peerChanges: changed,
            logger: quiet,
            now: { clock.now },
            sleep: { try await clock.sleep($0) },
            random: { Array(repeating: drawn.draw(), count: 32) }
        )
    }

    private static func github(_ clock: ManualClock) throws -> SimulatedOrigin {
        let now = clock.now
        var github = SimulatedGitHub(.init(callsPerHour: 100_000, pointsPerMinute: 100_000))
        github.createAccount("octocat", at: now)
        try github.createRepository(hello, at: now)
        try github.createRepository(vault, isPrivate: true, at: now)
        github.createToken("node", grants: [.everything], at: now)
        github.createToken("stranger", login: "monalisa", grants: [], at: now)
        try github.createHook(in: .owner("octo-tools"), url: "http://127.0.0.1:9/", secret: secret, at: now)
        _ = github.takeDeliveries(at: now)
        return SimulatedOrigin(github, token: "node") { clock.now }
    }

    /// Runs the store and the node around a body, and shuts both down gracefully.
    func running<Value: Sendable>(_ body: () async throws -> Value) async throws -> Value {
        let group = ServiceGroup(
            configuration: .init(services: [.init(service: store), .init(service: Running(node: node))], logger: quiet)
        )
        return try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            // The node looks after the time, its webhooks and their logs: from then on all of them hear the clock.
            await clock.sleepers(4)
            do {
                let value = try await body()
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
                return value
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
    }

    private struct Running: Service {
        let node: Node
        func run() async throws { try await node.run() }
    }
}

extension NodeWorld {
    static func request(
        _ event: String?,
        _ body: [UInt8],
        id: String? = "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        secret: String? = NodeWorld.secret,
        type: String? = "application/json"
    ) -> WebhookRequest {
        WebhookRequest(
            event: event,
            delivery: id,
            signature: secret.map { WebhookSignature(of: body, with: .init($0)).headerValue },
            hookID: "7",
            contentType: type,
            body: body
        )
    }

    static func request(
        _ event: String,
        _ body: [UInt8],
        id: String,
        signedWith secret: WebhookSignature.Secret
    ) -> WebhookRequest {
        WebhookRequest(
            event: event,
            delivery: id,
            signature: WebhookSignature(of: body, with: secret).headerValue,
            hookID: nil,
            contentType: "application/json",
            body: body
        )
    }

    /// A delivery as GitHub sent and signed it.
    static func request(_ delivery: SimulatedGitHub.OutgoingDelivery) -> WebhookRequest {
        WebhookRequest(
            event: delivery.event,
            delivery: delivery.guid,
            signature: delivery.headers.first(WebhookSignature.headerName),
            hookID: "\(delivery.hookID)",
            contentType: delivery.headers.first("Content-Type"),
            body: delivery.body
        )
    }

    /// Gives the node what GitHub sent, and returns when readers can see it.
    @discardableResult
    func deliver(_ deliveries: [SimulatedGitHub.OutgoingDelivery]) async -> [WebhookAnswer] {
        var answers: [WebhookAnswer] = []
        for delivery in deliveries {
            answers.append(await deliver(Self.request(delivery.event, delivery.body, id: delivery.guid)))
        }
        return answers
    }

    @discardableResult
    func deliver(_ request: WebhookRequest) async -> WebhookAnswer {
        let events = node.events()
        let answer = await node.accept(request)
        guard case .accepted(let id) = answer else { return answer }
        for await event in events {
            if case .delivery(id, _, _) = event { break }
        }
        return answer
    }

    /// Starts a run and delivers what GitHub says of it.
    func startRun(_ plan: SimulatedGitHub.RunPlan = .init(NodeWorld.hello)) async throws -> Int64 {
        var run: Int64 = 0
        let deliveries = try origin.act { run = try $0.startRun(plan, at: $1) }
        await deliver(deliveries)
        return run
    }

    func read(
        _ path: String,
        _ caller: Caller = .node,
        _ directives: RequestDirectives = RequestDirectives()
    ) async -> ReadAnswer {
        guard let resource = Resource(path) else { return .failed(status: 400, "no resource", retryAfter: nil) }
        return await node.read(ReadRequest(Representation(resource), caller: caller, directives: directives))
    }

    /// Lets time pass until something holds, within a bound.
    func passing(_ holds: () -> Bool) async {
        for _ in 0..<2000 where !holds() {
            await clock.pass(milliseconds: 250)
            try? await Task.sleep(for: .milliseconds(1))
        }
        #expect(holds())
    }

    /// Lets time pass, slowly enough for what it wakes.
    func live(milliseconds: Int64) async {
        for _ in 0..<(milliseconds / 250) {
            await clock.pass(milliseconds: 250)
            try? await Task.sleep(for: .milliseconds(1))
        }
    }

    /// What comes of something that sleeps, while time passes.
    func value<Value: Sendable>(of task: Task<Value, any Error>) async throws -> Value {
        let isDone = Shared(false)
        async let watching: Void = {
            _ = await task.result
            isDone.change { $0 = true }
        }()
        await passing { isDone.value }
        await watching
        return try await task.value
    }

    /// Something that several tasks look at and change.
    final class Shared<Value: Sendable>: Sendable {
        private let state: Mutex<Value>

        init(_ value: Value) { state = Mutex(value) }

        var value: Value { state.withLock { $0 } }

        func change(_ change: (inout Value) -> Void) {
            state.withLock { state in
                var value = state
                change(&value)
                state = value
            }
        }
    }

    static func runs(_ name: RepositoryName = hello) -> String { "/repos/\(name)/actions/runs" }
    static let stranger = Caller.credential(authorization: "Bearer stranger")

    /// Makes a credential known at GitHub, and gives it as a caller.
    func caller(_ token: String, _ grants: [SimulatedGitHub.Grant]) -> Caller {
        origin.act { $0.createToken(token, login: token, grants: grants, at: $1) }
        return .credential(authorization: "Bearer \(token)")
    }

    /// Has a credential shown to reach the runs of a repository, as if GitHub had just answered it.
    func prove(_ caller: Caller, _ repository: RepositoryName = vault) {
        let subject = Proof.Subject(.runs(repository), by: node.credentialID(of: caller))
        store.apply([.prove(Proof(subject, provenAt: clock.now))])
    }
}

extension ReadAnswer {
    var found: FoundAnswer? { if case .found(let answer) = self { answer } else { nil } }
    var text: String { found.map { String(decoding: $0.body.bytes, as: UTF8.self) } ?? "" }
    var status: Int {
        switch self {
        case .found(let answer): answer.status
        case .failed(let status, _, _): status
        }
    }
}

/// Bytes for secrets, another one each time.
private final class Draws: Sendable {
    private let last: Mutex<UInt8>

    init(after byte: UInt8) { last = Mutex(byte) }

    func draw() -> UInt8 {
        last.withLock { last in
            last &+= 1
            return last
        }
    }
}
