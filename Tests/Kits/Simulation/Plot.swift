package import GitHubCore
package import GitHubSimulatorCore

/// What happens at GitHub, by chance: runs begin, their jobs are taken, skipped, cancelled and end, gates open, attempts
/// follow attempts.
package struct Plot: Sendable {
    private var chance: Chance
    private let runs: Int

    /// A story of so many runs at most.
    package init(_ chance: Chance, runs: Int) {
        self.chance = chance
        self.runs = runs
    }

    /// The next thing happens; gives what to call it, and what GitHub sends of it.
    package mutating func goOn(
        _ truth: inout Truth,
        at now: Timestamp
    ) -> (what: String, sent: [SimulatedGitHub.OutgoingDelivery]) {
        if truth.runs.isEmpty || truth.runs.count < runs && chance.happens(15) { return begin(&truth, at: now) }
        let id = chance.happens(70) ? truth.runs[truth.runs.count - 1] : chance.pick(truth.runs)
        guard truth.github.run(id) != nil else { return begin(&truth, at: now) }
        var what = ""
        let sent = truth.act(at: now) { what = (try? step(id, of: &$0, at: now)) ?? "run \(id) cannot do that" }
        // A pull request shows in every run of its branch.
        for run in what.contains("pull request") ? truth.runs : [id] { truth.note(run: run, at: now) }
        return (what, sent)
    }

    private mutating func begin(
        _ truth: inout Truth,
        at now: Timestamp
    ) -> (what: String, sent: [SimulatedGitHub.OutgoingDelivery]) {
        var plan = SimulatedGitHub.RunPlan(Truth.repository, jobs: ["build"])
        if chance.happens(30) { plan.jobs.append(.init("test", conclusion: .failure)) }
        if chance.happens(30) { plan.jobs.append(.init("deploy", gate: "production")) }
        if chance.happens(10) { plan.jobs = [.init("deploy", gate: "production")] }
        if chance.happens(25) { plan.branch = "dev" }
        if chance.happens(10) { plan.opening = .needsApproval }
        if chance.happens(5) { plan.opening = .startupFailure }
        var id: Int64 = 0
        let sent = truth.act(at: now) { id = (try? $0.startRun(plan, at: now)) ?? 0 }
        truth.note(run: id, at: now)
        return ("run \(id) begins (\(plan.opening), jobs \(plan.jobs.map(\.name)))", sent)
    }

    /// One step of a run's life.
    private mutating func step(_ id: Int64, of github: inout SimulatedGitHub, at now: Timestamp) throws -> String {
        let jobs = github.jobs(ofRun: id)
        let choice = chance.below(100)
        let luck = chance.next()
        func one(_ status: SimulatedGitHub.Status) -> Int64? {
            let fitting = jobs.filter { $0.status == status }
            return fitting.isEmpty ? nil : fitting[Int(luck % UInt64(fitting.count))].id
        }
        switch choice {
        case 0..<8:
            guard let job = one(.inProgress) else { break }
            try github.advanceSteps(ofJob: job, at: now)
            return "job \(job) goes on to its next step; no event says so"
        case 8..<15:
            // Skipped, or cancelled before a runner took it: no in_progress.
            guard let job = one(.queued) ?? one(.waiting) else { break }
            try github.complete(job: job, conclusion: luck % 2 == 0 ? .skipped : .cancelled, at: now)
            return "job \(job) ends without having begun"
        case 15..<20:
            guard one(.inProgress) != nil || one(.queued) == nil else { break }
            try github.complete(run: id, conclusion: .success, at: now)
            return "run \(id) ends, maybe before its last job"
        case 20..<25:
            try github.cancel(run: id, at: now)
            return "run \(id) is cancelled"
        case 25..<37:
            try github.rerun(run: id, failedOnly: luck % 2 == 0, at: now)
            return "run \(id) is run again"
        case 37..<40:
            _ = try github.openPullRequest(luck % 3 == 0 ? "dev" : "main", in: Truth.repository)
            return "a pull request is opened; no event of a run says so"
        case 40..<41:
            try github.delete(run: id)
            return "run \(id) is deleted; no event says so"
        case 41..<45:
            try github.finish(run: id, at: now)
            return "run \(id) goes through in a moment"
        default: break
        }
        if let job = one(.inProgress), github.run(id)?.status == .completed {
            try github.complete(job: job, conclusion: .success, at: now)
            return "job \(job) ends after its run"
        }
        switch try github.advance(run: id, at: now) {
        case .jobStarted(let job): return "job \(job) begins"
        case .jobCompleted(let job): return "job \(job) ends"
        case .runCompleted: return "run \(id) ends"
        case .nothing: return "run \(id) is over"
        case .blocked:
            try github.approve(run: id, at: now)
            return "run \(id) is approved"
        }
    }
}
