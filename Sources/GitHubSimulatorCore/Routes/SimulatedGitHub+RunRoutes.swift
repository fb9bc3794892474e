import GitHubCore

extension SimulatedGitHub {
    static let runRoutes: [Route] = [
        Route("GET", "actions/runs") { (github, call) throws(Refusal) in
            try github.runList(call, workflow: nil)
        },
        Route("GET", "actions/runs/:run") { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            return .json(github.json(run, withoutPullRequests: RunFilter(call).excludesPullRequests))
        },
        Route("GET", "actions/runs/:run/attempts/:attempt") { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            let number = try github.attempt(of: call, run)
            let bare = RunFilter(call).excludesPullRequests
            return .json(github.json(run, attempt: number, withoutPullRequests: bare))
        },
        Route("GET", "actions/runs/:run/attempts/:attempt/jobs") { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            let number = try github.attempt(of: call, run)
            return github.jobList(github.latestJobs(of: run, upTo: number), call)
        },
        Route("GET", "actions/runs/:run/jobs") { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            guard call.parameter("filter") == "all" else {
                return github.jobList(github.latestJobs(of: run, upTo: run.attempts.count), call)
            }
            return github.jobList(run.attempts.flatMap(\.jobIDs).compactMap { github.jobs[$0] }, call)
        },
        Route("GET", "actions/runs/:run/artifacts") { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            return github.artifactList(github.artifacts.filter { $0.runID == run.id }, call)
        },
        Route("GET", "actions/runs/:run/timing") { (github, call) throws(Refusal) in
            let attempt = try github.run(of: call).attempt
            let duration = max(0, attempt.updatedAt.milliseconds(since: attempt.startedAt))
            return .json(["billable": .object([]), "run_duration_ms": .integer(duration)])
        },
        Route("GET", "actions/runs/:run/approvals") { (github, call) throws(Refusal) in
            _ = try github.run(of: call)
            return .json([])
        },
        Route("GET", "actions/runs/:run/pending_deployments") { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            let waiting = run.attempt.jobIDs.compactMap { github.jobs[$0] }.filter { $0.status == .waiting }
            return .json(.array(waiting.compactMap(\.deployment).map { github.pendingJSON($0, of: run) }))
        },
        Route("GET", "actions/runs/:run/logs", .credential) { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            return try github.logLink(run, attempt: run.attempts.count, call)
        },
        Route("GET", "actions/runs/:run/attempts/:attempt/logs", .credential) { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            return try github.logLink(run, attempt: github.attempt(of: call, run), call)
        },
        Route("DELETE", "actions/runs/:run/logs", .write) { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            guard run.status == .completed else { throw Refusal(403, "Could not delete the logs of a running run") }
            github.deletedLogs.insert(run.id)
            return .done(204)
        },
    ]

    static let jobRoutes: [Route] = [
        Route("GET", "actions/jobs/:job") { (github, call) throws(Refusal) in
            .json(github.json(try github.job(of: call)))
        },
        Route("GET", "actions/jobs/:job/logs", .credential) { (github, call) throws(Refusal) in
            let job = try github.job(of: call)
            guard job.status == .completed, !github.deletedLogs.contains(job.runID) else { throw .notFound }
            return github.signedLink(["jobs", "\(job.id)", "job-logs.txt"], type: "text/plain", call)
        },
    ]

    /// A page of runs, the newest first; what is filtered comes from the index, which may lag.
    func runList(_ call: Call, workflow: Workflow?) throws(Refusal) -> Answer {
        let repository = try repository(of: call)
        let filter = RunFilter(call)
        let moment = filter.isSearch ? call.now.advanced(byMilliseconds: -configuration.listLag) : call.now
        let found = (runIDs[repository.id] ?? []).reversed().compactMap { state(ofRun: $0, at: moment) }.filter { run in
            filter.accepts(run) && (workflow.map { $0.id == run.workflowID } ?? true)
        }
        let reachable = filter.isSearch ? Limits.filteredResults : Int.max
        let (runs, link) = page(found, of: call, reachable: reachable)
        let elements = runs.map { json($0, withoutPullRequests: filter.excludesPullRequests) }
        return .json(["total_count": .integer(Int64(found.count)), "workflow_runs": .array(elements)], link: link)
    }

    private func state(ofRun id: Int64, at moment: Timestamp) -> Run? {
        guard let states = formerStates[id] else { return nil }
        if let state = states.last(where: { $0.since <= moment }) { return state.run }
        // The oldest states of a long life are forgotten; a run that is older than they are was still there.
        return states.count == Limits.formerStates ? states.first?.run : nil
    }

    /// Where the logs of an attempt are; there are none before it ends, nor after they were deleted.
    private func logLink(_ run: Run, attempt: Int, _ call: Call) throws(Refusal) -> Answer {
        guard run.attempts[attempt - 1].status == .completed, !deletedLogs.contains(run.id) else { throw .notFound }
        return signedLink(["runs", "\(run.id)", "\(attempt)", "logs.zip"], type: "application/zip", call)
    }

    private func jobList(_ jobs: [Job], _ call: Call) -> Answer {
        let (elements, link) = page(jobs, of: call)
        let body: JSON = [
            "total_count": .integer(Int64(jobs.count)), "jobs": .array(elements.map { json($0) }),
        ]
        return .json(body, link: link)
    }

    private func attempt(of call: Call, _ run: Run) throws(Refusal) -> Int {
        let number = try call.number("attempt")
        guard (1...Int64(run.attempts.count)).contains(number) else { throw .notFound }
        return Int(number)
    }

    /// The job in a call's path, if it is the repository's.
    func job(of call: Call) throws(Refusal) -> Job {
        let repository = try repository(of: call)
        guard let job = try jobs[call.number("job")], runs[job.runID]?.repositoryID == repository.id else {
            throw .notFound
        }
        return job
    }
}
