extension Endpoint {
    /// The path in its one canonical form: repository and owner in lower case, ids in decimal.
    package var path: String {
        switch self {
        case .repository(let name): below(name)
        case .organization(let login): below(login)
        case .ownerRepositories(let kind, let login): "/\(kind.rawValue)/\(login)/repos"
        case .ownRepositories(let list): "/\(list.rawValue)"
        case .runs(let name): below(name, "actions/runs")
        case .run(let name, let id): below(name, "actions/runs/\(id)")
        case .runAttempt(let name, let id, let attempt): below(name, "actions/runs/\(id)/attempts/\(attempt)")
        case .runJobs(let name, let id): below(name, "actions/runs/\(id)/jobs")
        case .attemptJobs(let name, let id, let attempt): below(name, "actions/runs/\(id)/attempts/\(attempt)/jobs")
        case .runDetail(let name, let id, let detail): below(name, "actions/runs/\(id)/\(detail.rawValue)")
        case .job(let name, let id): below(name, "actions/jobs/\(id)")
        case .workflows(let name): below(name, "actions/workflows")
        case .workflow(let name, let workflow): below(name, "actions/workflows/\(segment(workflow))")
        case .workflowRuns(let name, let workflow): below(name, "actions/workflows/\(segment(workflow))/runs")
        case .workflowTiming(let name, let workflow): below(name, "actions/workflows/\(segment(workflow))/timing")
        case .artifacts(let name): below(name, "actions/artifacts")
        case .artifact(let name, let id): below(name, "actions/artifacts/\(id)")
        case .caches(let name): below(name, "actions/caches")
        case .cacheUsage(let name): below(name, "actions/cache/usage")
        case .organizationCacheUsage(let login, let byRepository):
            below(login, "actions/cache/usage\(byRepository ? "-by-repository" : "")")
        case .repositoryRunners(let name): below(name, "actions/runners")
        case .repositoryRunner(let name, let id): below(name, "actions/runners/\(id)")
        case .repositoryRunnerLabels(let name, let id): below(name, "actions/runners/\(id)/labels")
        case .organizationRunners(let login): below(login, "actions/runners")
        case .organizationRunner(let login, let id): below(login, "actions/runners/\(id)")
        case .organizationRunnerLabels(let login, let id): below(login, "actions/runners/\(id)/labels")
        case .checkRun(let name, let id): below(name, "check-runs/\(id)")
        case .checkRunAnnotations(let name, let id): below(name, "check-runs/\(id)/annotations")
        case .checkSuite(let name, let id, let runs): below(name, "check-suites/\(id)\(runs ? "/check-runs" : "")")
        case .commitChecks(let name, let ref, let suites):
            below(name, "commits/\(segment(ref))/check-\(suites ? "suites" : "runs")")
        case .commitStatus(let name, let ref, let list):
            below(name, "commits/\(segment(ref))/status\(list ? "es" : "")")
        case .readme(let name): below(name, "readme")
        case .graphQL(let digest): "/graphql/\(digest.text)"
        }
    }

    private func below(_ name: RepositoryName, _ rest: String? = nil) -> String {
        rest.map { "/repos/\(name.canonical)/\($0)" } ?? "/repos/\(name.canonical)"
    }

    private func below(_ login: String, _ rest: String? = nil) -> String {
        rest.map { "/orgs/\(login)/\($0)" } ?? "/orgs/\(login)"
    }

    private func segment(_ text: String) -> String { PercentEncoding.segment(text) }
}

