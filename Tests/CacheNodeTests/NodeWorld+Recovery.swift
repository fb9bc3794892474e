import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Deliveries that nobody took, and the reading of their log.
extension NodeWorld {
    /// A world whose logs are read by hand alone.
    static func readByHand() throws -> NodeWorld {
        try NodeWorld(secrets: []) { $0.hookTick = 1_000_000_000_000 }
    }

    /// Registers the hook of the repository, which hears of stars as well.
    func registerListeningHook() async throws -> Int64 {
        let id = try #require(try await node.registerHook(of: Self.scope, url: Self.hookURL).id)
        let events: JSON = ["workflow_run", "workflow_job", "star"]
        let target = "/repos/\(Self.hello)/hooks/\(id)"
        #expect(origin.call("PATCH", target, body: ["events": events])?.status == 200)
        _ = origin.act { _, _ in }
        return id
    }

    /// A run that comes and is over, and what GitHub sends of it.
    func finishRun(hook: Int64) throws -> (Int64, Deliveries) {
        var run: Int64 = 0
        let deliveries = try sent(to: hook) { github, now in
            run = try github.startRun(.init(Self.hello), at: now)
            try github.finish(run: run, at: now)
        }
        return (run, deliveries)
    }

    func stars(_ count: Int, hook: Int64) throws -> Deliveries {
        try sent(to: hook) { github, now in
            for number in 0..<count { try github.star(Self.hello, by: "fan-\(number)", at: now) }
        }
    }

    /// What the delivery log was asked for since a moment of the call log.
    func logCalls(since count: Int) -> (lists: Int, reads: [String]) {
        let calls = origin.look { $0.calls.entries.dropFirst(count).map(\.target) }.filter { target in
            target.contains("/deliveries")
        }
        return (calls.count { $0.contains("/deliveries?") }, calls.filter { !$0.contains("/deliveries?") })
    }

    var callCount: Int { origin.look { $0.calls.entries.count } }

    /// Lets time pass until the log was read to its end after a moment, within a bound.
    func searched(after moment: Timestamp) async {
        for _ in 0..<2000 {
            if let checkedAt = store.hook(of: Self.scope)?.log.checkedAt, checkedAt >= moment { return }
            await clock.pass(milliseconds: 1000)
            try? await Task.sleep(for: .milliseconds(1))
        }
        Issue.record("the log was not read to its end")
    }

    /// Has the log read by hand, once nobody else reads it.
    func recover() async throws -> RecoveryReport {
        for _ in 0..<1000 {
            do {
                return try await node.recover(.hook(Self.scope))
            } catch {
                guard error.status == 409 else { throw error }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        return try await node.recover(.hook(Self.scope))
    }

    /// Returns once everything in the inbox is worked off.
    func settled() async {
        for _ in 0..<10_000 where store.pendingCount > 0 { try? await Task.sleep(for: .milliseconds(1)) }
        #expect(store.pendingCount == 0)
    }
}
