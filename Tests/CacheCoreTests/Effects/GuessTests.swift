import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

/// A guess made of events is what the simulated GitHub answers, byte for byte.
struct GuessTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private let repository: RepositoryName
    private var github = SimulatedGitHub()
    private var machine = Machine(now: Self.start)

    init() throws {
        repository = try #require(RepositoryName("octo-tools/hello-ci"))
        try github.createRepository(repository, at: Self.start)
        github.createToken("t", grants: [.everything], at: Self.start)
        let owner = try #require(Scope("octo-tools"))
        _ = try github.createHook(in: owner, url: "http://127.0.0.1:9/", secret: "s", at: Self.start)
    }

    /// Lets something happen, and tells the machine of it by its events.
    @discardableResult
    private mutating func act<Result>(
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Result
    ) throws -> Result {
        machine.now = machine.now.advanced(bySeconds: 5)
        let result = try action(&github, machine.now)
        for delivery in github.takeDeliveries(at: machine.now) {
            if let event = delivery.workflowEvent(asOf: machine.now) { machine.take(event) }
        }
        return result
    }

    private func guess(_ path: String) throws -> String? {
        let resource = try #require(Resource("/repos/octo-tools/hello-ci/\(path)"))
        guard let guess = Guess(resource) else { return nil }
        let states = machine.store.states.values.filter { (state: ObjectState) -> Bool in
            switch guess.material {
            case .nothing: false
            case .object(let id): state.id == id
            case .jobs(_, let run): state.id.kind == .job && state.runID == run
            case .runs(_, let status): state.id.kind == .run && state.status == status
            }
        }
        let remembered = states.compactMap { state in
            machine.store.bodies[state.cid].map { RememberedObject(state: state, body: $0) }
        }
        return guess.bytes(remembered).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func answer(_ path: String) -> String {
        let target = "/repos/octo-tools/hello-ci/\(path)"
        return String(decoding: github.respond(to: .get(target, token: "t"), at: machine.now).body, as: UTF8.self)
    }

    @Test mutating func whatEventsToldIsWhatGitHubAnswers() throws {
        let repository = repository
        let old = try act { try $0.startRun(.init(repository, workflow: "old.yml"), at: $1) }
        let run = try act { try $0.startRun(.init(repository), at: $1) }
        try act { github, _ in try github.openPullRequest("main", in: repository) }
        try act { try $0.advance(run: old, at: $1) }
        try act { try $0.advance(run: run, at: $1) }
        let job = try #require(github.jobs(ofRun: run).first?.id)
        let paths = [
            "actions/runs/\(run)?exclude_pull_requests=true", "actions/jobs/\(job)", "actions/runs/\(run)/jobs",
            "actions/runs/\(run)/jobs?filter=all&per_page=2", "actions/runs/\(run)/attempts/1/jobs?per_page=100",
            "actions/runs?status=queued&per_page=100", "actions/runs?status=in_progress",
            "actions/runs?status=in_progress&branch=main&exclude_pull_requests=true",
            "actions/workflows/ci.yml/runs?status=in_progress", "check-runs/\(job)/annotations",
            "actions/runs/\(run)/approvals", "actions/runs/\(run)/pending_deployments", "actions/runs/\(run)/artifacts",
        ]
        for path in paths { #expect(try guess(path) == answer(path), "\(path)") }
        try act { try $0.finish(run: run, at: $1) }
        try act { try $0.rerun(run: run, at: $1) }
        for path in ["jobs", "jobs?filter=all", "attempts/1/jobs", "attempts/2/jobs"] {
            #expect(try guess("actions/runs/\(run)/\(path)") == answer("actions/runs/\(run)/\(path)"), "\(path)")
        }
    }

    @Test(arguments: [
        "actions/runs", "actions/runs?status=completed", "actions/runs?status=queued&page=2", "actions/runs/1?x=1",
        "actions/runs/1/jobs?page=2", "actions/runs/1/attempts/1", "actions/workflows", "actions/runners", "",
    ])
    func thereIsNoGuessAtWhatEventsDoNotTell(path: String) throws {
        let resource = try #require(Resource("/repos/octo-tools/hello-ci" + (path.isEmpty ? "" : "/\(path)")))
        #expect(Guess(resource) == nil)
    }

    @Test mutating func aListThatDoesNotFitAPageIsNotGuessed() throws {
        let repository = repository
        let run = try act { try $0.startRun(.init(repository), at: $1) }
        #expect(try guess("actions/runs/\(run)/jobs?per_page=2") != nil)
        #expect(try guess("actions/runs/\(run)/jobs?per_page=1") == nil)
        #expect(try guess("actions/runs/\(run + 1)/jobs") == nil)
        #expect(try guess("actions/runs/\(run + 1)?exclude_pull_requests=true") == nil)
        #expect(try guess("actions/runs?status=queued&created=%3E2020-01-01") == nil)
    }
}
