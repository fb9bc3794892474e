/// GitHub's permission that reading an endpoint of a private repository needs (a fine-grained token's permission names).
package enum PermissionFamily: String, Hashable, Sendable {
    case metadata
    case actions
    case checks
    case administration
    case organizationSelfHostedRunners = "organization_self_hosted_runners"
}

/// The types of data that have a lifetime of their own, as `CACHE_TTL_*` names them.
package enum DataType: String, Hashable, Sendable, CaseIterable {
    case repositories
    case runs
    case queue
    case runners
    case other
}

extension Endpoint {
    /// The permission that reading it needs where the repository is private.
    package var permission: PermissionFamily {
        switch self {
        case .repository, .ownerRepositories: .metadata
        case .repositoryRunners, .repositoryRunner: .administration
        case .organizationRunners: .organizationSelfHostedRunners
        case .checkRun, .checkSuite, .commitChecks: .checks
        default: .actions
        }
    }

    /// Whether every reader of a public repository gets the same bytes, so that one copy may serve them all.
    ///
    /// A repository carries its reader's `permissions`, a workflow its reader's time zone, a list of repositories only
    /// what its reader may see, and runners are for administrators: those stay with the credential that fetched them.
    package var isPublicInPublicRepository: Bool {
        switch self {
        case .runs, .run, .runAttempt, .runJobs, .attemptJobs, .job, .workflowRuns, .artifacts, .checkRun, .checkSuite,
            .commitChecks:
            true
        case .runDetail(_, _, let detail):
            detail == .artifacts
        case .repository, .ownerRepositories, .workflows, .workflow, .repositoryRunners, .repositoryRunner,
            .organizationRunners:
            false
        }
    }

    /// The type of data whose lifetime it has; run lists filtered to what waits or runs are the queue's depth.
    package func dataType(query: [QueryItem]) -> DataType {
        switch self {
        case .repository, .ownerRepositories: .repositories
        case .runs, .workflowRuns:
            query.contains { $0.name == "status" && Self.queueStatuses.contains($0.value) } ? .queue : .runs
        case .run, .runAttempt, .runJobs, .attemptJobs, .job, .runDetail: .runs
        case .repositoryRunners, .repositoryRunner, .organizationRunners: .runners
        case .workflows, .workflow, .artifacts, .checkRun, .checkSuite, .commitChecks: .other
        }
    }

    private static let queueStatuses: Set<String> = ["queued", "in_progress", "requested", "waiting", "pending"]

    /// The parameters that change the answer, with GitHub's default where it has one (OpenAPI description, August 2026).
    var parameters: [String: String?] {
        let pages: [String: String?] = ["per_page": "30", "page": "1"]
        let own: [String: String?] =
            switch self {
            case .runs, .workflowRuns:
                [
                    "actor": nil, "branch": nil, "event": nil, "status": nil, "created": nil, "head_sha": nil,
                    "check_suite_id": nil, "exclude_pull_requests": "false",
                ]
            case .run, .runAttempt: ["exclude_pull_requests": "false"]
            case .runJobs: ["filter": "latest"]
            default: [:]
            }
        return switch self {
        case .run, .runAttempt, .job, .repository, .workflow, .repositoryRunner, .checkRun: own
        default: own.merging(pages) { first, _ in first }
        }
    }
}
