/// The REST resources this program knows, as GitHub's paths name them, and GraphQL's queries.
///
/// What a path means decides who may read it, how long it lives and which events touch it: ``row`` tells. A path that is
/// none of these passes through untouched: what is secret or short-lived (hooks and their deliveries, tokens, logs,
/// archives, runner downloads), what is live (`/rate_limit`), and what nobody polls.
package enum Endpoint: Hashable, Sendable {
    /// `/repos/{owner}/{repo}`
    case repository(RepositoryName)
    /// `/orgs/{org}`: the login, in lower case, as in all cases.
    case organization(String)
    /// `/orgs/{org}/repos`, `/users/{username}/repos`
    case ownerRepositories(OwnerKind, String)
    /// `/user/repos`, `/installation/repositories`: what the credential itself reaches.
    case ownRepositories(OwnList)
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
    /// `/repos/{owner}/{repo}/actions/workflows/{workflow_id}/timing`
    case workflowTiming(RepositoryName, String)
    /// `/repos/{owner}/{repo}/actions/artifacts`
    case artifacts(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/artifacts/{artifact_id}`
    case artifact(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/actions/caches`
    case caches(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/cache/usage`
    case cacheUsage(RepositoryName)
    /// `/orgs/{org}/actions/cache/usage` and `…/usage-by-repository`
    case organizationCacheUsage(String, byRepository: Bool)
    /// `/repos/{owner}/{repo}/actions/runners`
    case repositoryRunners(RepositoryName)
    /// `/repos/{owner}/{repo}/actions/runners/{runner_id}`
    case repositoryRunner(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/actions/runners/{runner_id}/labels`
    case repositoryRunnerLabels(RepositoryName, Int64)
    /// `/orgs/{org}/actions/runners`
    case organizationRunners(String)
    /// `/orgs/{org}/actions/runners/{runner_id}`
    case organizationRunner(String, Int64)
    /// `/orgs/{org}/actions/runners/{runner_id}/labels`
    case organizationRunnerLabels(String, Int64)
    /// `/repos/{owner}/{repo}/check-runs/{check_run_id}`
    case checkRun(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/check-runs/{check_run_id}/annotations`
    case checkRunAnnotations(RepositoryName, Int64)
    /// `/repos/{owner}/{repo}/check-suites/{check_suite_id}` and its `check-runs`.
    case checkSuite(RepositoryName, Int64, runs: Bool)
    /// `/repos/{owner}/{repo}/commits/{ref}/check-runs` and `…/check-suites`.
    case commitChecks(RepositoryName, ref: String, suites: Bool)
    /// `/repos/{owner}/{repo}/commits/{ref}/status` and `…/statuses`.
    case commitStatus(RepositoryName, ref: String, list: Bool)

    /// `/repos/{owner}/{repo}/readme`
    case readme(RepositoryName)

    /// A query that was posted to `/graphql`; no request of a client's names it by a path.
    case graphQL(GraphQL.Digest)

    /// Whether a login is asked for as an organisation or as a user.
    package enum OwnerKind: String, Hashable, Sendable {
        case organization = "orgs"
        case user = "users"
    }

    /// The lists of what a credential itself reaches.
    package enum OwnList: String, Hashable, Sendable {
        case user = "user/repos"
        case installation = "installation/repositories"
    }

    /// The lists and objects below one run that are not jobs.
    package enum RunDetail: String, Hashable, Sendable, CaseIterable {
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
            .workflows(let name), .workflow(let name, _), .workflowRuns(let name, _), .workflowTiming(let name, _),
            .artifacts(let name), .artifact(let name, _), .caches(let name), .cacheUsage(let name),
            .repositoryRunners(let name), .repositoryRunner(let name, _), .repositoryRunnerLabels(let name, _),
            .checkRun(let name, _), .checkRunAnnotations(let name, _), .checkSuite(let name, _, _),
            .commitChecks(let name, _, _), .commitStatus(let name, _, _), .readme(let name):
            name
        case .organization, .ownerRepositories, .ownRepositories, .organizationCacheUsage, .organizationRunners,
            .organizationRunner, .organizationRunnerLabels, .graphQL:
            nil
        }
    }

    /// What the endpoint belongs to: its repository, or its owner.
    ///
    /// The owner with the empty name stands for the credential itself, whose own lists and queries name nobody.
    package var scope: Scope {
        switch self {
        case .organization(let login), .ownerRepositories(_, let login), .organizationCacheUsage(let login, _),
            .organizationRunners(let login), .organizationRunner(let login, _), .organizationRunnerLabels(let login, _):
            .owner(login)
        default: repository.map(Scope.repository) ?? .owner("")
        }
    }
}

extension Endpoint {
    /// The id of the run, job or check that the answer is about alone; nil for what may tell of any.
    package var subjectID: Int64? {
        switch self {
        case .run(_, let id), .runAttempt(_, let id, _), .runJobs(_, let id), .attemptJobs(_, let id, _),
            .runDetail(_, let id, _), .job(_, let id), .checkRun(_, let id), .checkRunAnnotations(_, let id),
            .checkSuite(_, let id, runs: false):
            id
        default: nil
        }
    }
}
