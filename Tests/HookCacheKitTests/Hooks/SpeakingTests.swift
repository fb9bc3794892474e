import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

/// Whom a secret speaks for, over real sockets.
@Suite(.serialized) struct SpeakingTests {
    private func body(_ member: String, of repository: String = Fleet.repository) -> [UInt8] {
        Array(#"{"action":"requested",\#(member),"repository":{"full_name":"\#(repository)","private":false}}"#.utf8)
    }

    private let run = #""workflow_run":{"id":7,"status":"queued","updated_at":"2026-08-01T10:00:00Z"}"#
    private let job = #""workflow_job":{"id":9,"run_id":7,"status":"queued"}"#

    @Test func aHooksSecretSpeaksForItsRepositoryAndABodyForItsEventAlone() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let hook = try await fleet.registerHook()
            let secret = try #require(await fleet.github.hook(hook)?.secret)
            let accepted = await fleet.nodes[0].statistics().deliveries.accepted
            let refused: [(String, [UInt8], Int)] = [
                ("workflow_run", body(run, of: "octo-tools/other"), 403),
                ("workflow_job", body(job, of: "elsewhere/other"), 403),
                ("repository", body(#""changes":{}"#, of: "octo-tools/other"), 403),
                ("ping", Array(#"{"zen":"z","hook_id":1,"repository":{"full_name":"octo-tools/other"}}"#.utf8), 403),
                ("workflow_job", body(run), 400), ("workflow_run", body(job), 400), ("check_run", body(run), 400),
                ("push", body(run), 400), ("ping", body(run), 400), ("repository", body(job), 400),
            ]
            for (number, delivery) in refused.enumerated() {
                let status = try await fleet.deliver(
                    event: delivery.0,
                    id: "r-\(number)",
                    body: delivery.1,
                    secret: secret
                )
                #expect(status == delivery.2, "\(delivery.0), the one at \(number)")
            }
            #expect(await fleet.nodes[0].statistics().deliveries.accepted == accepted)
            #expect(try await fleet.deliver(event: "workflow_run", id: "a", body: body(run), secret: secret) == 202)
            #expect(try await fleet.deliver(event: "workflow_job", id: "b", body: body(job), secret: secret) == 202)
            #expect(await fleet.nodes[0].statistics().deliveries.accepted == accepted + 2)
        }
    }
}
