import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// A hook goes with its repository.
@Suite(.timeLimit(.minutes(1)))
struct NodeHookNamesTests {
    private static let scope = Scope.repository(NodeWorld.hello)
    private static let name = RepositoryName("octo-tools/renamed-ci")!
    private static let renamed = Scope.repository(name)

    private func register(_ world: NodeWorld) async throws -> Int64 {
        let id = try #require(try await world.node.registerHook(of: Self.scope, url: "https://ci.example/webhook").id)
        _ = world.origin.act { _, _ in }
        return id
    }

    /// What GitHub tries to send to a hook because of something, while nobody is there.
    private func missed(
        by hook: Int64,
        in world: NodeWorld,
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) rethrows -> [SimulatedGitHub.OutgoingDelivery] {
        let deliveries = try world.origin.act(action).filter { $0.hookID == hook }
        world.origin.act { github, now in
            for delivery in deliveries { github.record(.init(status: nil), of: delivery, at: now) }
        }
        return deliveries
    }

    private func reads(_ world: NodeWorld) -> [Substring] {
        world.origin.look { $0.calls.entries.filter { $0.status == 200 }.map(\.target) }
            .filter { $0.contains("/deliveries/") }.compactMap { $0.split(separator: "/").last }
    }

    /// Nobody reads and nothing is delivered: the log's own path tells that the repository is called otherwise.
    @Test func itsLogIsReadUnderTheNewName() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try NodeWorld(secrets: [], directory: directory)
        let hook = try await first.running { try await register(first) }
        var run: Int64 = 0
        var deliveries = try missed(by: hook, in: first) { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
        deliveries += try missed(by: hook, in: first) { try $0.rename(NodeWorld.hello, to: Self.name, at: $1) }
        first.clock.advance(milliseconds: 60_000)
        deliveries += try missed(by: hook, in: first) { try $0.finish(run: run, at: $1) }

        let second = try NodeWorld(secrets: [], directory: directory, after: first)
        try await second.running {
            await second.passing { second.store.hook(of: Self.renamed)?.log.checkedAt != nil }
            #expect(second.store.hook(of: Self.scope) == nil)
            await second.passing { second.store.pendingCount == 0 }
            // All that it missed, under either name, and each once.
            let own = deliveries.filter { EventName(rawValue: $0.event).map { $0 != .ping } ?? false }
            #expect(reads(second).count == own.count && Set(reads(second)).count == own.count)
            #expect(try await second.node.deliveries(of: nil, failedOnly: true, limit: 9).isEmpty)
            let id = ObjectID(repository: Self.name, kind: .run, id: run)
            #expect(second.store.state(id)?.status == "completed")
            #expect(second.store.states(in: NodeWorld.hello, kind: .run).isEmpty)
            #expect(second.store.states(in: NodeWorld.hello, kind: .job).isEmpty)
            let queue = try await second.node.queue(.owner("octo-tools"), labels: [], includesPrivate: true)
            #expect(queue.queued + queue.inProgress == 0)
        }
    }

    @Test func itsRotationGoesOnUnderTheNewName() async throws {
        let world = try NodeWorld(secrets: []) { $0.retirement = RetirementRule(quiet: 2000, grace: 60) }
        try await world.running {
            let hook = try await register(world)
            let old = try #require(world.hooks.secret(of: hook))
            world.origin.setDown(true)
            await #expect(throws: ControlError.self) { try await world.node.rotateHook(of: Self.scope) }
            world.origin.setDown(false)
            try world.origin.act { try $0.rename(NodeWorld.hello, to: Self.name, at: $1) }
            await world.passing { world.store.hook(of: Self.renamed)?.secrets.step == nil && !isRotating(world) }
            let secret = try #require(world.store.hook(of: Self.renamed)?.secrets.latest)
            #expect(world.hooks.secret(of: hook) == WebhookSignature.Secret(secret))
            #expect(world.hooks.secret(of: hook) != old)
        }
    }

    private func isRotating(_ world: NodeWorld) -> Bool {
        world.store.hook(of: Self.renamed) == nil || world.node.isRotating(Self.renamed)
    }
}
