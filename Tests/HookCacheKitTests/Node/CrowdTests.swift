import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// Many clients at once, each over a connection of its own, measured at the simulated GitHub.
@Suite(.serialized, .timeLimit(.minutes(3))) struct CrowdTests {
    private static let vault = RepositoryName("octo-tools/vault-ci")!

    private func headers(_ token: String) -> HTTPHeaders { ["Authorization": "Bearer \(token)"] }

    @Test func tenCredentialsAskForAPrivateKeyTenTimes() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            try await fleet.github.startRun(.init(Self.vault))
            for number in 0..<10 {
                await fleet.github.createToken("token-\(number)", grants: number < 9 ? [.read(Self.vault)] : [])
            }
            let path = "/repos/\(Self.vault)/actions/runs"
            await fleet.github.addFault(.slow(2_000), toPathsWith: path)
            let before = await fleet.github.statistics
            let clients = (0..<200).map { headers("token-\($0 % 10)") }
            let answers = try await fleet.get(path, from: 0, byEachOf: clients)
            #expect(answers.count { $0.status == 200 } == 180)
            // The one without access is refused, and nobody else.
            #expect(answers.count { $0.status == 404 } == 20)
            #expect(await fleet.github.statistics.requests == before.requests + 10)
        }
    }
}
