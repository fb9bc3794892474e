import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOHTTP1
import Testing

@testable import hookcache

/// GitHub that answers garbage, or not at all: what is stored is served and says how old it is, and nothing wrong is stored.
@Suite(.serialized) struct BadGitHubTests {
    private static let faults: [Faults.OfAnswers] = [
        .html, .truncated, .reset, .serverError(500), .serverError(502), .serverError(503),
    ]

    @Test(.timeLimit(.minutes(5)), arguments: faults)
    func theStoredCopyIsServedUntilGitHubIsBack(fault: Faults.OfAnswers) async throws {
        try await Self.withNode { github, node, repository in
            let run = try await github.startRun(.init(repository))
            let known = "/repos/\(repository)/actions/runs/\(run)"
            let unknown = "/repos/\(repository)/actions/runs"
            let first = try await node.get(known)
            #expect(first.status == 200)
            #expect(first.json?["status"]?.string == "queued")

            try await github.finish(run: run)
            await github.addFault(fault)
            // Its lifetime of one second ends.
            try await eventually("the copy is old") { try await node.stored(known).status == 504 }
            let stale = try await eventually("the copy is served") { () -> RunningNode.Answer? in
                let answer = try await node.get(known)
                #expect(answer.status == 200)
                return answer.cacheStatus.contains("ttl=-") ? answer : nil
            }
            #expect(stale.body == first.body)
            #expect(stale.cacheStatus.contains("hookcache; hit; ttl=-"))
            #expect((stale.age ?? 0) >= 1)

            let failed = try await node.get(unknown)
            #expect([502, 503, 504].contains(failed.status), "\(failed.status)")
            #expect(failed.headers.first(name: "Content-Type")?.hasPrefix("application/json") == true)
            #expect(failed.json?["message"]?.string?.isEmpty == false)
            #expect(failed.json?["documentation_url"]?.string != nil)

            let entries = try await node.control.get("entries").rows("entries").compactMap { $0["path"]?.string }
            #expect(!entries.contains(unknown), "what failed is not stored")
            #expect(try await node.isReady())

            await github.clearFaults()
            let fresh = try await eventually("GitHub is asked again") { () -> RunningNode.Answer? in
                let answer = try await node.get(known)
                return answer.json?["status"]?.string == "completed" ? answer : nil
            }
            #expect(fresh.status == 200)
            try await eventually("what failed is answered") { try await node.get(unknown).status == 200 }
            #expect(try await node.get(unknown).json?["total_count"] == .integer(1))
            let verified = try await Program.run(["cache", "verify", "--dir", node.directory])
            #expect(verified.status == 0, "\(verified.error)")
        }
    }

    @Test(.timeLimit(.minutes(5))) func aWebhookHealsWhatGitHubCannot() async throws {
        try await Self.withNode { github, node, repository in
            try await github.createHook(in: .repository(repository), url: node.webhookURL, secret: RunningNode.secret)
            let run = try await github.startRun(.init(repository))
            await github.settle()
            await github.addFault(.reset)
            try await github.finish(run: run)
            await github.settle()
            let path = "/repos/\(repository)/actions/runs/\(run)"
            try await eventually("the run is completed") {
                try await node.stored(path).json?["status"]?.string == "completed"
            }
            #expect(await github.statistics.deliveriesRefused == 0)
        }
    }

    /// A node whose copies of runs are fresh for a second, and a GitHub with one public repository.
    private static func withNode(
        _ work: (SimulatedGitHubServer, RunningNode, RepositoryName) async throws -> Void
    ) async throws {
        var configuration = SimulatedGitHubServer.Configuration()
        configuration.github.anonymousCallsPerHour = 5_000
        try await SimulatedGitHubServer.withServer(configuration) { github, url in
            let repository = try #require(RepositoryName(Workload.repository))
            try await github.createRepository(repository)
            try await TemporaryFolder.with { folder in
                let settings = ["GITHUB_API_URL": url, "CACHE_TTL_RUNS": "1", "CACHE_TTL_QUEUE": "1"]
                try await RunningNode.with(in: folder, settings) { node in
                    try await work(github, node, repository)
                }
            }
        }
    }
}
