import GitHubCore

extension SimulatedGitHub {
    /// A job as `GET …/actions/jobs/{id}` answers it, as lists hold it and as payloads carry it.
    func json(_ job: Job) -> JSON {
        guard let run = runs[job.runID], let repository = repositories[run.repositoryID] else { return .null }
        let api = "\(configuration.apiURL)/repos/\(repository.name)"
        let web = "\(configuration.webURL)/\(repository.name)"
        let workflow = workflows.first { $0.id == run.workflowID }
        return [
            "id": .integer(job.id), "run_id": .integer(run.id), "workflow_name": .optional(workflow?.name),
            "head_branch": .string(run.branch), "run_url": "\(api)/actions/runs/\(run.id)",
            "run_attempt": .integer(job.attempt),
            "node_id": .string(NodeID.make("CR", repository: repository.id, job.id)),
            "head_sha": .string(run.headSHA), "url": "\(api)/actions/jobs/\(job.id)",
            "html_url": "\(web)/actions/runs/\(run.id)/job/\(job.id)", "status": .string(job.status.rawValue),
            "conclusion": .optional(job.conclusion?.rawValue), "created_at": .string(job.createdAt.rfc3339),
            "started_at": .string(job.startedAt.rfc3339), "completed_at": .optional(job.completedAt?.rfc3339),
            "name": .string(job.plan.name), "steps": .array(job.steps.map { json($0) }),
            "check_run_url": "\(api)/check-runs/\(job.id)", "labels": .array(job.plan.labels.map { .string($0) }),
            "runner_id": .optional(job.runner?.id), "runner_name": .optional(job.runner?.name),
            "runner_group_id": .optional(job.runner?.groupID),
            "runner_group_name": .optional(job.runner?.groupName),
        ]
    }

    private func json(_ step: Step) -> JSON {
        [
            "name": .string(step.name), "status": .string(step.status.rawValue),
            "conclusion": .optional(step.conclusion?.rawValue), "number": .integer(step.number),
            "started_at": .optional(step.startedAt?.rfc3339), "completed_at": .optional(step.completedAt?.rfc3339),
        ]
    }

    /// The deployment beside a gated job in a payload.
    func json(_ deployment: Deployment, of run: Run) -> JSON {
        guard let repository = repositories[run.repositoryID] else { return .null }
        let api = "\(configuration.apiURL)/repos/\(repository.name)"
        let url = "\(api)/deployments/\(deployment.id)"
        return [
            "url": .string(url), "id": .integer(deployment.id),
            "node_id": .string(NodeID.make("DE", repository: repository.id, deployment.id)), "task": "deploy",
            "original_environment": .string(deployment.environment), "environment": .string(deployment.environment),
            "description": nil, "created_at": .string(deployment.createdAt.rfc3339),
            "updated_at": .string(deployment.updatedAt.rfc3339), "statuses_url": "\(url)/statuses",
            "repository_url": .string(api), "creator": userJSON(run.actor), "sha": .string(run.headSHA),
            "ref": .string(run.branch), "payload": .object([]), "transient_environment": false,
            "production_environment": false, "performed_via_github_app": nil,
        ]
    }

    /// A deployment that waits for a reviewer, as `…/pending_deployments` lists it.
    func pendingJSON(_ deployment: Deployment, of run: Run) -> JSON {
        guard let repository = repositories[run.repositoryID] else { return .null }
        let name = deployment.environment
        let path = "\(repository.name)/environments/\(PercentEncoding.segment(name))"
        let activity = "\(repository.name)/deployments/activity_log?environments_filter=\(PercentEncoding.query(name))"
        return [
            "environment": [
                "id": .integer(deployment.environmentID),
                "node_id": .string(NodeID.make("EN", repository: repository.id, deployment.environmentID)),
                "name": .string(name), "url": "\(configuration.apiURL)/repos/\(path)",
                "html_url": "\(configuration.webURL)/\(activity)",
            ],
            "wait_timer": 0, "wait_timer_started_at": .string(deployment.createdAt.rfc3339),
            "current_user_can_approve": true, "reviewers": [],
        ]
    }
}
