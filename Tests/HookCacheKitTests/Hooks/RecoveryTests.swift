import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// What GitHub could not deliver is read from its log, over real sockets.
@Suite(.serialized) struct RecoveryTests {
    @Test func whatNeverCameIsTakenInFromTheLog() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let hook = try await fleet.registerHook()
            await fleet.github.settle()
            await fleet.github.setDeliveryFault(.failed)
            let run = try await fleet.github.startRun(.init(repository))
            try await fleet.github.finish(run: run)
            await fleet.github.clearFaults()
            let missed = Set(
                await fleet.github.deliveries(ofHook: hook).filter { !$0.isSuccess }.map(\.delivery.guid)
            )
            #expect(missed.count >= 3)
            let query = "hooks/deliveries?scope=\(Fleet.repository)&failed=true"
            let shown = try await fleet.control(.GET, query).json.objects("deliveries")
            #expect(Set(shown.compactMap { $0.string("delivery") }) == missed)
            #expect(shown.allSatisfy { $0.string("here") == "missing" })

            let body = #"{"scope":"\#(Fleet.repository)"}"#
            let (status, report) = try await fleet.control(.POST, "hooks/recover", body)
            #expect(status == 200 && report.bool("complete") == true)
            #expect(report.integer("recovered") == Int64(missed.count))
            let path = "/repos/\(Fleet.repository)/actions/runs/\(run)"
            let state = try await fleet.get("\(path)?exclude_pull_requests=true", from: 0)
            #expect(String(decoding: state.body, as: UTF8.self).contains(#""status":"completed""#))
            let after = try await fleet.control(.GET, query).json.objects("deliveries")
            try await fleet.eventually("everything is worked off") {
                await fleet.nodes[0].statistics().deliveries.pending == 0
            }
            #expect(after.count == missed.count)
            #expect(await fleet.nodes[0].statistics().deliveries.recovered == missed.count)
            // A second search finds nothing to do.
            let again = try await fleet.control(.POST, "hooks/recover", body).json
            #expect(again.integer("recovered") == 0 && again.integer("api_calls") == 1)
            let listed = try await fleet.control(.GET, "hooks").json.objects("hooks").first?.object("log")
            #expect(listed?.integer("recovered") == Int64(missed.count))
        }
    }
}