extension Endpoint {
    /// The endpoint that a path's decoded segments name, or nil where it is none that is known.
    package init?(segments: [String]) {
        let found: Endpoint?
        switch segments.first {
        case "repos" where segments.count >= 3:
            guard let name = RepositoryName(owner: segments[1], name: segments[2]) else { return nil }
            found = PathPattern.first(of: Self.belowRepository, segments.dropFirst(3), name)
        case "orgs" where segments.count >= 2:
            guard RepositoryName.isName(segments[1]) else { return nil }
            found = PathPattern.first(of: Self.belowOrganization, segments.dropFirst(2), segments[1].lowercased())
        case "users" where segments.count == 3 && segments[2] == "repos":
            guard RepositoryName.isName(segments[1]) else { return nil }
            found = .ownerRepositories(.user, segments[1].lowercased())
        case "graphql" where segments.count == 2:
            found = GraphQL.Digest(segments[1]).map(Endpoint.graphQL)
        default:
            found = OwnList(rawValue: segments.joined(separator: "/")).map(Endpoint.ownRepositories)
        }
        guard let found else { return nil }
        self = found
    }

    private static let belowRepository: [PathPattern<RepositoryName>] = [
        PathPattern("") { name, _ in .repository(name) },
        PathPattern("actions/runs") { name, _ in .runs(name) },
        PathPattern("actions/runs/#") { .run($0, $1.number()) },
        PathPattern("actions/runs/#/jobs") { .runJobs($0, $1.number()) },
        PathPattern("actions/runs/#/*") { name, places in
            RunDetail(rawValue: places.text()).map { .runDetail(name, places.number(), $0) }
        },
        PathPattern("actions/runs/#/attempts/#") { .runAttempt($0, $1.number(), attempt: $1.number(1)) },
        PathPattern("actions/runs/#/attempts/#/jobs") { .attemptJobs($0, $1.number(), attempt: $1.number(1)) },
        PathPattern("actions/jobs/#") { .job($0, $1.number()) },
        PathPattern("actions/workflows") { name, _ in .workflows(name) },
        PathPattern("actions/workflows/*") { .workflow($0, $1.text()) },
        PathPattern("actions/workflows/*/runs") { .workflowRuns($0, $1.text()) },
        PathPattern("actions/workflows/*/timing") { .workflowTiming($0, $1.text()) },
        PathPattern("actions/artifacts") { name, _ in .artifacts(name) },
        PathPattern("actions/artifacts/#") { .artifact($0, $1.number()) },
        PathPattern("actions/caches") { name, _ in .caches(name) },
        PathPattern("actions/cache/usage") { name, _ in .cacheUsage(name) },
        PathPattern("actions/runners") { name, _ in .repositoryRunners(name) },
        PathPattern("actions/runners/#") { .repositoryRunner($0, $1.number()) },
        PathPattern("actions/runners/#/labels") { .repositoryRunnerLabels($0, $1.number()) },
        PathPattern("check-runs/#") { .checkRun($0, $1.number()) },
        PathPattern("check-runs/#/annotations") { .checkRunAnnotations($0, $1.number()) },
        PathPattern("check-suites/#") { .checkSuite($0, $1.number(), runs: false) },
        PathPattern("check-suites/#/check-runs") { .checkSuite($0, $1.number(), runs: true) },
        PathPattern("commits/*/check-runs") { .commitChecks($0, ref: $1.text(), suites: false) },
        PathPattern("commits/*/check-suites") { .commitChecks($0, ref: $1.text(), suites: true) },
        PathPattern("commits/*/status") { .commitStatus($0, ref: $1.text(), list: false) },
        PathPattern("commits/*/statuses") { .commitStatus($0, ref: $1.text(), list: true) },
        PathPattern("readme") { name, _ in .readme(name) },
    ]

    private static let belowOrganization: [PathPattern<String>] = [
        PathPattern("") { login, _ in .organization(login) },
        PathPattern("repos") { login, _ in .ownerRepositories(.organization, login) },
        PathPattern("actions/cache/usage") { login, _ in .organizationCacheUsage(login, byRepository: false) },
        PathPattern("actions/cache/usage-by-repository") { login, _ in
            .organizationCacheUsage(login, byRepository: true)
        },
        PathPattern("actions/runners") { login, _ in .organizationRunners(login) },
        PathPattern("actions/runners/#") { .organizationRunner($0, $1.number()) },
        PathPattern("actions/runners/#/labels") { .organizationRunnerLabels($0, $1.number()) },
    ]
}
