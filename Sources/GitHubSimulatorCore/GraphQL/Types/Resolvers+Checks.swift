import GitHubCore

extension SimulatedGitHub.Graph.Resolvers {
    static func suiteField(
        _ field: String,
        _ run: SimulatedGitHub.Run,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        guard let repository = context.github.repositories[run.repositoryID] else { return .null }
        switch field {
        case "id": return .text(NodeID.make("CS", repository: repository.id, run.checkSuiteID))
        case "databaseId": return .number(Int(run.checkSuiteID))
        case "status": return .text(run.status.rawValue.uppercased())
        case "conclusion": return .text(run.conclusion?.rawValue.uppercased())
        case "createdAt": return .text(run.createdAt.rfc3339)
        case "updatedAt": return .text(run.attempt.updatedAt.rfc3339)
        case "url":
            return context.web("\(repository.name)/commit/\(run.headSHA)/checks?check_suite_id=\(run.checkSuiteID)")
        case "branch": return .object(.branch(run.branch, repository))
        case "commit": return .object(.commit(run.headSHA, repository))
        case "app":
            return .object(.record("App", ["name": .text("GitHub Actions"), "slug": .text("github-actions")]))
        case "workflowRun": return .object(.run(run))
        case "checkRuns":
            let checks = context.github.jobs(ofRun: run.id).map { Graph.Source.check($0) }
            return Graph.connection("CheckRunConnection", checks, arguments)
        default: return nil
        }
    }

    static func runField(_ field: String, _ run: SimulatedGitHub.Run, _ context: Graph.Context) -> Graph.Resolved? {
        guard let repository = context.github.repositories[run.repositoryID] else { return .null }
        return switch field {
        case "id": .text(NodeID.make("WFR", repository: repository.id, run.id))
        case "databaseId": .number(Int(run.id))
        case "runNumber": .number(Int(run.number))
        case "event": .text(run.event)
        case "createdAt": .text(run.createdAt.rfc3339)
        case "updatedAt": .text(run.attempt.updatedAt.rfc3339)
        case "url": context.web("\(repository.name)/actions/runs/\(run.id)")
        case "workflow": .object(context.github.workflows.first { $0.id == run.workflowID }.map { .workflow($0) })
        case "checkSuite": .object(.suite(run))
        default: nil
        }
    }

    static func workflowField(
        _ field: String,
        _ workflow: SimulatedGitHub.Workflow,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        guard let repository = context.github.repositories[workflow.repositoryID] else { return .null }
        switch field {
        case "id": return .text(NodeID.make("W", repository: repository.id, workflow.id))
        case "databaseId": return .number(Int(workflow.id))
        case "name": return .text(workflow.name)
        case "state": return .text(workflow.isEnabled ? "ACTIVE" : "DISABLED_MANUALLY")
        case "url": return context.web("\(repository.name)/actions/workflows/\(workflow.fileName)")
        case "createdAt": return .text(workflow.createdAt.rfc3339)
        case "updatedAt": return .text(workflow.updatedAt.rfc3339)
        case "runs":
            let runs = context.github.runIDs[repository.id, default: []].reversed()
                .compactMap { context.github.runs[$0] }.filter { $0.workflowID == workflow.id }
            return Graph.connection("WorkflowRunConnection", runs.map { .run($0) }, arguments)
        default: return nil
        }
    }

    static func checkField(
        _ field: String,
        _ job: SimulatedGitHub.Job,
        _ arguments: Graph.Arguments,
        _ context: Graph.Context
    ) -> Graph.Resolved? {
        guard let run = context.github.runs[job.runID], let repository = context.github.repositories[run.repositoryID]
        else { return .null }
        switch field {
        case "id": return .text(NodeID.make("CR", repository: repository.id, job.id))
        case "databaseId": return .number(Int(job.id))
        case "name": return .text(job.plan.name)
        case "status": return .text(job.status.rawValue.uppercased())
        case "conclusion": return .text(job.conclusion?.rawValue.uppercased())
        case "startedAt": return .text(job.startedAt.rfc3339)
        case "completedAt": return .text(job.completedAt?.rfc3339)
        case "url", "detailsUrl": return context.web("\(repository.name)/actions/runs/\(run.id)/job/\(job.id)")
        case "checkSuite": return .object(.suite(run))
        case "isRequired": return .flag(false)
        case "annotations":
            let notes = context.github.annotations[job.id, default: []].enumerated().map {
                index,
                note -> Graph.Source in
                .record(
                    "CheckAnnotation",
                    [
                        "message": .text(note.message), "path": .text(note.path), "title": .text(note.title),
                        "annotationLevel": .text(note.level.rawValue.uppercased()), "id": .text("\(index)"),
                    ]
                )
            }
            return Graph.connection("CheckAnnotationConnection", notes, arguments)
        default: return nil
        }
    }
}
