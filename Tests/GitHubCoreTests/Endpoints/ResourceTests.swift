import GitHubCore
import Testing

struct ResourceTests {
    static let name = RepositoryName("octo/hello")!

    static let endpoints: [(Endpoint, String)] = [
        (.repository(name), "/repos/octo/hello"),
        (.organization("octo"), "/orgs/octo"),
        (.ownerRepositories(.organization, "octo"), "/orgs/octo/repos"),
        (.ownerRepositories(.user, "octo"), "/users/octo/repos"),
        (.ownRepositories(.user), "/user/repos"),
        (.ownRepositories(.installation), "/installation/repositories"),
        (.organizationRunners("octo"), "/orgs/octo/actions/runners"),
        (.organizationRunner("octo", 3), "/orgs/octo/actions/runners/3"),
        (.organizationRunnerLabels("octo", 3), "/orgs/octo/actions/runners/3/labels"),
        (.organizationCacheUsage("octo", byRepository: false), "/orgs/octo/actions/cache/usage"),
        (.organizationCacheUsage("octo", byRepository: true), "/orgs/octo/actions/cache/usage-by-repository"),
        (.runs(name), "/repos/octo/hello/actions/runs"),
        (.run(name, 7), "/repos/octo/hello/actions/runs/7"),
        (.runAttempt(name, 7, attempt: 2), "/repos/octo/hello/actions/runs/7/attempts/2"),
        (.runJobs(name, 7), "/repos/octo/hello/actions/runs/7/jobs"),
        (.attemptJobs(name, 7, attempt: 2), "/repos/octo/hello/actions/runs/7/attempts/2/jobs"),
        (.runDetail(name, 7, .artifacts), "/repos/octo/hello/actions/runs/7/artifacts"),
        (.runDetail(name, 7, .timing), "/repos/octo/hello/actions/runs/7/timing"),
        (.runDetail(name, 7, .approvals), "/repos/octo/hello/actions/runs/7/approvals"),
        (.runDetail(name, 7, .pendingDeployments), "/repos/octo/hello/actions/runs/7/pending_deployments"),
        (.job(name, 9), "/repos/octo/hello/actions/jobs/9"),
        (.workflows(name), "/repos/octo/hello/actions/workflows"),
        (.workflow(name, "ci.yml"), "/repos/octo/hello/actions/workflows/ci.yml"),
        (.workflow(name, "a b%.yml"), "/repos/octo/hello/actions/workflows/a%20b%25.yml"),
        (.workflowRuns(name, "42"), "/repos/octo/hello/actions/workflows/42/runs"),
        (.workflowTiming(name, "42"), "/repos/octo/hello/actions/workflows/42/timing"),
        (.artifacts(name), "/repos/octo/hello/actions/artifacts"),
        (.artifact(name, 6), "/repos/octo/hello/actions/artifacts/6"),
        (.caches(name), "/repos/octo/hello/actions/caches"),
        (.cacheUsage(name), "/repos/octo/hello/actions/cache/usage"),
        (.repositoryRunners(name), "/repos/octo/hello/actions/runners"),
        (.repositoryRunner(name, 3), "/repos/octo/hello/actions/runners/3"),
        (.repositoryRunnerLabels(name, 3), "/repos/octo/hello/actions/runners/3/labels"),
        (.checkRun(name, 5), "/repos/octo/hello/check-runs/5"),
        (.checkRunAnnotations(name, 5), "/repos/octo/hello/check-runs/5/annotations"),
        (.checkSuite(name, 5, runs: false), "/repos/octo/hello/check-suites/5"),
        (.checkSuite(name, 5, runs: true), "/repos/octo/hello/check-suites/5/check-runs"),
        (.commitChecks(name, ref: "main", suites: false), "/repos/octo/hello/commits/main/check-runs"),
        (.commitChecks(name, ref: "main", suites: true), "/repos/octo/hello/commits/main/check-suites"),
        (.commitStatus(name, ref: "main", list: false), "/repos/octo/hello/commits/main/status"),
        (.commitStatus(name, ref: "main", list: true), "/repos/octo/hello/commits/main/statuses"),
        (.readme(name), "/repos/octo/hello/readme"),
    ]

    @Test(arguments: endpoints) func everyEndpointHasOnePath(endpoint: Endpoint, path: String) {
        #expect(endpoint.path == path)
        #expect(Resource(path)?.endpoint == endpoint)
        #expect(Resource(path)?.path == path)
    }

    @Test func casesOfNamesAreOneResource() {
        #expect(Resource("/repos/OCTO/Hello/actions/runs") == Resource("/repos/octo/hello/actions/runs"))
        #expect(Resource("/orgs/OCTO/repos")?.path == "/orgs/octo/repos")
        #expect(Resource("/users/OCTO/repos")?.path == "/users/octo/repos")
    }

