import GitHubCore

/// Actions reports each job as a check run, and each run as a check suite.
extension SimulatedGitHub {
    /// A check run as `GET …/check-runs/{id}` answers it; payloads hold its suite whole.
    func checkJSON(_ job: Job, withSuite: Bool = false) -> JSON {
        guard let run = runs[job.runID], let repository = repositories[run.repositoryID] else { return .null }
        let url = "\(configuration.apiURL)/repos/\(repository.name)/check-runs/\(job.id)"
        let page = "\(configuration.webURL)/\(repository.name)/actions/runs/\(run.id)/job/\(job.id)"
        let count = annotations[job.id, default: []].count
        // Payloads know no check run that waits for a reviewer.
        let status = withSuite && job.status == .waiting ? Status.queued : job.status
        return [
            "id": .integer(job.id), "name": .string(job.plan.name),
            "node_id": .string(NodeID.make("CR", repository: repository.id, job.id)), "head_sha": .string(run.headSHA),
            "external_id": .string(Self.objectID("check", "\(job.id)")), "url": .string(url),
            "html_url": .string(page), "details_url": .string(page), "status": .string(status.rawValue),
            "conclusion": .optional(job.conclusion?.rawValue), "started_at": .string(job.startedAt.rfc3339),
            "completed_at": .optional(job.completedAt?.rfc3339),
            "output": [
                "title": nil, "summary": nil, "text": nil, "annotations_count": .integer(Int64(count)),
                "annotations_url": "\(url)/annotations",
            ],
            "check_suite": withSuite ? bareSuiteJSON(run) : ["id": .integer(run.checkSuiteID)], "app": actionsAppJSON(),
            "pull_requests": .array(pullRequestsJSON(run, repository)),
        ]
    }

    /// What is the same in every form of a check suite.
    private func bareSuiteJSON(_ run: Run) -> JSON {
        guard let repository = repositories[run.repositoryID] else { return .null }
        let url = "\(configuration.apiURL)/repos/\(repository.name)/check-suites/\(run.checkSuiteID)"
        return [
            "id": .integer(run.checkSuiteID),
            "node_id": .string(NodeID.make("CS", repository: repository.id, run.checkSuiteID)),
            "head_branch": .string(run.branch), "head_sha": .string(run.headSHA),
            "status": .string(run.status.rawValue), "conclusion": .optional(run.conclusion?.rawValue),
            "url": .string(url), "before": .string(String(repeating: "0", count: 40)), "after": .string(run.headSHA),
            "pull_requests": .array(pullRequestsJSON(run, repository)), "app": actionsAppJSON(),
            "created_at": .string(run.createdAt.rfc3339), "updated_at": .string(run.attempt.updatedAt.rfc3339),
        ]
    }

    /// A check suite as `GET …/check-suites/{id}` answers it.
    func suiteJSON(_ run: Run) -> JSON {
        guard let repository = repositories[run.repositoryID] else { return .null }
        let url = "\(configuration.apiURL)/repos/\(repository.name)/check-suites/\(run.checkSuiteID)"
        return bareSuiteJSON(run).adding([
            .init("rerequestable", true), .init("runs_rerequestable", false),
            .init("latest_check_runs_count", .integer(Int64(jobs(ofRun: run.id).count))),
            .init("check_runs_url", "\(url)/check-runs"), .init("head_commit", commitJSON(run)),
            .init("repository", minimalJSON(repository)),
        ])
    }

    /// What a check says about a file.
    func json(_ annotation: Annotation, of run: Run) -> JSON {
        guard let repository = repositories[run.repositoryID] else { return .null }
        let line = JSON.integer(annotation.line)
        return [
            "path": .string(annotation.path),
            "blob_href": "\(configuration.webURL)/\(repository.name)/blob/\(run.headSHA)/\(annotation.path)",
            "start_line": line, "start_column": nil, "end_line": line, "end_column": nil,
            "annotation_level": .string(annotation.level.rawValue), "title": .string(annotation.title ?? ""),
            "message": .string(annotation.message), "raw_details": "",
        ]
    }

    /// The App that Actions is to the checks API.
    private func actionsAppJSON() -> JSON {
        let owner = Account(
            id: 9_919,
            login: "github",
            isOrganization: true,
            createdAt: Timestamp(milliseconds: 1_210_000_000_000)
        )
        return [
            "id": 15_368, "client_id": "Iv1.05c79e9ad1f6bdfa", "slug": "github-actions", "node_id": "MDM6QXBwMTUzNjg=",
            "owner": json(owner), "name": "GitHub Actions",
            "description": "Automate your workflow from idea to production",
            "external_url": "https://help.github.com/en/actions",
            "html_url": "\(configuration.webURL)/apps/github-actions", "created_at": "2018-07-30T09:30:17Z",
            "updated_at": "2025-03-07T16:35:00Z",
            "permissions": ["actions": "write", "checks": "write", "contents": "write", "metadata": "read"],
            "events": ["check_run", "check_suite", "push", "workflow_dispatch", "workflow_run"],
        ]
    }
}
