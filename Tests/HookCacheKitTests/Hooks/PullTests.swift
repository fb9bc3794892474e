import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// A node that GitHub cannot reach takes its events from the delivery log, over real sockets.
@Suite(.serialized) struct PullTests {
    @Test func eventsBecomeFreshWithoutOneDelivery() async throws {
        try await Fleet.with(nodes: 1) { _, settings in
            settings.webhook.takesLog = true
            settings.webhook.logPause = .milliseconds(500)
        } _: { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let (status, hook) = try await fleet.control(.POST, "hooks", #"{"scope":"\#(repository)"}"#)
            #expect(status == 200)
            let id = try #require(hook.integer("id"))
            let run = try await fleet.github.startRun(.init(repository))
            try await fleet.github.finish(run: run)
            await fleet.github.settle()
            let sent = await fleet.github.deliveries(ofHook: id).map(\.delivery).filter { $0.event != "ping" }
            try await fleet.eventually("every delivery is taken from the log") {
                await fleet.nodes[0].statistics().deliveries.recovered == sent.count
            }
            try await fleet.eventually("the run is completed here") {
                let body = try await fleet.stored("/repos/\(repository)/actions/runs/\(run)", on: 0)
                return body.map { String(decoding: $0, as: UTF8.self).contains(#""status":"completed""#) } ?? false
            }
            #expect(await fleet.nodes[0].statistics().deliveries.accepted == 0)
            #expect(await fleet.github.statistics.deliveriesAnswered == 0)
            let log = try #require(try await fleet.control(.GET, "hooks").json.objects("hooks").first?.object("log"))
            #expect(log.bool("source") == true)
            #expect(log.integer("recovered") == Int64(sent.count))
            #expect((log.integer("api_calls_last_hour") ?? 0) > Int64(sent.count))
        }
    }
}
