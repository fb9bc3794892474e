package import AsyncHTTPClient
package import GitHubCore
import NIOHTTP1

/// go-github v90.0.0, as github/github.go and github/actions_workflow_*.go of google/go-github ask.
///
/// Its base ends with a slash, and paths are put behind it; parameters are sorted. Of `Link` it reads the number of the
/// next page and asks by it, never by the URL. A redirect to logs it hands to its caller, and it asks nothing at all while
/// the last answer said that nothing of the quota remains.
package struct GoGitHub: Sendable {
    /// What it asks with.
    package private(set) var client: ReplayClient
    private var isSpent = false

    /// The version that is followed.
    package static let version = "v90.0.0"

    /// It asks no further: the quota seems to be spent.
    package struct Spent: Error {}

    /// A client with a token.
    ///
    /// - Parameters:
    ///   - api: The base without its slash at the end; `WithEnterpriseURLs` puts `/api/v3` behind what it is given.
    ///   - token: The token, by `WithAuthToken`.
    ///   - userAgent: What it calls itself.
    ///   - hasETags: Whether an HTTP cache lies below it, as with actions-runner-controller.
    ///   - http: What carries its requests.
    package init(
        api: String,
        token: String,
        userAgent: String = "go-github/\(version)",
        hasETags: Bool = false,
        http: HTTPClient
    ) {
        client = ReplayClient(
            api: api,
            headers: [
                ("User-Agent", userAgent), ("Accept", "application/vnd.github.v3+json"),
                ("X-Github-Api-Version", "2022-11-28"), ("Authorization", "Bearer \(token)"),
                ("Accept-Encoding", "gzip"),
            ],
            hasETags: hasETags,
            http: http,
            writesDown: true
        )
    }

    /// One call; the answer whatever its status.
    @discardableResult
    package mutating func call(_ path: String, _ parameters: [String: String] = [:]) async throws -> ReplayClient.Answer
    {
        guard !isSpent else { throw Spent() }
        let query = parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "&")
        let answer = try await client.send(.GET, "/" + path + (query.isEmpty ? "" : "?" + query))
        isSpent = answer.headers.first(name: "X-RateLimit-Remaining") == "0"
        return answer
    }

    /// All elements of a list, page after page.
    package mutating func all(
        _ path: String,
        _ parameters: [String: String],
        perPage: Int,
        of list: String
    ) async throws -> [JSONObject] {
        var parameters = parameters
        parameters["per_page"] = "\(perPage)"
        var found: [JSONObject] = []
        while true {
            let answer = try await call(path, parameters)
            found += try JSONObject(answer.body).objects(list)
            guard let next = Self.nextPage(answer) else { return found }
            parameters["page"] = "\(next)"
        }
    }

    /// The page in the target that is said to be the next.
    private static func nextPage(_ answer: ReplayClient.Answer) -> Int? {
        guard let field = answer.headers.first(name: "Link") else { return nil }
        for link in field.split(separator: ",") {
            let parts = link.split(separator: ";").map { $0.trimmingPrefix(" ") }
            guard parts.count > 1, parts[0].hasPrefix("<"), parts[0].hasSuffix(">"), parts[1] == #"rel="next""# else {
                continue
            }
            let query = parts[0].dropFirst().dropLast().split(separator: "?").last?.split(separator: "&") ?? []
            return query.first { $0.hasPrefix("page=") }.flatMap { Int($0.dropFirst("page=".count)) }
        }
        return nil
    }
}

extension GoGitHub {
    /// What a program may do with the Actions of a repository: runs by pages, each with its jobs, workflows, runners.
    package mutating func walk(_ repository: String) async throws {
        let base = "repos/\(repository)/actions"
        let runs = try await all("\(base)/runs", ["status": "completed"], perPage: 2, of: "workflow_runs")
        for run in runs.compactMap({ $0.integer("id") }).prefix(2) {
            try await call("\(base)/runs/\(run)")
            let jobs = try await all("\(base)/runs/\(run)/jobs", ["filter": "all"], perPage: 1, of: "jobs")
            guard let job = jobs.first?.integer("id") else { continue }
            try await call("\(base)/jobs/\(job)")
            try await call("\(base)/jobs/\(job)/logs")
        }
        _ = try await all("\(base)/workflows", [:], perPage: 1, of: "workflows")
        try await call("\(base)/workflows/ci.yml")
        _ = try await all("\(base)/runners", [:], perPage: 2, of: "runners")
    }

    /// One reconciliation of actions-runner-controller v0.27.6 (its `HorizontalRunnerAutoscaler`, on go-github v52), as
    /// controllers/actions.summerwind.net/autoscaling.go and github/github.go ask: the runs that wait or run, the jobs of
    /// each, and the runners.
    ///
    /// - Returns: How many jobs wait or run.
    package mutating func reconcile(_ repository: String) async throws -> Int {
        let base = "repos/\(repository)/actions"
        var active: [Int64] = []
        for status in ["queued", "in_progress"] {
            let runs = try await all("\(base)/runs", ["status": status], perPage: 100, of: "workflow_runs")
            active += runs.compactMap { $0.integer("id") }
        }
        var length = 0
        for run in active {
            let jobs = try await all("\(base)/runs/\(run)/jobs", [:], perPage: 50, of: "jobs")
            length += jobs.count { ["queued", "in_progress"].contains($0.string("status")) }
        }
        _ = try await all("\(base)/runners", [:], perPage: 100, of: "runners")
        return length
    }
}
