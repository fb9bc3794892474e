import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats

/// Chance from a seed.
struct Chance {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    mutating func shuffle<Value>(_ values: inout [Value]) {
        for index in values.indices.reversed() where index > 0 { values.swapAt(index, below(index + 1)) }
    }
}

/// What happened at a simulated GitHub: its deliveries, and what it would have answered at each moment.
struct History {
    static let repository = RepositoryName("octo-tools/hello-ci")!
    static let start = Timestamp(rfc3339: "2026-08-01T10:00:00Z")!
    static let token = "node"

    /// GitHub from each moment on.
    private(set) var moments: [(since: Timestamp, github: SimulatedGitHub)] = []
    /// What it sent, in order.
    private(set) var deliveries: [SimulatedGitHub.OutgoingDelivery] = []
    /// Every state that an object was in, in order.
    private(set) var states: [Int64: [CID]] = [:]
    private(set) var runs: [Int64] = []
    /// The last state of each object that a delivery told.
    private(set) var lastDelivered: [Int64: CID] = [:]
    private(set) var now = History.start
    private var github: SimulatedGitHub

    /// A GitHub with one hook, and runs before the story begins.
    init(seed: UInt64, listLag: Int64 = 0, earlierRuns: Int = 0) throws {
        github = SimulatedGitHub(
            .init(seed: seed, callsPerHour: 1_000_000, pointsPerMinute: 1_000_000, listLag: listLag)
        )
        github.createAccount("octocat", at: now)
        try github.createRepository(Self.repository, at: now)
        github.createToken(Self.token, grants: [.everything], at: now)
        try github.createHook(in: .repository(Self.repository), url: "http://127.0.0.1:9/", secret: "s", at: now)
        for _ in 0..<earlierRuns {
            let run = try github.startRun(.init(Self.repository), at: now)
            try github.finish(run: run, at: now)
            now = now.advanced(bySeconds: 60)
        }
        now = now.advanced(bySeconds: 3600)
        _ = github.takeDeliveries(at: now)
        note()
    }

    /// Lets something happen, a while after what happened before.
    mutating func act(after milliseconds: Int64, _ action: (inout SimulatedGitHub, Timestamp) throws -> Void) rethrows {
        now = now.advanced(byMilliseconds: milliseconds)
        try action(&github, now)
        for delivery in github.takeDeliveries(at: now) {
            deliveries.append(delivery)
            guard let event = delivery.workflowEvent(asOf: now) else { continue }
            if case .run(let run) = event.object, !runs.contains(run.id) { runs.append(run.id) }
            note(event.body.cid, of: event.object.id)
            lastDelivered[event.object.id] = event.body.cid
        }
        note()
    }

    /// A run that goes through what chance wants.
    mutating func live(_ chance: inout Chance, steps: Int) throws {
        var plan = SimulatedGitHub.RunPlan(Self.repository, jobs: [SimulatedGitHub.JobPlan("build")])
        if chance.below(3) == 0 { plan.jobs.append(.init("test", conclusion: .failure)) }
        if chance.below(3) == 0 { plan.jobs.append(.init("deploy", gate: "production")) }
        if chance.below(8) == 0 { plan.opening = .needsApproval }
        if chance.below(4) == 0 { plan.branch = "dev" }
        var run: Int64 = 0
        let pauses: [Int64] = [1, 3, 40, 400, 900, 1500, 7000, 61_000]
        try act(after: chance.pick(pauses)) { run = try $0.startRun(plan, at: $1) }
        if !runs.contains(run) { runs.append(run) }
        for _ in 0..<steps {
            let choice = chance.below(12)
            try act(after: chance.pick(pauses)) { github, now in
                switch choice {
                case 0: try? github.cancel(run: run, at: now)
                case 1, 2: try? github.rerun(run: run, failedOnly: choice == 1, at: now)
                default:
                    if try github.advance(run: run, at: now) == .blocked { try? github.approve(run: run, at: now) }
                }
            }
        }
    }

    /// What GitHub answers at a moment.
    func answer(_ question: Machine.Question, body: Body?, at moment: Timestamp) -> OriginResult {
        guard var then = moments.last(where: { $0.since <= moment })?.github else { return .failure(.timedOut) }
        let validator = question.held.map { Validator(body: body, etag: $0.headers.etag) }
        let request = OriginRequest(question.key.representation, validator: validator, priority: .read)
        return then.answer(request, token: Self.token, at: moment)
    }

    /// The paths that readers ask for.
    var paths: [String] {
        let all = "/repos/\(Self.repository.canonical)/actions"
        var paths = [
            "\(all)/runs", "\(all)/runs?status=queued", "\(all)/runs?status=in_progress",
            "\(all)/runs?status=completed",
            "\(all)/runs?branch=main", "\(all)/workflows/ci.yml/runs", "\(all)/runs?per_page=1",
            "\(all)/runs?per_page=1&status=completed",
        ]
        for run in runs {
            paths += ["\(all)/runs/\(run)", "\(all)/runs/\(run)/jobs", "\(all)/runs/\(run)/jobs?filter=all"]
            paths += jobs(of: run).map { "\(all)/jobs/\($0)" }
        }
        return paths
    }

    /// Whether the last state of an object was told by a delivery; some changes are not.
    func isAnnounced(_ id: Int64) -> Bool { states[id] == nil || states[id]?.last == lastDelivered[id] }

    private func jobs(of run: Int64) -> [Int64] {
        github.run(run)?.attempts.flatMap(\.jobIDs) ?? []
    }

    private mutating func note() {
        moments.append((now, github))
        for run in runs {
            note("runs/\(run)", run)
            for job in jobs(of: run) { note("jobs/\(job)", job) }
        }
    }

    private mutating func note(_ path: String, _ id: Int64) {
        var copy = github
        let request = SimulatedGitHub.Request.get(
            "/repos/\(Self.repository.canonical)/actions/\(path)",
            token: Self.token
        )
        note(CID(hashing: copy.respond(to: request, at: now).body), of: id)
    }

    private mutating func note(_ cid: CID, of id: Int64) {
        if states[id]?.last != cid { states[id, default: []].append(cid) }
    }
}
