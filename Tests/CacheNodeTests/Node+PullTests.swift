import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(2)))
struct NodePullTests {
    private static let scope = Scope.repository(NodeWorld.hello)

    private func world() throws -> NodeWorld {
        try NodeWorld(secrets: [], takesLog: true) { $0.recoverySchedule = .pull(every: 30_000) }
    }

    /// GitHub tries to deliver, and nobody is there; or something is that takes all.
    private func sent(
        _ world: NodeWorld,
        status: Int?,
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) throws -> [SimulatedGitHub.OutgoingDelivery] {
        let deliveries = try world.origin.act(action)
        world.origin.act { github, now in
            for delivery in deliveries { github.record(.init(status: status), of: delivery, at: now) }
        }
        return deliveries.filter { $0.hookID == world.store.hook(of: Self.scope)?.hookID }
    }

    private func calls(_ world: NodeWorld) -> [(target: String, status: Int)] {
        world.origin.look { $0.calls.entries.map { ($0.target, $0.status) } }.filter { $0.0.contains("/deliveries") }
    }

    @Test(arguments: [nil, 200])
    func theLogIsTheSourceOfEvents(status: Int?) async throws {
        let world = try world()
        try await world.running {
            let hook = try await world.node.registerHook(of: Self.scope, url: nil)
            #expect(hook.url == "https://hookcache.invalid/webhook")
            var run: Int64 = 0
            var deliveries = try sent(world, status: status) { github, now in
                run = try github.startRun(.init(NodeWorld.hello), at: now)
            }
            let id = ObjectID(repository: NodeWorld.hello, kind: .run, id: run)
            await world.passing { world.store.state(id) != nil }
            deliveries += try sent(world, status: status) { github, now in try github.finish(run: run, at: now) }
            await world.passing { world.store.state(id)?.status == "completed" }
            let used = deliveries.filter { EventName(rawValue: $0.event).map { $0 != .ping } ?? false }
            await world.passing { world.store.hook(of: Self.scope)?.log.recovered == used.count }
            let reads = calls(world).map(\.target).filter { !$0.contains("/deliveries?") }
            #expect(reads.count == used.count && Set(reads).count == used.count)
            #expect(await world.node.statistics().deliveries.accepted == 0)

            // An hour in which nothing happens is free, and what it cost before is told.
            let before = calls(world).count
            await world.live(milliseconds: 300_000)
            let idle = calls(world).dropFirst(before)
            #expect(idle.count >= 5)
            #expect(idle.dropFirst().allSatisfy { $0.status == 304 })
            let log = try #require(try await world.node.hooks(of: nil).first?.log)
            #expect(log.isSource && log.callsLastHour == calls(world).count { $0.status != 304 })
        }
    }

    @Test func aPingIsFoundInTheLog() async throws {
        let world = try world()
        try await world.running {
            _ = try await world.node.registerHook(of: Self.scope, url: nil)
            _ = try sent(world, status: nil) { _, _ in }
            await world.passing { world.store.hook(of: Self.scope)?.log.checkedAt != nil }
            world.hooks.onDeliveries { deliveries in
                world.origin.act { github, now in
                    for delivery in deliveries { github.record(.init(status: nil), of: delivery, at: now) }
                }
            }
            let pinging = Task { try await world.node.pingHook(of: Self.scope) }
            try await world.value(of: pinging)
        }
    }

    @Test func withoutPullAURLIsNeeded() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let error = await #expect(throws: ControlError.self) {
                try await world.node.registerHook(of: Self.scope, url: nil)
            }
            #expect(error?.message.contains("CACHE_HOOK_PULL=true") == true)
        }
    }
}
