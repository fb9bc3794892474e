extension Endpoint {
    /// The table: a row for each endpoint, after GitHub's OpenAPI description of August 2026.
    ///
    /// A repository carries its reader's `permissions`, a workflow its reader's time zone, a pending deployment whether
    /// its reader may approve it, an organisation what only its members see, and a list of repositories only what its
    /// reader may see. What a query finds depends on whose it is. Runners and the caches of Actions are not for everyone
    /// who may read.
    package var row: Row {
        switch self {
        case .repository, .organization: Row(.metadata, .each, .repositories)
        case .ownerRepositories(.organization, _): Row(.metadata, .each, .repositories, .array, .ofOrganization)
        case .ownerRepositories(.user, _): Row(.metadata, .each, .repositories, .array, .ofUser)
        case .ownRepositories(.user): Row(.metadata, .each, .repositories, .array, .ofReader)
        case .ownRepositories(.installation): Row(.metadata, .each, .repositories, .envelope("repositories"), .pages)

        case .runs, .workflowRuns: Row(.actions, .everyone, .runs, .envelope("workflow_runs"), .ofRuns)
        case .run, .runAttempt: Row(.actions, .everyone, .runs, .object, .ofRun)
        case .runJobs: Row(.actions, .everyone, .runs, .envelope("jobs"), .ofJobs)
        case .attemptJobs: Row(.actions, .everyone, .runs, .envelope("jobs"), .pages)
        case .job: Row(.actions, .everyone, .runs)
        case .runDetail(_, _, .artifacts): Row(.actions, .everyone, .runs, .envelope("artifacts"), .ofRunArtifacts)
        case .runDetail(_, _, .timing): Row(.actions, .everyone, .runs)
        case .runDetail(_, _, .approvals): Row(.actions, .everyone, .runs, .array)
        case .runDetail(_, _, .pendingDeployments): Row(.actions, .each, .runs, .array)

        case .workflows: Row(.actions, .each, .other, .envelope("workflows"), .pages)
        case .workflow: Row(.actions, .each, .other)
        case .workflowTiming: Row(.actions, .everyone, .other)
        case .artifacts: Row(.actions, .everyone, .other, .envelope("artifacts"), .ofArtifacts)
        case .artifact: Row(.actions, .everyone, .other)
        case .caches: Row(.actions, .entitled, .other, .envelope("actions_caches"), .ofCaches)
        case .cacheUsage: Row(.actions, .everyone, .other)
        case .organizationCacheUsage(_, byRepository: false): Row(.organizationAdministration, .entitled, .other)
        case .organizationCacheUsage(_, byRepository: true):
            Row(.organizationAdministration, .entitled, .other, .envelope("repository_cache_usages"), .pages)

        case .repositoryRunners: Row(.administration, .entitled, .runners, .envelope("runners"), .ofRunners)
        case .repositoryRunner: Row(.administration, .entitled, .runners)
        case .repositoryRunnerLabels: Row(.administration, .entitled, .runners, .envelope("labels"))
        case .organizationRunners:
            Row(.organizationSelfHostedRunners, .entitled, .runners, .envelope("runners"), .ofRunners)
        case .organizationRunner: Row(.organizationSelfHostedRunners, .entitled, .runners)
        case .organizationRunnerLabels: Row(.organizationSelfHostedRunners, .entitled, .runners, .envelope("labels"))

        case .checkRun: Row(.checks, .everyone, .other)
        case .checkRunAnnotations: Row(.checks, .everyone, .other, .array, .pages)
        case .checkSuite(_, _, runs: false): Row(.checks, .everyone, .other)
        case .checkSuite(_, _, runs: true): Row(.checks, .everyone, .other, .envelope("check_runs"), .ofCheckRuns)
        case .commitChecks(_, _, suites: false):
            Row(.checks, .everyone, .other, .envelope("check_runs"), .ofCommitCheckRuns)
        case .commitChecks(_, _, suites: true):
            Row(.checks, .everyone, .other, .envelope("check_suites"), .ofCheckSuites)
        case .commitStatus(_, _, list: false): Row(.statuses, .everyone, .other, .envelope("statuses"), .pages)
        case .commitStatus(_, _, list: true): Row(.statuses, .everyone, .other, .array, .pages)

        case .readme: Row(.contents, .everyone, .other, .object, [QueryParameter("ref")])

        case .graphQL: Row(.metadata, .each, .queries)
        }
    }
}

extension [QueryParameter] {
    fileprivate static let pages = [QueryParameter("per_page", "30"), QueryParameter("page", "1")]

    fileprivate static let ofOrganization =
        [QueryParameter("type"), QueryParameter("sort", "created"), QueryParameter("direction")] + pages
    fileprivate static let ofUser =
        [QueryParameter("type", "owner"), QueryParameter("sort", "full_name"), QueryParameter("direction")] + pages
    fileprivate static let ofReader =
        [
            QueryParameter("visibility", "all"), QueryParameter("type", "all"), QueryParameter("sort", "full_name"),
            QueryParameter("affiliation", "owner,collaborator,organization_member"), QueryParameter("direction"),
            QueryParameter("since"), QueryParameter("before"),
        ] + pages

    fileprivate static let ofRun = [QueryParameter("exclude_pull_requests", "false")]
    fileprivate static let ofRuns =
        ofRun + pages
        + ["actor", "branch", "check_suite_id", "created", "event", "head_sha", "status"].map { QueryParameter($0) }
    fileprivate static let ofJobs = [QueryParameter("filter", "latest")] + pages
    fileprivate static let ofArtifacts = [QueryParameter("name")] + pages
    fileprivate static let ofRunArtifacts = [QueryParameter("name"), QueryParameter("direction")] + pages
    fileprivate static let ofCaches =
        [
            QueryParameter("ref"), QueryParameter("key"), QueryParameter("sort", "last_accessed_at"),
            QueryParameter("direction", "desc"),
        ] + pages
    fileprivate static let ofRunners = [QueryParameter("name")] + pages

    fileprivate static let ofCheckRuns =
        [QueryParameter("check_name"), QueryParameter("status"), QueryParameter("filter", "latest")] + pages
    fileprivate static let ofCommitCheckRuns = ofCheckRuns + [QueryParameter("app_id")]
    fileprivate static let ofCheckSuites = [QueryParameter("app_id"), QueryParameter("check_name")] + pages
}
