package import GitHubCore

extension SimulatedGitHub {
    /// What one step forward did.
    package enum Progress: Hashable, Sendable {
        /// A job was taken by a runner.
        case jobStarted(Int64)
        /// A job ended.
        case jobCompleted(Int64)
        /// The run ended.
        case runCompleted
        /// Nothing can go on before somebody approves, or a runner is free.
        case blocked
        /// The run had ended before.
        case nothing
    }

    /// Starts a run: it and its jobs are queued, and GitHub says `requested` and `queued`.
    @discardableResult
    package mutating func startRun(_ plan: RunPlan, at now: Timestamp) throws(Misuse) -> Int64 {
        let workflow = try createWorkflow(plan.workflow, in: plan.repository, at: now)
        let actor = plan.actor ?? accounts.first { !$0.isOrganization }?.login ?? "octocat"
        createAccount(actor, at: now)
        let id = makeID(.run)
        let isOver = plan.opening != .queued
        let conclusion: Conclusion? =
            switch plan.opening {
            case .queued: nil
            case .needsApproval: .actionRequired
            case .startupFailure: .startupFailure
            }
        let run = Run(
            id: id,
            repositoryID: workflow.repositoryID,
            workflowID: workflow.id,
            checkSuiteID: makeID(.suite),
            number: Int64(runs.values.count { $0.workflowID == workflow.id }) + 1,
            title: plan.title ?? "Say hello to \(plan.branch)",
            branch: plan.branch,
            headSHA: plan.headSHA ?? random.hexadecimal(digits: 40),
            treeSHA: random.hexadecimal(digits: 40),
            event: plan.event,
            actor: actor,
            createdAt: now,
            attempts: [
                Attempt(
                    number: 1,
                    startedAt: now,
                    triggeringActor: actor,
                    updatedAt: now,
                    status: isOver ? .completed : .queued,
                    conclusion: conclusion,
                    jobIDs: []
                )
            ],
            plan: plan.jobs
        )
        runIDs[run.repositoryID, default: []].append(id)
        contents[run.repositoryID]?.branches[run.branch] = run.headSHA
        keep(run, at: now)
        if plan.opening != .startupFailure { announce(run: id, action: "requested", at: now) }
        if !isOver { queueJobs(plan.jobs, of: id, at: now) }
        return id
    }

    /// Goes one step forward: each job is taken by a runner, then each job ends, then the run ends.
    @discardableResult
    package mutating func advance(run id: Int64, at now: Timestamp) throws(Misuse) -> Progress {
        let run = try find(id)
        guard run.status != .completed else { return .nothing }
        let current = run.attempt.jobIDs.compactMap { jobs[$0] }
        for job in current where job.status == .queued {
            if try start(job: job.id, at: now) { return .jobStarted(job.id) }
        }
        if let job = current.first(where: { $0.status == .inProgress }) {
            try complete(job: job.id, conclusion: job.plan.conclusion, at: now)
            return .jobCompleted(job.id)
        }
        guard current.allSatisfy({ $0.status == .completed }) else { return .blocked }
        try complete(run: id, at: now)
        return .runCompleted
    }

    /// Goes forward to the end of a run, or to where it is blocked.
    @discardableResult
    package mutating func finish(run id: Int64, at now: Timestamp) throws(Misuse) -> Progress {
        var progress = Progress.nothing
        repeat {
            progress = try advance(run: id, at: now)
        } while progress != .nothing && progress != .blocked
            && progress != .runCompleted
        return progress
    }

    /// Lets a runner take a queued job; false where no self-hosted runner with its labels is free.
    @discardableResult
    package mutating func start(job id: Int64, at now: Timestamp) throws(Misuse) -> Bool {
        var job = try findJob(id)
        guard job.status == .queued else { throw .wrongState("job \(id) is \(job.status.rawValue)") }
        var run = try find(job.runID)
        guard let runner = assign(job, of: run) else { return false }
        if run.status != .inProgress {
            run.attempt.status = .inProgress
            run.attempt.updatedAt = now
            keep(run, at: now)
            announce(run: run.id, action: "in_progress", at: now)
        }
        job.runner = runner
        job.status = .inProgress
        job.startedAt = now
        job.steps = job.plan.steps.prefix(1).map { name in
            Step(name: name, number: 1, status: .inProgress, startedAt: now)
        }
        jobs[id] = job
        announce(job: id, action: "in_progress", at: now)
        return true
    }

