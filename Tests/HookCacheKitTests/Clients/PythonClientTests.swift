import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

/// Clients from PyPI see the same through a node as at GitHub itself, and a second look costs GitHub nothing.
@Suite(.enabled(if: PythonClient.areInstalled, PythonClient.absence), .serialized, .timeLimit(.minutes(5)))
struct PythonClientTests {
    @Test(arguments: PythonClient.allCases, [false, true])
    func aClientWalksThroughANodeAsItWalksGitHub(client: PythonClient, isPrivate: Bool) async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let walk = try await Self.prepare(fleet, isPrivate: isPrivate)
            let direct = try await client.walk(walk)
            #expect(direct.count > 20)
            var through = walk
            through.api = "http://127.0.0.1:\(try #require(await fleet.nodes[0].apiPort()))"
            Self.expectEqual(try await client.walk(through), direct)

            let before = await fleet.github.statistics
            Self.expectEqual(try await client.walk(through), direct)
            let asked = await fleet.github.statistics.requests - before.requests
            let targets = await fleet.github.calls.entries.suffix(asked).map(\.target)
            #expect(targets == [])
        }
    }

    /// It asks for revalidation with every request unless it is told not to.
    @Test func githubkitAsItComesCostsNoCountedCallTheSecondTime() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            var walk = try await Self.prepare(fleet, isPrivate: true)
            walk.mayBeCached = false
            let direct = try await PythonClient.githubkit.walk(walk)
            walk.api = "http://127.0.0.1:\(try #require(await fleet.nodes[0].apiPort()))/api/v3"
            Self.expectEqual(try await PythonClient.githubkit.walk(walk), direct)

            let before = await fleet.github.statistics
            Self.expectEqual(try await PythonClient.githubkit.walk(walk), direct)
            let after = await fleet.github.statistics
            #expect(after.counted == before.counted)
            #expect(after.notModified > before.notModified)
        }
    }

    /// A repository with enough in it to fill pages, and those who may read it.
    private static func prepare(_ fleet: Fleet, isPrivate: Bool) async throws -> PythonClient.Walk {
        let github = fleet.github
        let repository = try #require(RepositoryName("octo-tools/walk"))
        try await github.createRepository(repository, isPrivate: isPrivate)
        await github.createToken("reader", login: "reader", grants: [.read(repository)])
        await github.createToken("admin", login: "keeper", grants: [.admin(repository)])
        for number in 0..<13 {
            var plan = SimulatedGitHub.RunPlan(repository)
            if number % 3 == 1 { plan.branch = "topic" }
            if number % 4 == 2 { (plan.event, plan.workflow) = ("workflow_dispatch", "release.yml") }
            if number % 5 == 3 { plan.jobs = ["build", .init("test", conclusion: .failure)] }
            let isOver = number < 11
            _ = try await github.perform { [plan] (github, now) throws(SimulatedGitHub.Misuse) in
                // Long ago, so that nothing moves while the clients walk.
                let past = now.advanced(bySeconds: -3_600 * (20 - number))
                let run = try github.startRun(plan, at: past)
                if isOver { try github.finish(run: run, at: past.advanced(bySeconds: 60)) }
                if number > 9 { try github.createArtifact("log-\(number)", run: run, at: past) }
            }
        }
        for number in 0..<5 {
            try await github.createRunner("runner-\(number)", labels: ["gpu"], in: .repository(repository))
        }
        return PythonClient.Walk(
            api: fleet.githubURL,
            token: "reader",
            adminToken: "admin",
            repository: repository.description
        )
    }

    private static func expectEqual(_ seen: [String], _ direct: [String]) {
        #expect(seen.count == direct.count)
        for (seen, direct) in zip(seen, direct) { #expect(seen == direct) }
    }
}
