import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOHTTP1
import Testing

/// `gh run watch` shows the same screens with a node that hears of the run by webhook, and asks GitHub next to nothing.
@Suite(.enabled(if: GitHubCLI.executable != nil, GitHubCLI.absence), .serialized, .timeLimit(.minutes(5)))
struct GitHubCLIWatchTests {
    typealias Stage = GitHubCLIStage

    /// What a watcher saw, and what GitHub was asked meanwhile.
    private struct Sight {
        var screens: [String]
        var end: GitHubCLI.Outcome
        var asked: [String]
    }

    @Test(arguments: Stage.Place.allCases) func runWatchIsTheSame(place: Stage.Place) async throws {
        let direct = try await Self.watch(place) { $0.direct }
        let through = try await Self.watch(place) { $0.through }
        #expect(through.screens == direct.screens)
        #expect(direct.screens.count == 4)
        #expect(through.end.status == direct.end.status)
        #expect(direct.end.status == 1, "the run fails")
        // Each of the screens is made of a run and its jobs, if not more.
        #expect(direct.asked.count >= 2 * 4, "\(direct.asked)")
        // No event tells what annotations there are: they are asked for again once their job has ended.
        #expect(through.asked.allSatisfy { $0.hasSuffix("/annotations") }, "\(through.asked)")
        #expect(through.asked.count <= 4)
    }

    /// Watches a run from its beginning to its end, which goes on only when the watcher has seen how it stands.
    private static func watch(_ place: Stage.Place, by way: @escaping @Sendable (Stage) -> GitHubCLI) async throws
        -> Sight
    {
        let (results, result) = AsyncStream<Sight>.makeStream()
        try await Stage.with(place, hasWebhook: true) { stage in
            let repository = try #require(RepositoryName(place.rawValue))
            let github = stage.fleet.github
            // The run is of seven weeks ago, so that what `gh` says of its age does not change; and all its moments
            // count from one, so that how long it took does not change with how fast it is watched.
            let (run, began) = try await github.perform { (github, now) throws(SimulatedGitHub.Misuse) in
                let jobs: [SimulatedGitHub.JobPlan] = ["build", .init("test", conclusion: .failure)]
                let began = now.advanced(bySeconds: -49 * 86_400)
                return (try github.startRun(.init(repository, branch: "topic", jobs: jobs), at: began), began)
            }
            await github.settle()
            let cli = way(stage)
            var asked: [String] = []
            let end = try await cli.start(["run", "watch", "\(run)", "-i", "1", "--exit-status"]) { process, printed in
                try await Fleet.eventually("the first screen is there") { try Self.screens(printed()).count >= 1 }
                asked = try await stage.asked {
                    // Once more without any change: what was read before is read again.
                    try await Fleet.eventually("a second screen is there") { try Self.screens(printed()).count >= 2 }
                    for (index, steps) in [2, 1, 2].enumerated() {
                        let seen = try Self.screens(printed()).count
                        kill(process.processIdentifier, SIGSTOP)
                        for _ in 0..<steps {
                            _ = try await github.perform { (github, _) throws(SimulatedGitHub.Misuse) in
                                try github.advance(run: run, at: began.advanced(bySeconds: 10 + 20 * index))
                            }
                        }
                        await github.settle()
                        try await Self.waitForNode(stage, run)
                        kill(process.processIdentifier, SIGCONT)
                        guard index < 2 else { break }
                        // The screen that was being made when the run went on may be the next one.
                        try await Fleet.eventually("the run is seen to go on") {
                            let all = try Self.screens(printed())
                            return all.count > seen && all.last != all[seen - 1]
                        }
                    }
                    try await Fleet.eventually("the watcher ends") { !process.isRunning }
                }
            }
            result.yield(Sight(screens: Self.changes(end.output), end: end, asked: asked))
            result.finish()
        }
        for await sight in results { return sight }
        throw CancellationError()
    }

    /// Waits until what the node would answer about a run is how it stands.
    private static func waitForNode(_ stage: Stage, _ run: Int64) async throws {
        let path = "/repos/\(stage.place.rawValue)/actions/runs/\(run)/jobs"
        let headers: HTTPHeaders = [
            "Authorization": "token gho_reader", "Cache-Control": "only-if-cached", "User-Agent": "tests",
            "Accept": "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview",
        ]
        let wanted = await stage.fleet.github.jobs(ofRun: run).map { "\($0.status.rawValue) \($0.steps.count)" }
        try await stage.fleet.eventually("the node knows how the run stands") {
            let answer = try await stage.fleet.get(path, from: 0, headers: headers)
            guard answer.status == 200 else { return true }
            let jobs = try JSON(parsing: answer.body)["jobs"]?.elements ?? []
            return jobs.map { "\($0["status"]?.text ?? "") \($0["steps"]?.elements.count ?? 0)" } == wanted
        }
    }

    /// The screens that were printed, the last of which is whole only when another one follows.
    private static func screens(_ output: String) -> [String] {
        let parts = output.components(separatedBy: "Refreshing run status every 1 seconds. Press Ctrl+C to quit.\n\n")
        return parts.dropFirst().filter { $0.contains("test") }
    }

    /// The screens without those that only repeat the one before; the last one begins without a notice.
    private static func changes(_ output: String) -> [String] {
        var found: [String] = []
        for screen in screens(output) {
            // What is printed at the end follows the screen before it without a break.
            let parts = screen.components(separatedBy: "Triggered via").count > 2 ? Self.halves(screen) : [screen]
            for part in parts where found.last != part { found.append(part) }
        }
        return found
    }

    private static func halves(_ text: String) -> [String] {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let starts = lines.indices.filter { $0 + 1 < lines.count && lines[$0 + 1].hasPrefix("Triggered via") }
        guard let second = starts.dropFirst().first else { return [text] }
        return [lines[..<second].joined(separator: "\n") + "\n", lines[second...].joined(separator: "\n")]
    }
}
