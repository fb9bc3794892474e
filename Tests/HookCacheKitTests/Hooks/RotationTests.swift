import CacheCore
import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Synchronization
import Testing

/// A webhook is given another secret while GitHub delivers, over real sockets.
@Suite(.serialized) struct RotationTests {
    @Test func underAFloodNothingIsRefusedAndTheOldSecretIsBelievedNoMore() async throws {
        try await Fleet.with(nodes: 1) { _, settings in
            settings.webhook.retirement = RetirementRule(quiet: 500, grace: 30)
        } _: { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let hook = try await fleet.registerHook()
            let old = try #require(await fleet.github.hook(hook)?.secret)
            let isRotated = Flag()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    // At least 100 runs, and as many as it takes; about 30 a second, of 7 deliveries each.
                    for number in 0..<1000 where number < 100 || !isRotated.isSet {
                        let run = try await fleet.github.startRun(.init(repository))
                        try await fleet.github.finish(run: run)
                        try await Task.sleep(for: .milliseconds(33))
                    }
                }
                group.addTask {
                    let body = #"{"scope":"\#(Fleet.repository)"}"#
                    let (status, json) = try await fleet.control(.POST, "hooks/rotate", body)
                    #expect(status == 200 && json.string("status") == "rotated")
                    isRotated.set()
                }
                try await group.waitForAll()
            }
            await fleet.github.settle()
            let statistics = await fleet.github.statistics
            #expect(statistics.deliveriesRefused == 0)
            #expect(statistics.deliveriesAnswered > 500)
            let new = try #require(await fleet.github.hook(hook)?.secret)
            #expect(new != old)
            let ping = Array(#"{"zen":"z","hook_id":\#(hook),"repository":{"full_name":"\#(repository)"}}"#.utf8)
            #expect(try await fleet.deliver(event: "ping", id: "old", body: ping, secret: old) == 401)
            #expect(try await fleet.deliver(event: "ping", id: "new", body: ping, secret: new) == 200)
            // Not one of a crowd that still has it, and nothing of what they say.
            let accepted = await fleet.nodes[0].statistics().deliveries.accepted
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...200 {
                    group.addTask {
                        let body = #"{"action":"requested","workflow_run":{"id":\#(number),"status":"queued"},"#
                        let rest = #""repository":{"full_name":"\#(repository)","private":false}}"#
                        return try await fleet.deliver(
                            event: "workflow_run",
                            id: "late-\(number)",
                            body: Array((body + rest).utf8),
                            secret: old
                        )
                    }
                }
                for try await status in group { #expect(status == 401) }
            }
            #expect(await fleet.nodes[0].statistics().deliveries.accepted == accepted)
        }
    }
}

/// Something that came true.
private final class Flag: Sendable {
    private let state = Mutex(false)

    var isSet: Bool { state.withLock { $0 } }

    func set() { state.withLock { $0 = true } }
}