    /// Ends the step at hand of a running job and begins the next: REST shows it, and no event says so.
    package mutating func advanceSteps(ofJob id: Int64, at now: Timestamp) throws(Misuse) {
        var job = try findJob(id)
        guard job.status == .inProgress else { throw .wrongState("job \(id) is \(job.status.rawValue)") }
        job.endStep(.success, at: now)
        if job.steps.count < job.plan.steps.count {
            let number = job.steps.count + 1
            let name = job.plan.steps[number - 1]
            job.steps.append(Step(name: name, number: Int64(number), status: .inProgress, startedAt: now))
        }
        jobs[id] = job
    }

    /// Ends a job; from the queue too, where it was skipped or cancelled.
    package mutating func complete(job id: Int64, conclusion: Conclusion, at now: Timestamp) throws(Misuse) {
        var job = try findJob(id)
        guard job.status != .completed else { throw .wrongState("job \(id) is completed") }
        if job.status == .inProgress {
            job.endStep(conclusion, at: now)
            for number in job.steps.count..<max(job.steps.count, job.plan.steps.count) {
                let name = job.plan.steps[number]
                let end: Conclusion = conclusion == .success ? .success : .skipped
                job.steps.append(
                    Step(
                        name: name,
                        number: Int64(number) + 1,
                        status: .completed,
                        conclusion: end,
                        startedAt: now,
                        completedAt: now
                    )
                )
            }
        } else {
            job.startedAt = now
        }
        job.status = .completed
        job.conclusion = conclusion
        job.completedAt = now
        if let runner = job.runner { release(runner) }
        jobs[id] = job
        announce(job: id, action: "completed", at: now)
    }

    /// Ends a run whose jobs have ended, with the worst of their conclusions unless one is given.
    package mutating func complete(
        run id: Int64,
        conclusion: Conclusion? = nil,
        at now: Timestamp
    ) throws(Misuse) {
        var run = try find(id)
        guard run.status != .completed else { throw .wrongState("run \(id) is completed") }
        let ends = Set(latestJobs(of: run, upTo: run.attempts.count).compactMap(\.conclusion))
        let worst = [Conclusion.failure, .timedOut, .cancelled, .actionRequired].first { ends.contains($0) }
        run.attempt.conclusion = conclusion ?? worst ?? (ends == [.skipped] ? .skipped : .success)
        run.attempt.status = .completed
        run.attempt.updatedAt = now
        keep(run, at: now)
        announce(run: id, action: "completed", at: now)
    }

    /// Cancels a run: what is queued or running ends as cancelled.
    package mutating func cancel(run id: Int64, at now: Timestamp) throws(Misuse) {
        let run = try find(id)
        guard run.status != .completed else { throw .wrongState("run \(id) is completed") }
        for job in run.attempt.jobIDs.compactMap({ jobs[$0] }) where job.status != .completed {
            try complete(job: job.id, conclusion: .cancelled, at: now)
        }
        try complete(run: id, conclusion: .cancelled, at: now)
    }

    /// Runs a completed run again, all of it, its failed jobs or jobs by their names; no `requested` is sent.
    package mutating func rerun(
        run id: Int64,
        failedOnly: Bool = false,
        only names: Set<String>? = nil,
        actor: String? = nil,
        at now: Timestamp
    ) throws(Misuse) {
        var run = try find(id)
        guard run.status == .completed else { throw .wrongState("run \(id) is \(run.status.rawValue)") }
        let latest = latestJobs(of: run, upTo: run.attempts.count)
        let plans = (failedOnly ? latest.filter { $0.conclusion != .success }.map(\.plan) : run.plan)
            .filter { names?.contains($0.name) ?? true }
        run.attempts.append(
            Attempt(
                number: run.attempt.number + 1,
                startedAt: now,
                triggeringActor: actor ?? run.actor,
                updatedAt: now,
                status: .queued,
                conclusion: nil,
                jobIDs: []
            )
        )
        deletedLogs.remove(id)
        keep(run, at: now)
        queueJobs(plans, of: id, at: now)
    }

    /// Deletes a completed run with its jobs and artifacts; no event says so.
    package mutating func delete(run id: Int64) throws(Misuse) {
        let run = try find(id)
        guard run.status == .completed else { throw .wrongState("run \(id) is \(run.status.rawValue)") }
        for job in run.attempts.flatMap(\.jobIDs) {
            jobs[job] = nil
            annotations[job] = nil
        }
        artifacts.removeAll { $0.runID == id }
        runIDs[run.repositoryID]?.removeAll { $0 == id }
        formerStates[id] = nil
        deletedLogs.remove(id)
        runs[id] = nil
    }