    @Test(arguments: [
        "/repos/octo", "/repos/octo/hello/actions", "/repos/octo/hello/actions/runs/0",
        "/repos/octo/hello/actions/runs/07",
        "/repos/octo/hello/actions/runs/-7", "/repos/octo/hello/actions/runs/7x", "/repos/octo/hello/actions/runs/+7",
        "/repos/octo/hello/actions/runs/99999999999999999999", "/repos/octo/hello/actions/runs/7/logs",
        "/repos/octo/hello/actions/runs/7/attempts/2/logs", "/repos/octo/hello/actions/jobs", "/rate_limit",
        "/user", "/user/7/repos", "/users/octo", "/orgs/o~o", "/orgs/octo/actions/runners/downloads",
        "/orgs/octo/teams",
        "/repos/octo/hello/actions/runs/7/", "/repos/octo/hello/actions/artifacts/6/zip",
        "/repos/octo/hello/Actions/runs",
        "/repos/octo/hello/actions/jobs/9/logs", "/repos/octo/hello/hooks", "/orgs/octo/hooks", "/graphql",
        "/repos/octo/hello/actions/runners/registration-token", "/repos/octo/hello/commits/a/b/check-runs",
        "/repos/octo/hello/readme/docs", "/repos/octo/hello/contents/README.md",
    ])
    func otherPathsAreNoResource(path: String) {
        #expect(Resource(path) == nil)
    }

    @Test func defaultsAreLeftOutAndTheRestIsSorted() throws {
        let runs = "/repos/octo/hello/actions/runs"
        #expect(Resource("\(runs)?page=1&per_page=30&exclude_pull_requests=False")?.path == runs)
        #expect(
            Resource("\(runs)?exclude_pull_requests=True")?.path == "\(runs)?exclude_pull_requests=true"
        )
        #expect(Resource("/orgs/octo/repos?sort=created&per_page=100")?.path == "/orgs/octo/repos?per_page=100")
        #expect(Resource("/users/octo/repos?sort=created")?.path == "/users/octo/repos?sort=created")
        #expect(Resource("\(runs)?status=queued&branch=main")?.path == "\(runs)?branch=main&status=queued")
        #expect(Resource("\(runs)/7/jobs?filter=latest")?.path == "\(runs)/7/jobs")
        #expect(Resource("\(runs)/7/jobs?filter=all")?.path == "\(runs)/7/jobs?filter=all")
        #expect(try #require(Resource(runs)).parameter("per_page") == "30")
        #expect(try #require(Resource("\(runs)?per_page=5")).parameter("per_page") == "5")
        #expect(try #require(Resource(runs)).parameter("branch") == nil)
    }

    @Test func ofAParameterGivenTwiceTheLastCounts() {
        let runs = "/repos/octo/hello/actions/runs"
        #expect(Resource("\(runs)?page=2&page=1")?.path == runs)
        #expect(Resource("\(runs)?status=queued&status=completed")?.path == "\(runs)?status=completed")
        #expect(Resource("\(runs)?status=completed&status=a")?.path == "\(runs)?status=a")
    }

    @Test func aParameterThatIsNotKnownMakesAnotherResource() throws {
        let runs = "/repos/octo/hello/actions/runs"
        #expect(Resource("\(runs)?x=1")?.path == "\(runs)?x=1")
        #expect(Resource("\(runs)?x=1")?.isUnderstood == false)
        #expect(Resource("\(runs)?status[]=a&branch=b")?.path == "\(runs)?branch=b&status%5B%5D=a")
        #expect(Resource("\(runs)?exclude_pull_requests=1")?.isUnderstood == false)
        #expect(Resource("\(runs)?exclude_pull_requests=true&branch=b&page=3")?.isUnderstood == true)
        #expect(Resource(runs)?.isUnderstood == true)
        for secret in ["access_token=x", "client_id=x", "client_secret=x", "page=2&callback=f"] {
            #expect(Resource("\(runs)?\(secret)") == nil)
        }
    }

    @Test(arguments: [("", 30), ("?per_page=5", 5), ("?per_page=500", 100), ("?per_page=0", nil), ("?per_page=x", nil)])
    func aPageHasABoundedSize(query: String, size: Int?) throws {
        #expect(try #require(Resource("/repos/octo/hello/actions/runs\(query)")).pageSize == size)
        #expect(
            try #require(Resource("/repos/octo/hello/actions/jobs/9\(query)")).pageSize == (query.isEmpty ? nil : size)
        )
    }

    @Test func theCanonicalPathNamesTheSameResource() throws {
        let odd = "/repos/octo/hello/actions/runs?branch=a%26b%3Dc+d%25%23&created=%3E%3D2026-01-01"
        let resource = try #require(Resource(odd))
        #expect(Resource(resource.path) == resource)
        #expect(resource.parameter("branch") == "a&b=c d%#")
    }

    @Test func eachTypeOfDataHasItsLifetime() {
        let runs = "/repos/octo/hello/actions/runs"
        #expect(Resource(runs)?.dataType == .runs)
        #expect(Resource("\(runs)?status=queued")?.dataType == .queue)
        #expect(Resource("\(runs)?status=completed")?.dataType == .runs)
        #expect(Resource("/repos/octo/hello")?.dataType == .repositories)
        #expect(Resource("/orgs/octo/actions/runners")?.dataType == .runners)
        #expect(Resource("/repos/octo/hello/actions/workflows")?.dataType == .other)
    }

    @Test func whatDiffersByReaderIsNotForEveryone() {
        let shared = Self.endpoints.map(\.0).filter(\.isPublicInPublicRepository)
        #expect(shared.allSatisfy { [.actions, .checks, .statuses, .contents].contains($0.permission) })
        #expect(shared.count == 23)
        for path in ["/repos/octo/hello", "/repos/octo/hello/actions/workflows", "/repos/octo/hello/actions/runners"] {
            #expect(Resource(path)?.endpoint.isPublicInPublicRepository == false)
        }
    }
}
