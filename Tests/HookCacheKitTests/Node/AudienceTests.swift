import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// Who is served what, over real HTTP and measured at the simulated GitHub.
@Suite(.serialized) struct AudienceTests {
    private static let vault = RepositoryName("octo-tools/vault-ci")!
    private static let hello = RepositoryName("octo-tools/hello-ci")!

    private func headers(_ token: String) -> HTTPHeaders { ["Authorization": "Bearer \(token)"] }

    @Test func aSecondTokenOfAPublicRepositoryCostsNoCall() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.startRun(.init(Self.hello))
            await fleet.github.createToken("second", login: "monalisa", grants: [])
            let path = "/repos/\(Self.hello)/actions/runs"
            let first = try await fleet.get(path, from: 0, headers: headers(Fleet.token))
            let before = await fleet.github.statistics
            let second = try await fleet.get(path, from: 0, headers: headers("second"))
            #expect(first.status == 200 && second.status == 200)
            #expect(second.body == first.body)
            #expect(await fleet.github.statistics == before)
        }
    }

    @Test func aRenewedTokenCostsNoCountedCall() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            for token in ["ghs_first", "ghs_renewed"] {
                await fleet.github.createToken(token, grants: [.read(Self.vault)])
            }
            let run = try await fleet.github.startRun(.init(Self.vault))
            let paths = ["", "/\(run)", "/\(run)/jobs"].map { "/repos/\(Self.vault)/actions/runs\($0)" }
            for path in paths {
                #expect(try await fleet.get(path, from: 0, headers: headers("ghs_first")).status == 200)
            }
            let before = await fleet.github.statistics
            for path in paths {
                let answer = try await fleet.get(path, from: 0, headers: headers("ghs_renewed"))
                #expect(answer.status == 200)
            }
            let after = await fleet.github.statistics
            #expect(after.counted == before.counted)
            // The first answer proves access; what else is stored of the repository is served by it.
            #expect(after.notModified == before.notModified + 1)
            #expect(after.requests == before.requests + 1)
        }
    }

    @Test func runnersOfAPublicRepositoryReachNoOtherTokenNobodyAndNoPeer() async throws {
        try await Fleet.with(nodes: 2) { fleet in
            try await fleet.github.createRunner("secret-runner", in: .repository(Self.hello))
            try await fleet.github.startRun(.init(Self.hello))
            await fleet.github.createToken("reader", login: "monalisa", grants: [.read(Self.hello)])
            let path = "/repos/\(Self.hello)/actions/runners"
            let admin = try await fleet.get(path, from: 0, headers: headers(Fleet.token))
            #expect(String(decoding: admin.body, as: UTF8.self).contains("secret-runner"))
            for node in 0..<2 {
                for asked in [headers("reader"), headers("unknown"), [:], ["Cache-Control": "only-if-cached"]] {
                    let answer = try await fleet.get(path, from: node, headers: asked)
                    #expect(answer.status != 200)
                    #expect(!String(decoding: answer.body, as: UTF8.self).contains("secret-runner"))
                }
            }
        }
    }
}
