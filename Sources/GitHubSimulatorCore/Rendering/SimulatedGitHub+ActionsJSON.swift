import GitHubCore

extension SimulatedGitHub {
    /// A workflow, with its times in its reader's time zone, as GitHub shows them.
    func json(_ workflow: Workflow, minutesEastOfUTC: Int) -> JSON {
        guard let repository = repositories[workflow.repositoryID] else { return .null }
        let api = "\(configuration.apiURL)/repos/\(repository.name)/actions/workflows/\(workflow.id)"
        let web = "\(configuration.webURL)/\(repository.name)"
        let created = workflow.createdAt.rfc3339(minutesEastOfUTC: minutesEastOfUTC)
        let updated = workflow.updatedAt.rfc3339(minutesEastOfUTC: minutesEastOfUTC)
        return [
            "id": .integer(workflow.id), "node_id": .string(NodeID.make("W", repository: repository.id, workflow.id)),
            "name": .string(workflow.name), "path": .string(workflow.path),
            "state": workflow.isEnabled ? "active" : "disabled_manually",
            "created_at": .string(created), "updated_at": .string(updated), "url": .string(api),
            "html_url": "\(web)/blob/main/\(workflow.path)",
            "badge_url": "\(web)/actions/workflows/\(workflow.fileName)/badge.svg",
        ]
    }

    /// An artifact.
    func json(_ artifact: Artifact) -> JSON {
        guard let run = runs[artifact.runID], let repository = repositories[run.repositoryID] else { return .null }
        let url = "\(configuration.apiURL)/repos/\(repository.name)/actions/artifacts/\(artifact.id)"
        let created = artifact.createdAt.rfc3339
        return [
            "id": .integer(artifact.id), "node_id": .string(NodeID.make("A", repository: repository.id, artifact.id)),
            "name": .string(artifact.name), "size_in_bytes": .integer(Int64(artifact.archive.count)),
            "url": .string(url),
            "archive_download_url": "\(url)/zip", "expired": .bool(artifact.isExpired), "created_at": .string(created),
            "updated_at": .string(created),
            "expires_at": .string(artifact.createdAt.advanced(bySeconds: 90 * 86_400).rfc3339),
            "workflow_run": [
                "id": .integer(run.id), "repository_id": .integer(repository.id),
                "head_repository_id": .integer(repository.id), "head_branch": .string(run.branch),
                "head_sha": .string(run.headSHA),
            ],
        ]
    }

    /// A self-hosted runner.
    func json(_ runner: Runner) -> JSON {
        [
            "id": .integer(runner.id), "name": .string(runner.name), "os": "linux",
            "status": runner.isOnline ? "online" : "offline", "busy": .bool(runner.isBusy),
            "labels": .array(labelsJSON(runner)), "runner_group_id": 1,
        ]
    }

    /// The labels of a runner.
    func labelsJSON(_ runner: Runner) -> [JSON] {
        runner.allLabels.enumerated().map { index, label in
            [
                "id": .integer(Int64(index) + 1), "name": .string(label),
                "type": runner.labels.contains(label) ? "custom" : "read-only",
            ]
        }
    }
}

extension Timestamp {
    /// The moment with milliseconds and the offset of a time zone, `Z` for none.
    fileprivate func rfc3339(minutesEastOfUTC offset: Int) -> String {
        let local = advanced(bySeconds: offset * 60).rfc3339.dropLast()
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        guard offset != 0 else { return "\(local).000Z" }
        return "\(local).000\(offset < 0 ? "-" : "+")\(two(abs(offset) / 60)):\(two(abs(offset) % 60))"
    }
}
