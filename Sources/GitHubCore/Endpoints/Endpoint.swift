/// The REST resources this program knows, as GitHub's paths name them.
///
/// What a path means decides who may read it, how long it lives and which events touch it; a path that is none of these
/// passes through untouched. Paths are those of GitHub's OpenAPI description.
package enum Endpoint: Hashable, Sendable {
    /// `/repos/{owner}/{repo}`
    case repository(RepositoryName)
    /// `/orgs/{org}/repos`, `/users/{username}/repos`: the login, in lower case.
    case ownerRepositories(OwnerKind, String)
    /// `/repos/{owner}/{repo}/actions/runs`
    case runs(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/runs/{run_id}`
    case run(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}`
    case runAttempt(RepositoryName, Int64, attempt: Int64)
    /// `/repos/{owner}/{repo}/actions/runs/{run_id}/jobs`
    case runJobs(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs`
    case attemptJobs(RepositoryName, Int64, attempt: Int64)
    /// `/repos/{owner}/{repo}/actions/runs/{run_id}/…`: artifacts, timing, approvals and pending deployments.
    case runDetail(RepositoryName, Int64, RunDetail)
    /// `/repos/{owner}/{repo}/actions/jobs/{job_id}`
    case job(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/actions/workflows`
    case workflows(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/workflows/{workflow_id}`: an id or a file name, as asked for.
    case workflow(RepositoryName, String)
    /// `/repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs`
    case workflowRuns(RepositoryName, String)
    /// `/repos/{owner}/{repo}/actions/artifacts`
    case artifacts(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/runners`
    case repositoryRunners(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/runners/{runner_id}`
    case repositoryRunner(RepositoryName, Int64)
    /// `/orgs/{org}/actions/runners`: the login, in lower case.
    case organizationRunners(String)
    /// `/repos/{owner}/{repo}/check-runs/{check_run_id}`
    case checkRun(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/check-suites/{check_suite_id}` and its `check-runs`.
    case checkSuite(RepositoryName, Int64, runs: Bool)
    /// `/repos/{owner}/{repo}/commits/{ref}/check-runs` and `…/check-suites`.
    case commitChecks(RepositoryName, ref: String, suites: Bool)

    /// Whether a login is asked for as an organisation or as a user.
    package enum OwnerKind: String, Hashable, Sendable {
        case organization = "orgs"
        case user = "users"
    }

    /// The lists and objects below one run that are not jobs.
    package enum RunDetail: String, Hashable, Sendable {
        case artifacts
        case timing
        case approvals
        case pendingDeployments = "pending_deployments"
    }
}

extension Endpoint {
    /// The repository that an endpoint lies in, or nil for an owner's.
    package var repository: RepositoryName? {
        switch self {
        case .repository(let name), .runs(let name), .run(let name, _), .runAttempt(let name, _, _),
            .runJobs(let name, _), .attemptJobs(let name, _, _), .runDetail(let name, _, _), .job(let name, _),
            .workflows(let name), .workflow(let name, _), .workflowRuns(let name, _), .artifacts(let name),
            .repositoryRunners(let name), .repositoryRunner(let name, _), .checkRun(let name, _),
            .checkSuite(let name, _, _), .commitChecks(let name, _, _):
            name
        case .ownerRepositories, .organizationRunners:
            nil
        }
    }

    /// What the endpoint belongs to: its repository, or its owner.
    package var scope: Scope {
        switch self {
        case .ownerRepositories(_, let login), .organizationRunners(let login): .owner(login)
        default: repository.map(Scope.repository) ?? .owner("")
        }
    }
}
