import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import Synchronization
import Testing

@testable import hookcache

/// What follows something live hears of it from the node, and does not ask again and again.
@Suite(.serialized) struct WatchTests {
    @Test(.timeLimit(.minutes(5))) func aWatchShowsWhatADeliveryBroughtAtOnce() async throws {
        try await SimulatedGitHubServer.withServer { github, url in
            let repository = try #require(RepositoryName(Workload.repository))
            try await github.createRepository(repository)
            await github.createToken("node-token", grants: [.read(repository)])
            try await TemporaryFolder.with { folder in
                let settings = ["GITHUB_API_URL": url, "GITHUB_TOKEN": "node-token"]
                try await RunningNode.with(in: folder, settings) { node in
                    let hook = node.webhookURL
                    try await github.createHook(in: .repository(repository), url: hook, secret: RunningNode.secret)
                    let shown = Shown()
                    let client = node.control
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask {
                            var options = WatchOptions()
                            options.watch = true
                            // Nothing but the node's news tells it to look again.
                            let interest = Interest.repository("\(repository)")
                            try await options.run(client, following: interest, pause: .seconds(3_600)) {
                                let runs = try await client.get("runs", [("repo", "\(repository)")])
                                shown.last.withLock { $0 = runs }
                                return ""
                            }
                        }
                        func statuses() -> [String]? {
                            shown.last.withLock(\.self)?.rows("runs").compactMap { $0["status"]?.string }
                        }
                        try await eventually("the list is shown") { statuses() == [] }
                        let run = try await github.startRun(.init(repository))
                        try await eventually("the run is shown") { statuses() == ["queued"] }
                        try await github.finish(run: run)
                        try await eventually("its end is shown") { statuses() == ["completed"] }
                        group.cancelAll()
                    }
                }
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func aWatchShowsAtOnceWhichPeersComeAndGo() async throws {
        let settings = ["GITHUB_API_URL": "http://127.0.0.1:1"]
        try await TemporaryFolder.with { folder in
            try await RunningNode.with(in: folder, settings) { node in
                let shown = Shown()
                let client = node.control
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask {
                        var options = WatchOptions()
                        options.watch = true
                        try await options.run(client, following: .peers, pause: .seconds(3_600)) {
                            let peers = try await client.get("peers")
                            shown.last.withLock { $0 = peers }
                            return ""
                        }
                    }
                    func count() -> Int? { shown.last.withLock(\.self)?.rows("peers").count }
                    try await eventually("nobody is shown") { count() == 0 }
                    let address = try #require(shown.last.withLock(\.self)?.rows("addresses").first?.string)
                    try await TemporaryFolder.with { other in
                        let settings = settings.merging(["CACHE_BOOTSTRAP_PEERS": address]) { $1 }
                        try await RunningNode.with(in: other, settings) { _ in
                            try await eventually("the peer is shown") { count() == 1 }
                        }
                    }
                    try await eventually("nobody is shown again") { count() == 0 }
                    group.cancelAll()
                }
            }
        }
    }

    /// What was shown last.
    private final class Shown: Sendable {
        let last = Mutex<JSONValue?>(nil)
    }

    @Test func withoutANodeAWatchEnds() async throws {
        let outcome = try await Program.run(["runs", "o/r", "--watch"])
        #expect(outcome.status == 69)
    }
}
