import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Simulation
import Testing

/// The rules of invariant 2, one by one: what a reader is served after deliveries that came as they should not.
struct OrderRuleTests {
    private var truth: Truth
    private var machine: Machine
    private let base = "/repos/\(Truth.repository.canonical)/actions"

    init() throws {
        truth = try Truth(seed: 1, lag: 0)
        _ = try truth.hook()
        machine = Machine(now: Truth.start)
    }

    /// Something happens at GitHub a while later; gives what it sends.
    private mutating func act(
        after seconds: Int = 5,
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) rethrows -> [Letter] {
        machine.now = machine.now.advanced(bySeconds: seconds)
        let now = machine.now
        return try truth.act(at: now) { try action(&$0, now) }.map { Letter($0) }
    }

    private mutating func start(_ jobs: [SimulatedGitHub.JobPlan] = ["build"]) throws -> (run: Int64, [Letter]) {
        var run: Int64 = 0
        let sent = try act { run = try $0.startRun(.init(Truth.repository, jobs: jobs), at: $1) }
        return (run, sent)
    }

    private mutating func advance(_ run: Int64) throws -> [Letter] {
        try act { try $0.advance(run: run, at: $1) }
    }

    private mutating func take(_ letters: some Sequence<Letter>) throws {
        for letter in letters { machine.take(try #require(letter.workflowEvent(asOf: machine.now))) }
    }

    /// A reader asks GitHub through the machine.
    @discardableResult
    private mutating func fetch(_ path: String) -> Entry? {
        let question = machine.question(World.key("\(base)/\(path)"), source: .upstream, isRead: true)
        let validator = question.held.map { Validator(body: question.body, etag: $0.headers.etag) }
        let request = OriginRequest(question.key.representation, validator: validator, priority: .read)
        let result = truth.answer(request, at: machine.now)
        machine.take(result, to: question)
        return machine.store.entries[question.key]
    }

    private func status(_ path: String) -> String? {
        guard let stored = machine.store.answer("\(base)/\(path)") else { return nil }
        return (try? JSONObject(stored.body.bytes))?.string("status")
    }

    private func job(of run: Int64) throws -> Int64 { try #require(truth.github.jobs(ofRun: run).first?.id) }

    /// The statuses that a list shows, and how far it is trusted.
    private func list(_ path: String) -> (statuses: [String], standing: Standing)? {
        guard let (entry, body) = machine.store.answer("\(base)/\(path)"),
            let envelope = try? JSONObject(body.bytes)
        else { return nil }
        let objects = envelope.objects("workflow_runs") + envelope.objects("jobs")
        return (objects.compactMap { $0.string("status") }, entry.standing)
    }

    @Test mutating func theEndOfARunStandsAgainstWhatCameBefore() throws {
        let (run, begun) = try start()
        let rest = try advance(run) + advance(run) + advance(run)
        try take((begun + rest).reversed())
        #expect(status("runs/\(run)") == "completed")
        #expect(status("jobs/\(try job(of: run))") == "completed")
    }

    @Test mutating func aNewAttemptReopensARunAndTheEndOfTheEarlierDoesNotCloseIt() throws {
        let (run, begun) = try start()
        let first = try advance(run) + advance(run) + advance(run)
        let again = try act { try $0.rerun(run: run, at: $1) } + advance(run)
        let end = try #require(first.last)
        try take(begun + first.dropLast() + again + [end])
        #expect(status("runs/\(run)") == "in_progress")
    }

    /// No `requested` is sent for a re-run: its jobs are its first sign.
    @Test mutating func theFirstJobOfANewAttemptMakesTheEndedRunWrong() throws {
        let (run, begun) = try start()
        try take(begun + advance(run) + advance(run) + advance(run))
        fetch("runs?status=completed")
        try take(try act { try $0.rerun(run: run, at: $1) })
        #expect(machine.store.answer("\(base)/runs/\(run)")?.entry.standing == .invalid)
        #expect(list("runs?status=completed")?.standing == .invalid)
    }

    /// Only its own attempt shows it: the run itself has gone on.
    @Test mutating func theLateEndOfAnEarlierAttemptMakesThatAttemptsAnswerWrong() throws {
        let (run, begun) = try start()
        try take(begun + advance(run))
        let end = try advance(run) + act { try $0.complete(run: run, at: $1) }
        machine.now = machine.now.advanced(bySeconds: -5)
        fetch("runs/\(run)/attempts/1")
        machine.now = machine.now.advanced(bySeconds: 5)
        try take(try act { try $0.rerun(run: run, at: $1) } + advance(run) + end)
        #expect(status("runs/\(run)") == "in_progress")
        #expect(machine.store.answer("\(base)/runs/\(run)/attempts/1")?.entry.standing == .invalid)
    }

    @Test mutating func aJobWithoutAnUpdateStampIsOrderedByWhatDidChange() throws {
        let (run, begun) = try start()
        let (taken, ended) = (try advance(run), try advance(run))
        let job = try job(of: run)
        try take(taken + begun)
        #expect(status("jobs/\(job)") == "in_progress")
        try take(ended + taken + begun)
        #expect(status("jobs/\(job)") == "completed")
    }

    /// queued, waiting, queued: the bodies differ in nothing but the status.
    @Test func aDeploymentGateEndsInTheQueueInWhateverOrderItIsToldOf() throws {
        for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0], [2, 0, 1, 1], [0, 2, 1], [1, 0, 2]] {
            var scene = try OrderRuleTests()
            let (run, begun) = try scene.start([.init("deploy", gate: "production")])
            let gate = begun.filter { $0.event == "workflow_job" }
            let opened = try scene.act { try $0.approve(run: run, at: $1) }
            let told = gate + opened.filter { $0.event == "workflow_job" }
            #expect(told.count == 3)
            try scene.take(order.map { told[$0] })
            #expect(scene.status("jobs/\(try scene.job(of: run))") == "queued", "order \(order)")
        }
    }

    /// Skipped and cancelled jobs are never in progress, and a run may end without having begun.
    @Test mutating func anEndNeedsNeitherRequestedNorInProgress() throws {
        let (run, _) = try start()
        let job = try job(of: run)
        try take(
            try act {
                try $0.complete(job: job, conclusion: .skipped, at: $1)
                try $0.complete(run: run, at: $1)
            }
        )
        #expect(status("jobs/\(job)") == "completed")
        #expect(status("runs/\(run)") == "completed")
    }

    @Test mutating func aRunMayEndBeforeItsLastJob() throws {
        let (run, begun) = try start()
        let job = try job(of: run)
        try take(begun + advance(run))
        try take(try act { try $0.complete(run: run, conclusion: .success, at: $1) })
        #expect(status("runs/\(run)") == "completed")
        #expect(status("jobs/\(job)") == "in_progress")
        try take(try act { try $0.complete(job: job, conclusion: .success, at: $1) })
        #expect(status("runs/\(run)") == "completed")
        #expect(status("jobs/\(job)") == "completed")
    }

    @Test mutating func jobsMayBeToldOfBeforeTheirRun() throws {
        let (run, begun) = try start()
        let taken = try advance(run)
        let told = begun + taken
        try take(told.filter { $0.event == "workflow_job" } + told.filter { $0.event == "workflow_run" })
        #expect(status("runs/\(run)") == "in_progress")
        #expect(status("jobs/\(try job(of: run))") == "in_progress")
    }

    /// Completed, and yet not over: a maintainer's approval begins the next attempt.
    @Test mutating func aRunThatAwaitsApprovalGoesOn() throws {
        var run: Int64 = 0
        let asked = try act {
            run = try $0.startRun(.init(Truth.repository, jobs: ["build"], opening: .needsApproval), at: $1)
        }
        let gone = try act { try $0.approve(run: run, at: $1) } + advance(run)
        try take(gone + asked)
        #expect(status("runs/\(run)") == "in_progress")
    }

    @Test mutating func aDelayedListNeverTakesAReaderBack() throws {
        truth.github.configuration.listLag = 60_000
        let (run, begun) = try start()
        machine.now = machine.now.advanced(bySeconds: 120)
        try take(begun + advance(run))
        fetch("runs?status=queued")
        // GitHub lists it as queued still, where it has no place any more.
        #expect(list("runs?status=queued")?.statuses == [])
        #expect(list("runs?status=queued")?.standing == .unconfirmed)
        #expect(machine.freshness.wakeAt != nil)
    }

    /// Of what is known to be wrong readers are served while GitHub is away, and no older state then.
    @Test mutating func aListThatIsWrongStillShowsTheNewestStatesOfWhatItNames() throws {
        let (first, _) = try start()
        let (second, _) = try start()
        fetch("runs?per_page=1")
        fetch("runs/\(second)/jobs?per_page=1")
        #expect(list("runs?per_page=1")?.statuses == ["queued"])
        // What the page shows has left its filter, or pushed others: only GitHub knows.
        fetch("runs?per_page=1&status=queued")
        try take(try advance(second))
        let page = try #require(list("runs?per_page=1&status=queued"))
        #expect(page.standing == .invalid)
        #expect(page.statuses == ["in_progress"])
        // And what comes after that, too.
        try take(try advance(second) + advance(second) + advance(first))
        #expect(list("runs?per_page=1&status=queued")?.statuses == ["completed"])
        #expect(list("runs?per_page=1&status=queued")?.standing == .invalid)
    }

    /// gh asks for runs without their pull requests: what it is shown holds for the other forms, too.
    @Test mutating func aRunSeenWithoutItsPullRequestsIsRemembered() throws {
        _ = try truth.act(at: machine.now) { _ = try $0.openPullRequest("main", in: Truth.repository) }
        let (run, begun) = try start()
        try take(begun)
        fetch("runs?branch=main")
        _ = try advance(run)
        fetch("runs/\(run)?exclude_pull_requests=true")
        #expect(status("runs/\(run)?exclude_pull_requests=true") == "in_progress")
        #expect(list("runs?branch=main")?.statuses == ["in_progress"])
        let shown = try #require(machine.store.answer("\(base)/runs?branch=main")?.body.bytes)
        let object = try JSONObject(shown).objects("workflow_runs").first
        #expect(object?.objects("pull_requests").count == 1)
        // Which those are now was not told.
        #expect(list("runs?branch=main")?.standing == .invalid)
        #expect(machine.store.answer("\(base)/runs/\(run)")?.entry.standing == .invalid)
    }

    /// An event makes it wrong that is not stored yet: the question was asked before.
    @Test mutating func anAnswerToAQuestionFromBeforeAnEventIsNotTrusted() throws {
        let (run, begun) = try start()
        let path = "runs/\(run)/attempts/1"
        let question = machine.question(World.key("\(base)/\(path)"), source: .upstream, isRead: true)
        let request = OriginRequest(question.key.representation, validator: nil, priority: .read)
        let answer = truth.answer(request, at: machine.now)
        try take(begun + advance(run))
        machine.take(answer, to: question)
        #expect(status(path) == "queued")
        #expect(machine.store.answer("\(base)/\(path)")?.entry.standing == .invalid)
    }

    /// The run stands on the first page, and has pushed another one onto this.
    @Test mutating func aPageThatARunOvertookIsNotTrusted() throws {
        let (_, _) = try start()
        let path = "runs?page=2&per_page=1"
        let question = machine.question(World.key("\(base)/\(path)"), source: .upstream, isRead: true)
        let answer = truth.answer(
            OriginRequest(question.key.representation, validator: nil, priority: .read),
            at: machine.now
        )
        try take(start().1)
        machine.take(answer, to: question)
        #expect(list(path)?.standing == .invalid)
    }
}
