import GitHubCore

/// `gh run watch RUN`, as gh 2.23 asks: pkg/cmd/run/watch/watch.go and pkg/cmd/run/shared/shared.go of cli/cli.
///
/// Each round reads the run, its workflow for the name, its jobs by the URL in the run, and the annotations of each job
/// until that job was once seen not running. gh keeps nothing of HTTP: no validators, a new connection each time.
package struct RunWatch: Sendable {
    /// What it asks with.
    package private(set) var client: ReplayClient
    /// Whether the run was completed when it was last read.
    package private(set) var isOver = false

    private let repository: String
    private let run: Int64
    private var annotated: Set<Int64> = []

    /// Seconds between rounds.
    package static let interval: Int64 = 3

    /// A watch of a run.
    package init(_ world: ReplayWorld, repository: String, run: Int64, hasETags: Bool = false) {
        client = world.client(
            headers: [
                ("User-Agent", "GitHub CLI 2.23.0"),
                (
                    "Accept",
                    "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview"
                ),
                ("Authorization", "token \(ReplayWorld.token)"), ("Content-Type", "application/json; charset=utf-8"),
                ("Time-Zone", "Etc/UTC"), ("Connection", "close"),
            ],
            hasETags: hasETags
        )
        self.repository = repository
        self.run = run
    }

    /// What comes before the rounds: the run and its workflow.
    package mutating func begin() async throws {
        _ = try await readRun()
    }

    /// One round.
    package mutating func round() async throws {
        let object = try await readRun()
        guard let jobs = object.string("jobs_url"), let list = try await client.get(jobs) else {
            throw ReplayWorld.Failure("the jobs of run \(run) are not there")
        }
        for job in try JSONObject(list).objects("jobs") {
            guard let id = job.integer("id"), !annotated.contains(id) else { continue }
            _ = try await client.get("/repos/\(repository)/check-runs/\(id)/annotations")
            if job.string("status") != "in_progress" { annotated.insert(id) }
        }
        isOver = object.string("status") == "completed"
    }

    private mutating func readRun() async throws -> JSONObject {
        let path = "/repos/\(repository)/actions/runs/\(run)?exclude_pull_requests=true"
        guard let answer = try await client.get(path) else { throw ReplayWorld.Failure("run \(run) is not there") }
        let object = try JSONObject(answer)
        if let workflow = object.integer("workflow_id") {
            _ = try await client.get("/repos/\(repository)/actions/workflows/\(workflow)")
        }
        return object
    }
}