    /// Approves the deployments that a run's jobs wait for: they are queued, with the same bodies but for the status.
    package mutating func approve(run id: Int64, at now: Timestamp) throws(Misuse) {
        var run = try find(id)
        if run.conclusion == .actionRequired { return try rerun(run: id, at: now) }
        let waiting = run.attempt.jobIDs.filter { jobs[$0]?.status == .waiting }
        guard !waiting.isEmpty else { throw .wrongState("run \(id) waits for nobody") }
        if run.status == .waiting {
            run.attempt.status = .queued
            run.attempt.updatedAt = now
            keep(run, at: now)
        }
        for job in waiting {
            jobs[job]?.status = .queued
            jobs[job]?.deployment?.updatedAt = now
            announce(job: job, action: "queued", at: now)
        }
    }
}

extension SimulatedGitHub.Job {
    /// Ends the step at hand.
    mutating func endStep(_ conclusion: SimulatedGitHub.Conclusion, at now: Timestamp) {
        guard let last = steps.indices.last, steps[last].status != .completed else { return }
        steps[last].status = .completed
        steps[last].conclusion = conclusion
        steps[last].completedAt = now
    }
}

extension SimulatedGitHub {
    /// Finds a run.
    func find(_ id: Int64) throws(Misuse) -> Run {
        guard let run = runs[id] else { throw .unknown("run \(id)") }
        return run
    }

    private func findJob(_ id: Int64) throws(Misuse) -> Job {
        guard let job = jobs[id] else { throw .unknown("job \(id)") }
        return job
    }

    /// Stores a run's new state, and remembers when it began for the lists that lag.
    private mutating func keep(_ run: Run, at now: Timestamp) {
        runs[run.id] = run
        formerStates[run.id, default: []].append(FormerState(since: now, run: run))
        let surplus = (formerStates[run.id]?.count ?? 0) - Limits.formerStates
        if surplus > 0 { formerStates[run.id]?.removeFirst(surplus) }
    }

    /// The newest job of each name among the first attempts of a run, in the order of the plan.
    func latestJobs(of run: Run, upTo attempts: Int) -> [Job] {
        let all = run.attempts.prefix(attempts).flatMap(\.jobIDs).compactMap { jobs[$0] }
        return run.plan.compactMap { plan in all.last { $0.plan.name == plan.name } }
    }

    private mutating func queueJobs(_ plans: [JobPlan], of id: Int64, at now: Timestamp) {
        guard var run = runs[id] else { return }
        var actions: [(job: Int64, action: String)] = []
        for plan in plans {
            let job = Job(
                id: makeID(.job),
                runID: id,
                attempt: run.attempt.number,
                plan: plan,
                createdAt: now,
                startedAt: now,
                status: plan.gate == nil ? .queued : .waiting,
                steps: [],
                deployment: plan.gate.map { gate in
                    Deployment(
                        id: makeID(.deployment),
                        environmentID: makeID(.deployment),
                        environment: gate,
                        createdAt: now,
                        updatedAt: now
                    )
                }
            )
            jobs[job.id] = job
            run.attempt.jobIDs.append(job.id)
            // A gated job is heard of twice, and is waiting already when GitHub says that it is queued.
            actions.append((job.id, "queued"))
            if plan.gate != nil { actions.append((job.id, "waiting")) }
        }
        if !plans.isEmpty, plans.allSatisfy({ $0.gate != nil }) { run.attempt.status = .waiting }
        keep(run, at: now)
        for (job, action) in actions { announce(job: job, action: action, at: now) }
    }

    private mutating func assign(_ job: Job, of run: Run) -> Assignment? {
        guard job.plan.labels.contains("self-hosted") else {
            let id = makeID(.hosted)
            return Assignment(id: id, name: "GitHub Actions \(id)", groupID: 0, groupName: "GitHub Actions")
        }
        let owner = repositories[run.repositoryID].flatMap { account($0.name.owner) }
        let index = runners.firstIndex { runner in
            let isNear =
                switch runner.home {
                case .repository(let id): id == run.repositoryID
                case .organization(let id): id == owner?.id
                case .app: false
                }
            return isNear && runner.isOnline && !runner.isBusy && Set(job.plan.labels).isSubset(of: runner.allLabels)
        }
        guard let index else { return nil }
        runners[index].isBusy = true
        return Assignment(id: runners[index].id, name: runners[index].name, groupID: 1, groupName: "Default")
    }

    private mutating func release(_ runner: Assignment) {
        for index in runners.indices where runners[index].id == runner.id { runners[index].isBusy = false }
    }
}
