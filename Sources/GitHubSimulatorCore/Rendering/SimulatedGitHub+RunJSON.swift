import GitHubCore

extension SimulatedGitHub {
    /// A run as `GET …/actions/runs/{id}` answers it, as lists hold it and as payloads carry it: one and the same.
    func json(_ run: Run, withoutPullRequests: Bool = false) -> JSON {
        guard let repository = repositories[run.repositoryID] else { return .null }
        let api = "\(configuration.apiURL)/repos/\(repository.name)"
        let url = "\(api)/actions/runs/\(run.id)"
        let attempt = run.attempt
        let workflow = workflows.first { $0.id == run.workflowID }
        let minimal = minimalJSON(repository)
        return [
            "id": .integer(run.id), "name": .optional(workflow?.name),
            "node_id": .string(NodeID.make("WFR", repository: repository.id, run.id)),
            "head_branch": .string(run.branch), "head_sha": .string(run.headSHA), "path": .optional(workflow?.path),
            "display_title": .string(run.title), "run_number": .integer(run.number), "event": .string(run.event),
            "status": .string(attempt.status.rawValue), "conclusion": .optional(attempt.conclusion?.rawValue),
            "workflow_id": .integer(run.workflowID), "check_suite_id": .integer(run.checkSuiteID),
            "check_suite_node_id": .string(NodeID.make("CS", repository: repository.id, run.checkSuiteID)),
            "url": .string(url), "html_url": "\(configuration.webURL)/\(repository.name)/actions/runs/\(run.id)",
            "pull_requests": .array(withoutPullRequests ? [] : pullRequestsJSON(run, repository)),
            "created_at": .string(run.createdAt.rfc3339), "updated_at": .string(attempt.updatedAt.rfc3339),
            "actor": userJSON(run.actor), "run_attempt": .integer(attempt.number), "referenced_workflows": [],
            "run_started_at": .string(attempt.startedAt.rfc3339),
            "triggering_actor": userJSON(attempt.triggeringActor), "jobs_url": "\(url)/jobs",
            "logs_url": "\(url)/logs", "check_suite_url": "\(api)/check-suites/\(run.checkSuiteID)",
            "artifacts_url": "\(url)/artifacts", "cancel_url": "\(url)/cancel", "rerun_url": "\(url)/rerun",
            "previous_attempt_url": .optional(attempt.number > 1 ? "\(url)/attempts/\(attempt.number - 1)" : nil),
            "workflow_url": "\(api)/actions/workflows/\(run.workflowID)", "head_commit": commitJSON(run),
            "repository": minimal, "head_repository": minimal,
        ]
    }

    /// One attempt of a run, which differs from the run in when it was created and where its jobs and logs are.
    func json(_ run: Run, attempt number: Int, withoutPullRequests: Bool) -> JSON {
        var past = run
        past.attempts = Array(run.attempts.prefix(number))
        guard let repository = repositories[run.repositoryID] else { return .null }
        let url = "\(configuration.apiURL)/repos/\(repository.name)/actions/runs/\(run.id)/attempts/\(number)"
        return json(past, withoutPullRequests: withoutPullRequests).replacing([
            "created_at": .string(past.attempt.startedAt.rfc3339), "jobs_url": "\(url)/jobs",
            "logs_url": "\(url)/logs",
        ])
    }

    /// The commit that a run is about.
    func commitJSON(_ run: Run) -> JSON {
        let person: JSON = [
            "name": .string(run.actor), "email": "\(run.actor)@users.noreply.github.com",
        ]
        return [
            "id": .string(run.headSHA), "tree_id": .string(run.treeSHA), "message": .string(run.title),
            "timestamp": .string(run.createdAt.rfc3339), "author": person, "committer": person,
        ]
    }

    /// The pull requests that want a run's branch.
    func pullRequestsJSON(_ run: Run, _ repository: Repository) -> [JSON] {
        let url = "\(configuration.apiURL)/repos/\(repository.name)"
        let reference: JSON = [
            "id": .integer(repository.id), "url": .string(url), "name": .string(repository.name.name),
        ]
        return pullRequests[repository.id, default: []].filter { $0.branch == run.branch }.map { request in
            [
                "url": "\(url)/pulls/\(request.number)", "id": .integer(request.id), "number": .integer(request.number),
                "head": ["ref": .string(request.branch), "sha": .string(run.headSHA), "repo": reference],
                "base": ["ref": "main", "sha": .string(run.treeSHA), "repo": reference],
            ]
        }
    }
}
