import GitHubCore

extension SimulatedGitHub {
    static let runWritingRoutes: [Route] = [
        Route("POST", "actions/runs/:run/rerun", .write) { (github, call) throws(Refusal) in
            try github.rerun(github.run(of: call), call)
        },
        Route("POST", "actions/runs/:run/rerun-failed-jobs", .write) { (github, call) throws(Refusal) in
            try github.rerun(github.run(of: call), failedOnly: true, call)
        },
        Route("POST", "actions/runs/:run/cancel", .write) { (github, call) throws(Refusal) in
            try github.cancel(call)
        },
        Route("POST", "actions/runs/:run/force-cancel", .write) { (github, call) throws(Refusal) in
            try github.cancel(call)
        },
        Route("POST", "actions/runs/:run/approve", .write) { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            guard run.conclusion == .actionRequired else { throw Refusal(403, "This run is not from a fork") }
            try github.perform { (github) throws(Misuse) in try github.approve(run: run.id, at: call.now) }
            return .done(201, .object([]))
        },
        Route("POST", "actions/runs/:run/pending_deployments", .write) { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            let isApproved = try call.object().string("state") == "approved"
            let waiting = run.attempt.jobIDs.compactMap { github.jobs[$0] }.filter { $0.status == .waiting }
            try github.perform { (github) throws(Misuse) in
                if isApproved { return try github.approve(run: run.id, at: call.now) }
                for job in waiting { try github.complete(job: job.id, conclusion: .failure, at: call.now) }
            }
            let deployments = waiting.compactMap { github.jobs[$0.id]?.deployment }
            return .done(200, .array(deployments.map { github.json($0, of: run) }))
        },
        Route("DELETE", "actions/runs/:run", .write) { (github, call) throws(Refusal) in
            let run = try github.run(of: call)
            guard run.status == .completed else { throw Refusal(403, "Could not delete the workflow run") }
            try github.perform { (github) throws(Misuse) in try github.delete(run: run.id) }
            return .done(204)
        },
        Route("POST", "actions/jobs/:job/rerun", .write) { (github, call) throws(Refusal) in
            let job = try github.job(of: call)
            guard let run = github.runs[job.runID] else { throw .notFound }
            return try github.rerun(run, only: [job.plan.name], call)
        },
    ]

    private mutating func rerun(
        _ run: Run,
        failedOnly: Bool = false,
        only names: Set<String>? = nil,
        _ call: Call
    ) throws(Refusal) -> Answer {
        guard run.status == .completed else { throw Refusal(403, "This workflow is already running") }
        let actor = call.caller.token?.login
        try perform { (github) throws(Misuse) in
            try github.rerun(run: run.id, failedOnly: failedOnly, only: names, actor: actor, at: call.now)
        }
        return .done(201, .object([]))
    }

    private mutating func cancel(_ call: Call) throws(Refusal) -> Answer {
        let run = try run(of: call)
        guard run.status != .completed else {
            throw Refusal(409, "Cannot cancel a workflow run that is completed.")
        }
        try perform { (github) throws(Misuse) in try github.cancel(run: run.id, at: call.now) }
        return .done(202, .object([]))
    }

    /// Does what a call asks for; what cannot be done is refused as GitHub would.
    @discardableResult
    mutating func perform<Result>(
        _ work: (inout SimulatedGitHub) throws(Misuse) -> Result
    ) throws(Refusal) -> Result {
        do {
            return try work(&self)
        } catch {
            throw Refusal(409, "\(error)")
        }
    }
}
