import AppKeys
import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// What GitHub could not deliver to a GitHub App's webhook is read from the App's own log, over real sockets.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AppLogTests {
    private static let vault = RepositoryName("octo-tools/vault-ci")!

    private static func with(
        settings adjust: @escaping (inout Settings) -> Void = { _ in },
        _ work: @Sendable @escaping (Fleet, SimulatedGitHub.App) async throws -> Void
    ) async throws {
        let key = try AppKey.settings()
        let settings: (Int, inout Settings) -> Void = { _, settings in
            settings.github.token = nil
            settings.github.app = key
            adjust(&settings)
        }
        try await Fleet.with(nodes: 1, settings: settings) { fleet in
            try await fleet.github.createRepository(Self.vault, isPrivate: true)
            let app = try await fleet.github.createApp()
            // What happens after the first reading is not found by it.
            try await fleet.eventually("the log was asked for once") {
                await fleet.github.calls.entries.contains { $0.target.hasPrefix("/app/hook/deliveries") }
            }
            try await work(fleet, app)
        }
    }

    /// Has the App's log read now, once nobody else reads it.
    private static func recover(_ fleet: Fleet) async throws -> (status: Int, json: JSONObject) {
        var answer = try await fleet.control(.POST, "hooks/recover", #"{"scope":"*"}"#)
        for _ in 0..<1_000 where answer.status == 409 {
            try await Task.sleep(for: .milliseconds(5))
            answer = try await fleet.control(.POST, "hooks/recover", #"{"scope":"*"}"#)
        }
        return answer
    }

    private static func isCompleted(_ run: Int64, _ fleet: Fleet) async throws -> Bool {
        let answer = try await fleet.nodes[0].read("/repos/\(vault)/actions/runs/\(run)")
        return String(decoding: answer.body, as: UTF8.self).contains(#""status":"completed""#)
    }

    @Test func whatNeverCameIsTakenInFromTheAppsLog() async throws {
        try await Self.with { fleet, app in
            let port = await fleet.nodes[0].webhookPort() ?? 0
            let url = "http://127.0.0.1:\(port)/webhook"
            let hook = try await fleet.github.setHook(ofApp: app.id, url: url, secret: Fleet.secret)
            _ = await fleet.github.installApp(app.id, with: "octo-tools", grants: [.read(Self.vault)])
            let run = try await fleet.github.startRun(.init(Self.vault))
            await fleet.github.settle()
            let arrived = await fleet.nodes[0].statistics().deliveries.accepted
            #expect(arrived >= 3, "the installation, the run and its job")
            await fleet.github.setDeliveryFault(.failed)
            try await fleet.github.finish(run: run)
            await fleet.github.clearFaults()
            let missed = await fleet.github.deliveries(ofHook: hook).filter { !$0.isSuccess }.count
            #expect(missed >= 2)
            let query = "hooks/deliveries?scope=*&failed=true"
            let shown = try await fleet.control(.GET, query).json.objects("deliveries")
            #expect(shown.count == missed && shown.allSatisfy { $0.string("here") == "missing" })

            let (status, report) = try await Self.recover(fleet)
            #expect(status == 200 && report.bool("complete") == true)
            #expect(report.integer("recovered") == Int64(missed))
            try await fleet.eventually("everything is worked off") {
                await fleet.nodes[0].statistics().deliveries.pending == 0
            }
            let before = await fleet.github.statistics.countedByPath["/repos/\(Self.vault)/actions/runs/\(run)"]
            #expect(try await Self.isCompleted(run, fleet))
            #expect(before ?? 0 == 0)
            let again = try await Self.recover(fleet).json
            #expect(again.integer("recovered") == 0 && again.integer("api_calls") == 1)
            let asked = await fleet.github.calls.entries.filter { $0.target.hasPrefix("/app/hook/deliveries/") }
            #expect(Set(asked.map(\.target)).count == asked.count, "none twice")
        }
    }

    @Test func anAppThatGitHubCannotReachTakesItsEventsFromItsLog() async throws {
        try await Self.with {
            $0.webhook.takesLog = true
            $0.webhook.logPause = .milliseconds(500)
        } _: { fleet, app in
            let url = "https://hookcache.invalid/webhook"
            let hook = try await fleet.github.setHook(ofApp: app.id, url: url, secret: "s")
            _ = await fleet.github.installApp(app.id, with: "octo-tools", grants: [.read(Self.vault)])
            let run = try await fleet.github.startRun(.init(Self.vault))
            try await fleet.github.finish(run: run)
            await fleet.github.settle()
            let sent = await fleet.github.deliveries(ofHook: hook).filter { $0.delivery.event != "ping" }
            try await fleet.eventually("every delivery is taken from the log") {
                await fleet.nodes[0].statistics().deliveries.recovered == sent.count
            }
            try await fleet.eventually("the run is completed here") { try await Self.isCompleted(run, fleet) }
            #expect(await fleet.github.statistics.deliveriesAnswered == 0)
        }
    }

    @Test func anAppWithoutAWebhookHasNothingToRecover() async throws {
        try await Self.with { fleet, _ in
            let (status, report) = try await Self.recover(fleet)
            #expect(status == 404)
            #expect(report.string("error")?.contains("has no webhook") == true)
        }
    }

    @Test func aNodeThatIsNoAppSaysSo() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let (status, report) = try await fleet.control(.POST, "hooks/recover", #"{"scope":"*"}"#)
            #expect(status == 404)
            #expect(report.string("error")?.contains("GITHUB_APP_ID") == true)
        }
    }
}
