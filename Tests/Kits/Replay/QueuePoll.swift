import GitHubCore
import NIOHTTP1

/// One poll after another of KEDA's github-runner scaler, as pkg/scalers/github_runner_scaler.go of kedacore/keda does it
/// (at 05b3da7, 2026).
///
/// Each reads the owner's repositories unless it was told them, for each the runs that are queued and those in progress,
/// and the jobs of each such run. It keeps validators only with `enableEtags`, which is off unless asked for.
package struct QueuePoll: Sendable {
    /// `runnerScope`, for the list of repositories.
    package enum RunnerScope: String, CaseIterable, Sendable {
        /// An organisation.
        case org = "orgs"
        /// A user.
        case repo = "users"
    }

    /// What it asks with.
    package private(set) var client: ReplayClient
    /// Jobs that waited or ran at the last poll.
    package private(set) var length = 0

    private let owner: String
    private let scope: RunnerScope
    private let names: [String]?

    /// Seconds between polls, as KEDA's `pollingInterval` has it unless told otherwise.
    package static let interval: Int64 = 30

    /// The headers that it sends with everything; an App's token comes with another scheme than a personal one.
    package static func headers(authorization: String) -> [(name: String, value: String)] {
        [
            ("User-Agent", "Go-http-client/1.1"), ("Accept", "application/vnd.github.v3+json"),
            ("X-GitHub-Api-Version", "2022-11-28"), ("Authorization", authorization), ("Accept-Encoding", "gzip"),
        ]
    }

    /// A scaler of a world's owner.
    package init(_ world: ReplayWorld, enableETags: Bool = false) {
        let headers = Self.headers(authorization: "Bearer \(ReplayWorld.token)")
        self.init(world.client(headers: headers, hasETags: enableETags), owner: ReplayWorld.owner)
    }

    /// A scaler of some owner, which lists its repositories unless it is told them.
    package init(_ client: ReplayClient, owner: String, scope: RunnerScope = .org, repositories: [String]? = nil) {
        self.client = client
        self.owner = owner
        self.scope = scope
        names = repositories
    }

    /// Has a GitHub App's token made by way of the same API, as ghinstallation v2 does, and asks with it from then on.
    package mutating func authenticate(installation: Int64, appToken: String) async throws {
        let headers = client.headers
        client.headers = [
            ("User-Agent", "Go-http-client/1.1"), ("Accept", "application/vnd.github.v3+json"),
            ("Authorization", "Bearer \(appToken)"),
        ]
        let answer = try await client.send(.POST, "/app/installations/\(installation)/access_tokens")
        guard answer.status == 201, let token = try JSONObject(answer.body).string("token") else {
            throw ReplayWorld.Failure("no token was made: \(answer.status)")
        }
        client.headers = headers.filter { $0.name != "Authorization" } + [("Authorization", "token \(token)")]
    }

    /// One poll.
    package mutating func poll() async throws {
        var active: [(repository: String, run: Int64)] = []
        for repository in try await repositories() {
            for status in ["queued", "in_progress"] {
                let path = "/repos/\(owner)/\(repository)/actions/runs?status=\(status)&per_page=100"
                guard let list = try await client.get(path) else { continue }
                for run in try JSONObject(list).objects("workflow_runs") {
                    guard ["queued", "in_progress"].contains(run.string("status")), let id = run.integer("id"),
                        let name = run.object("repository")?.string("name")
                    else { continue }
                    active.append((name, id))
                }
            }
        }
        length = 0
        for (repository, run) in active {
            let path = "/repos/\(owner)/\(repository)/actions/runs/\(run)/jobs?per_page=100"
            guard let list = try await client.get(path) else { throw ReplayWorld.Failure("no jobs of run \(run)") }
            length += try JSONObject(list).objects("jobs").count {
                ["queued", "in_progress"].contains($0.string("status"))
            }
        }
    }

    private mutating func repositories() async throws -> [String] {
        if let names { return names }
        var names: [String] = []
        for page in 1... {
            guard let list = try await client.get("/\(scope.rawValue)/\(owner)/repos?page=\(page)") else {
                throw ReplayWorld.Failure("no repositories of \(owner)")
            }
            let found = try list.elements(of: list.root).compactMap { try JSONObject(list, at: $0).string("name") }
            names += found
            if found.count < 30 { break }
        }
        return names
    }
}
