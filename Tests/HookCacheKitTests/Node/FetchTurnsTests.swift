import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

/// After an event one node asks GitHub, and the others receive what it got (invariant 7).
@Suite(.serialized) struct FetchTurnsTests {
    /// Starts a run and gives it, with the list of its commit's checks that each of its events makes wrong.
    private func start(on fleet: Fleet) async throws -> (run: Int64, list: String) {
        let repository = try #require(RepositoryName(Fleet.repository))
        let port = try #require(await fleet.nodes[0].webhookPort())
        try await fleet.github.createHook(
            in: .repository(repository),
            url: "http://127.0.0.1:\(port)/webhook",
            secret: Fleet.secret
        )
        let run = try await fleet.github.startRun(.init(repository))
        await fleet.github.settle()
        let sha = try #require(await fleet.github.run(run)?.headSHA)
        return (run, "/repos/\(Fleet.repository)/commits/\(sha)/check-suites")
    }

    /// Has every node read and hold a list: the last node asks GitHub, the others have it from there.
    private func hold(_ list: String, on fleet: Fleet) async throws {
        for node in fleet.nodes.indices.reversed() {
            try await fleet.eventually("node \(node) reads the list") {
                try await fleet.get(list, from: node).status == 200
            }
        }
        for node in fleet.nodes.indices {
            try await fleet.eventually("node \(node) holds the list") {
                try await fleet.stored(list, on: node) != nil
            }
        }
    }

    /// Has every node hold the list that the end of a run makes wrong, ends a run, and gives what GitHub was asked for
    /// the list by the time that every node has it anew.
    private func calls(_ fleet: Fleet) async throws -> Int {
        let (run, list) = try await start(on: fleet)
        for node in fleet.nodes.indices {
            // Who knows of the run asks for its list after its event.
            try await fleet.eventually("node \(node) knows of the run") {
                try await fleet.get("/repos/\(Fleet.repository)/actions/runs/\(run)", from: node).status == 200
            }
        }
        try await hold(list, on: fleet)
        try await fleet.settleMesh()
        let before = await fleet.github.statistics.countedByPath[list] ?? 0
        try await fleet.github.finish(run: run)
        await fleet.github.settle()
        for node in fleet.nodes.indices {
            // The event that makes the list wrong shows the run's end.
            try await fleet.eventually("node \(node) knows of the end") {
                let body = try await fleet.stored("/repos/\(Fleet.repository)/actions/runs/\(run)", on: node)
                return body.map { String(decoding: $0, as: UTF8.self).contains(#""status":"completed""#) } ?? false
            }
        }
        for node in fleet.nodes.indices {
            try await fleet.eventually("node \(node) has the list anew") {
                try await fleet.stored(list, on: node) != nil
            }
        }
        return (await fleet.github.statistics.countedByPath[list] ?? 0) - before
    }

    @Test func whatAnEventOvertookReachesWhoCannotAskAllTheSame() async throws {
        try await Fleet.with(
            nodes: 3,
            settings: { index, settings in if index == 0 { settings.github.apiURL = "http://127.0.0.1:9" } }
        ) { fleet in
            // Others ask for the list while they hear of the run.
            let (_, list) = try await start(on: fleet)
            try await hold(list, on: fleet)
        }
    }

    @Test func theAuthorAsksAndTheOthersReceive() async throws {
        try await Fleet.with(nodes: 3) { fleet in
            let before = await fleet.nodes[0].statistics().apiCallsMade
            let count = try await calls(fleet)
            #expect(count == 1)
            #expect(await fleet.nodes[0].statistics().apiCallsMade > before)
        }
    }

    @Test func anAuthorWhoCannotAskIsReplacedByOneOther() async throws {
        try await Fleet.with(
            nodes: 3,
            settings: { index, settings in if index == 0 { settings.github.apiURL = "http://127.0.0.1:9" } }
        ) { fleet in
            let count = try await calls(fleet)
            #expect(count == 1)
            #expect(await fleet.nodes[0].statistics().apiCallsMade == 0)
        }
    }
}
