import AppKeys
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

    @Test func anInstallationsRenewedTokenCostsNoCountedCall() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            let installation = try await fleet.installApp(grants: [.read(Self.vault)])
            let run = try await fleet.github.startRun(.init(Self.vault))
            let paths = ["", "/\(run)", "/\(run)/jobs"].map { "/repos/\(Self.vault)/actions/runs\($0)" }
            let first = try await fleet.token(of: installation)
            var bodies: [[UInt8]] = []
            for path in paths {
                let answer = try await fleet.get(path, from: 0, headers: headers(first))
                #expect(answer.status == 200)
                bodies.append(answer.body)
            }
            let renewed = try await fleet.token(of: installation)
            #expect(renewed != first)
            let before = await fleet.github.statistics
            for (path, body) in zip(paths, bodies) {
                let answer = try await fleet.get(path, from: 0, headers: headers(renewed))
                #expect(answer.status == 200)
                #expect(answer.body == body)
            }
            let after = await fleet.github.statistics
            #expect(after.counted == before.counted)
            // The first answer proves access; what else is stored of the repository is served by it.
            #expect(after.notModified == before.notModified + 1)
            #expect(after.requests == before.requests + 1)
        }
    }

    @Test func aTokenProvenForRunsIsNotProvenForRunners() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            try await fleet.github.createRunner("secret-runner", in: .repository(Self.vault))
            try await fleet.github.startRun(.init(Self.vault))
            await fleet.github.createToken("admin", grants: [.admin(Self.vault)])
            await fleet.github.createToken("reader", grants: [.read(Self.vault)])
            let (runs, runners) = ("/repos/\(Self.vault)/actions/runs", "/repos/\(Self.vault)/actions/runners")
            let admins = try await fleet.get(runners, from: 0, headers: headers("admin"))
            #expect(String(decoding: admins.body, as: UTF8.self).contains("secret-runner"))
            #expect(try await fleet.get(runs, from: 0, headers: headers("reader")).status == 200)
            let refused = try await fleet.get(runners, from: 0, headers: headers("reader"))
            #expect(refused.status == 403)
            #expect(!String(decoding: refused.body, as: UTF8.self).contains("secret-runner"))
            // The refusal is about runners alone.
            let requests = await fleet.github.statistics.requests
            #expect(try await fleet.get(runs, from: 0, headers: headers("reader")).status == 200)
            #expect(await fleet.github.statistics.requests == requests)
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

extension Fleet {
    /// Has an App's installation make a token, through the first node.
    fileprivate func token(of installation: Int64) async throws -> String {
        let answer = try await overSocket(
            "/app/installations/\(installation)/access_tokens",
            host: String(githubURL.dropFirst("http://".count)),
            method: .POST,
            headers: ["Authorization": "Bearer \(try AppKey.tokenNow())", "User-Agent": "test"]
        )
        #expect(answer.status == 201)
        let object = try JSONObject(answer.body)
        return try #require(object.string("token"))
    }
}
