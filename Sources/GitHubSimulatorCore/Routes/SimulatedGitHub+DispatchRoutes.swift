import GitHubCore

extension SimulatedGitHub {
    static let dispatchRoutes: [Route] = [
        Route("POST", "actions/workflows/:workflow/dispatches", .write) { (github, call) throws(Refusal) in
            try github.dispatch(call)
        },
        Route("PUT", "actions/workflows/:workflow/enable", .write) { (github, call) throws(Refusal) in
            try github.enable(call, true)
        },
        Route("PUT", "actions/workflows/:workflow/disable", .write) { (github, call) throws(Refusal) in
            try github.enable(call, false)
        },
        Route("GET", "actions/workflows/:workflow/timing") { (github, call) throws(Refusal) in
            _ = try github.workflow(of: call)
            return .json(["billable": .object([])])
        },
    ]

    private mutating func dispatch(_ call: Call) throws(Refusal) -> Answer {
        let workflow = try workflow(of: call)
        let repository = try repository(of: call)
        let body = try call.object()
        guard let reference = body.string("ref") else {
            throw Refusal(422, "Invalid request.\n\n\"ref\" wasn't supplied.")
        }
        guard workflow.isEnabled else {
            throw Refusal(422, "Cannot trigger a 'workflow_dispatch' on a disabled workflow")
        }
        guard let inputs = workflow.inputs else {
            throw Refusal(422, "Workflow does not have 'workflow_dispatch' trigger")
        }
        guard let head = commit(at: reference, in: repository) else {
            throw Refusal(422, "No ref found for: \(reference)")
        }
        let given = Set((try? JSON(parsing: call.request.body))?["inputs"]?.keys ?? [])
        let strangers = given.subtracting(inputs.map(\.name)).sorted()
        guard strangers.isEmpty else {
            let names = strangers.map { "\"\($0)\"" }.joined(separator: ", ")
            throw Refusal(422, "Unexpected inputs provided: [\(names)]")
        }
        if let missing = inputs.first(where: { $0.isRequired && $0.fallback == nil && !given.contains($0.name) }) {
            throw Refusal(422, "Required input '\(missing.name)' not provided")
        }
        let last = runIDs[repository.id]?.reversed().compactMap { runs[$0] }.first { $0.workflowID == workflow.id }
        let plan = RunPlan(
            repository.name,
            workflow: workflow.path,
            event: "workflow_dispatch",
            branch: reference.removingPrefix("refs/heads/"),
            headSHA: head.sha,
            actor: call.caller.token?.login,
            title: workflow.name,
            jobs: last?.plan ?? ["build"]
        )
        try perform { (github) throws(Misuse) in try github.startRun(plan, at: call.now) }
        return .done(204)
    }

    private mutating func enable(_ call: Call, _ isEnabled: Bool) throws(Refusal) -> Answer {
        setEnabled(isEnabled, workflow: try workflow(of: call).id, at: call.now)
        return .done(204)
    }
}
