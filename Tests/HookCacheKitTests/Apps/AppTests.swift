import AppKeys
import CacheWorld
import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Logs
import NIOHTTP1
import Replay
import Testing

/// A node that is a GitHub App, whole, over real sockets.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AppTests {
    private static let vault = RepositoryName("octo-tools/vault-ci")!

    @Test func anHoursTokenCostsNoCountedCallForWhatDidNotChange() async throws {
        let app = try AppKey.settings()
        try await ReplayWorld.with(.throughNode, repositories: ["hello-ci"]) { settings in
            settings.github.token = nil
            settings.github.app = app
        } _: { world in
            let node = try #require(world.node)
            try await world.github.createRepository(Self.vault, isPrivate: true)
            _ = try await world.github.installApp(grants: [.read(Self.vault)])
            let run = try await world.github.startRun(.init(Self.vault))
            try await world.github.finish(run: run)
            await world.github.settle()
            let repository = "/repos/\(Self.vault)"
            let runs = "\(repository)/actions/runs"
            let paths = [repository, runs, "\(runs)/\(run)", "\(runs)/\(run)/jobs", "\(repository)/actions/workflows"]
            var bodies: [[UInt8]] = []
            for path in paths { bodies.append(try await node.read(path).body) }
            for hour in 2...3 {
                let before = await world.github.statistics
                world.clock.advance(milliseconds: 3_700_000)
                for (path, body) in zip(paths, bodies) {
                    let answer = try await node.read(path)
                    #expect(answer.body == body)
                }
                let after = await world.github.statistics
                let entries = await world.github.calls.entries
                let minted = entries.filter { $0.target.hasSuffix("/access_tokens") }
                #expect(minted.count == hour && minted.allSatisfy { $0.status == 201 })
                // The new token itself, a look into the App's log, and nothing else.
                let counted = after.countedByPath.filter { $0.value != before.countedByPath[$0.key] }.keys
                #expect(counted.allSatisfy { $0.hasPrefix("/app/") }, "\(counted)")
                #expect(after.counted <= before.counted + 2)
                #expect(after.notModified >= before.notModified + paths.count)
            }
            let counted = await world.github.statistics.countedByPath
            for path in paths { #expect(counted[path] ?? 0 <= 1, "\(path)") }
            #expect(counted["/app/installations"] == 1)
            let shown = await node.statistics()
            #expect(shown.installations.map(\.owner) == ["octo-tools"])
            #expect(shown.rateLimit?.remaining == shown.installations.first?.remaining)
        }
    }

    @Test func aNodeOfAnAppAnswersOverItsSocketAndCaresForHooks() async throws {
        let app = try AppKey.settings()
        let book = LogBook()
        let settings: (Int, inout Settings) -> Void = { _, settings in
            settings.github.token = nil
            settings.github.app = app
            settings.api.socketIdentity = .node
        }
        try await Fleet.with(nodes: 1, settings: settings, logger: book.logger) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            let installation = try await fleet.installApp(grants: [.admin(Self.vault)])
            let hook = try await fleet.registerHook(of: Self.vault.description)
            let run = try await fleet.github.startRun(.init(Self.vault))
            await fleet.github.settle()
            let path = "/repos/\(Self.vault)/actions/runs/\(run)"
            let host = String(fleet.githubURL.dropFirst("http://".count))
            let asked: HTTPHeaders = ["User-Agent": "gh"]
            let answer = try await fleet.overSocket(path, host: host, headers: asked)
            #expect(answer.status == 200)
            #expect(answer.headers.first(name: "X-RateLimit-Limit") == "5000")
            #expect(try await fleet.get(path, from: 0, headers: asked).status == 404, "nobody else is the App")
            #expect(await fleet.github.deliveries(ofHook: hook).contains { $0.delivery.event == "workflow_run" })

            let stats = try await fleet.control(.GET, "stats").json.objects("installations")
            #expect(stats.map { $0.integer("id") } == [installation])
            #expect(stats.first?.string("owner") == "octo-tools" && stats.first?.integer("limit") == 5_000)
            let told = try await fleet.get("/_hookcache/v1/stats", from: 0)
            #expect(!String(decoding: told.body, as: UTF8.self).contains("octo-tools"))

            // Where the App is not, it says so, and what names nobody is for no installation.
            let elsewhere = try await fleet.overSocket("/repos/octocat/hello/actions/runs", host: host, headers: asked)
            #expect(elsewhere.status == 403)
            #expect(String(decoding: elsewhere.body, as: UTF8.self).contains("not installed with octocat"))
            let own = try await fleet.overSocket("/user/repos", host: host, headers: asked)
            #expect(own.status == 403)

            try await fleet.github.setSuspended(true, installation: installation)
            for secret in ["ghs_", "eyJ", "PRIVATE KEY"] {
                #expect(!book.lines.contains { $0.contains(secret) }, "logged")
                #expect(try !Self.holds(fleet.nodes[0].settings.storage.directory, secret), "on disk")
            }
        }
    }

    @Test func anEventOfTheAppDropsWhatWasKnownOfTheInstallation() async throws {
        let app = try AppKey.settings()
        let settings: (Int, inout Settings) -> Void = { _, settings in
            settings.github.token = nil
            settings.github.app = app
        }
        try await Fleet.with(nodes: 1, settings: settings) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            try await fleet.github.startRun(.init(Self.vault))
            let id = try await fleet.github.createApp().id
            let port = await fleet.nodes[0].webhookPort() ?? 0
            try await fleet.github.setHook(
                ofApp: id,
                url: "http://127.0.0.1:\(port)/webhook",
                secret: Fleet.secret
            )
            let path = "/repos/\(Self.vault)/actions/runs"
            await #expect(throws: NodeError.self) { try await fleet.nodes[0].read(path) }
            // Within the minutes that it is remembered for.
            let installation = await fleet.github.installApp(id, with: "octo-tools", grants: [.read(Self.vault)])
            await fleet.github.settle()
            try await fleet.eventually("the event is taken") {
                await fleet.nodes[0].statistics().deliveries.pending == 0 && fleet.nodes[0].isAtRest
            }
            #expect(try await fleet.nodes[0].read(path).status == 200)
            try await fleet.github.uninstall(installation)
            await fleet.github.settle()
            try await fleet.eventually("the event is taken") {
                await fleet.nodes[0].statistics().deliveries.pending == 0 && fleet.nodes[0].isAtRest
            }
            await #expect(throws: NodeError.self) { try await fleet.nodes[0].read(path) }
            #expect(await fleet.github.statistics.deliveriesRefused == 0)
        }
    }

    /// Whether a text stands anywhere in the files of a folder.
    private static func holds(_ folder: String, _ text: String) throws -> Bool {
        try FileManager.default.contentsOfDirectory(atPath: folder).contains { name in
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return data.range(of: Data(text.utf8)) != nil
        }
    }
}
