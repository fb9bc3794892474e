import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import Testing

@testable import hookcache

/// Without a webhook, lifetimes and polls do the work.
@Suite(.serialized) struct FallbackTests {
    private static let token = "node-token"

    @Test(.timeLimit(.minutes(5))) func aChangeIsSeenWithinItsLifetime() async throws {
        try await Self.withGitHub { github, url, repository in
            try await TemporaryFolder.with { folder in
                let settings = ["GITHUB_API_URL": url, "CACHE_TTL_RUNS": "1", "GITHUB_TOKEN": Self.token]
                try await RunningNode.with(in: folder, settings) { node in
                    let run = try await github.startRun(.init(repository))
                    let paths = [
                        "/repos/\(repository)/actions/runs/\(run)", "/repos/\(repository)/actions/runs",
                        "/repos/\(repository)/actions/runs/\(run)/jobs",
                    ]
                    for path in paths {
                        #expect(Self.states(try await node.get(path)) == ["queued"])
                    }
                    try await github.finish(run: run)
                    for path in paths {
                        try await eventually("\(path) shows the change") {
                            let answer = try await node.get(path)
                            let states = Self.states(answer)
                            if states == ["completed"] { return true }
                            // Until then only a copy within its lifetime may hide it.
                            #expect(answer.cacheStatus.contains("hookcache; hit"), "\(answer.cacheStatus)")
                            #expect((answer.age ?? .max) <= 1)
                            #expect(states == ["queued"])
                            return false
                        }
                    }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5)), arguments: ["octo-tools/hello-ci", "octo-tools"])
    func whatIsWatchedIsRefreshedWithNobodyAsking(watched: String) async throws {
        try await Self.withGitHub { github, url, repository in
            let list = "/repos/\(repository)/actions/runs"
            let run = try await github.startRun(.init(repository))
            try await TemporaryFolder.with { folder in
                let settings = [
                    "GITHUB_API_URL": url, "CACHE_TTL_RUNS": "1", "CACHE_WATCH": watched, "GITHUB_TOKEN": Self.token,
                ]
                try await RunningNode.with(in: folder, settings) { node in
                    try await eventually("the list is polled") { await Self.calls(github, list) >= 2 }
                    let before = await Self.calls(github, list)
                    let quiet = await github.statistics
                    let reads = try await node.statistics()["total_requests"]
                    try await github.finish(run: run)
                    // The answer to the second call from here was asked for after the change.
                    try await eventually("the list is polled on") { await Self.calls(github, list) >= before + 2 }
                    #expect(try await node.statistics()["total_requests"] == reads, "nobody has asked")
                    try await eventually("the change is here") {
                        Self.states(try await node.stored(list)) == ["completed"]
                    }
                    // What has not changed costs nothing: all but the first poll and that of the change are free.
                    let counted = await github.statistics.countedByPath[list] ?? 0
                    #expect(counted <= (quiet.countedByPath[list] ?? 0) + 2)
                    #expect(await github.statistics.notModified >= 1)
                }
            }
        }
    }

    private static func withGitHub(
        _ work: @Sendable (SimulatedGitHubServer, String, RepositoryName) async throws -> Void
    ) async throws {
        var configuration = SimulatedGitHubServer.Configuration()
        configuration.github.anonymousCallsPerHour = 5_000
        try await SimulatedGitHubServer.withServer(configuration) { github, url in
            let repository = try #require(RepositoryName(Workload.repository))
            try await github.createRepository(repository)
            await github.createToken(Self.token, grants: [.read(repository)])
            try await work(github, url, repository)
        }
    }

    /// The calls of a path.
    private static func calls(_ github: SimulatedGitHubServer, _ path: String) async -> Int {
        await github.calls.entries.count { $0.target.split(separator: "?").first == path[...] }
    }

    /// The states that an answer shows: of the run, or of every run or job in the list.
    private static func states(_ answer: RunningNode.Answer) -> Set<String> {
        guard let json = answer.json else { return [] }
        if let state = json["status"]?.string { return [state] }
        return Set(json.rows("workflow_runs", "jobs").compactMap { $0["status"]?.string })
    }
}
