import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOHTTP1
import Testing

@testable import hookcache

/// The play with GitHub itself in place of the nodes.
@Suite struct DemoPlayTests {
    @Test func everyEventOfARunIsSeen() async throws {
        try await self.withPlay { play in
            var events: [DemoReport.Event] = []
            let run = try await play.play(.init(play.repository)) { events.append($0) }
            let titles = events.map { $0.title.trimmingPrefix(while: { $0 == " " }) }
            #expect(titles.first == "run 1 requested")
            #expect(titles.last == "run 1 completed: success")
            #expect(titles.contains("job build queued"))
            #expect(titles.contains("job test completed: success"))
            #expect(!events.contains { !$0.arrivedEverywhere })
            #expect(try await play.staleLists(ofRuns: [run]).isEmpty)

            events = []
            try await play.playAgain(run) { events.append($0) }
            #expect(events.last?.title == "run 1 completed: success")
            #expect(!events.contains { !$0.arrivedEverywhere })
        }
    }

    private func withPlay(_ body: (DemoPlay) async throws -> Void) async throws {
        try await StubNode.during(["POST /webhook": .init(status: .accepted, body: "{}")]) { hook in
            let repository = try #require(RepositoryName("octo-org/app"))
            let hookURL = hook.url + "/webhook"
            try await SimulatedGitHubServer.withServer { github, url in
                _ = try await github.createRepository(repository)
                await github.createToken(DemoReader.token, grants: [.read(repository)])
                let hookID = try await github.createHook(in: .repository(repository), url: hookURL, secret: "s")
                await github.settle()
                let readers = [DemoReader(apiURL: url, githubURL: url), DemoReader(apiURL: url, githubURL: url)]
                try await body(DemoPlay(github: github, repository: repository, hookID: hookID, readers: readers))
            }
        }
    }
}
