import GitHubCore

extension SimulatedGitHub.Graph {
    /// Something of the model that fields are asked of.
    indirect enum Source: Sendable {
        case account(SimulatedGitHub.Account)
        case repository(SimulatedGitHub.Repository)
        case pullRequest(SimulatedGitHub.PullRequest, SimulatedGitHub.Repository)
        case branch(String, SimulatedGitHub.Repository)
        case commit(String, SimulatedGitHub.Repository)
        case blob([UInt8], SimulatedGitHub.Repository)
        case tree(String, SimulatedGitHub.Repository)
        case suite(SimulatedGitHub.Run)
        case run(SimulatedGitHub.Run)
        case workflow(SimulatedGitHub.Workflow)
        case check(SimulatedGitHub.Job)
        /// An object whose fields are known already.
        case record(String, [String: Resolved])

        /// The object type that it is.
        var typeName: String {
            switch self {
            case .account(let account): account.isOrganization ? "Organization" : "User"
            case .repository: "Repository"
            case .pullRequest: "PullRequest"
            case .branch: "Ref"
            case .commit: "Commit"
            case .blob: "Blob"
            case .tree: "Tree"
            case .suite: "CheckSuite"
            case .run: "WorkflowRun"
            case .workflow: "Workflow"
            case .check: "CheckRun"
            case .record(let name, _): name
            }
        }

        /// What tells it from others in a list.
        var key: String {
            switch self {
            case .account(let account): "\(account.id)"
            case .repository(let repository): "\(repository.id)"
            case .pullRequest(let request, _): "\(request.id)"
            case .branch(let name, _): name
            case .commit(let sha, _): sha
            case .blob, .tree: ""
            case .suite(let run): "\(run.checkSuiteID)"
            case .run(let run): "\(run.id)"
            case .workflow(let workflow): "\(workflow.id)"
            case .check(let job): "\(job.id)"
            case .record(_, let fields):
                if case .leaf(.string(let key))? = fields["name"] ?? fields["id"] { key } else { "" }
            }
        }
    }
}
