import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(2)))
struct NodeRotationTests {
    private static let scope = Scope.repository(NodeWorld.hello)
    private static let url = "https://ci.example/webhook"
    private static let rule = RetirementRule(quiet: 2000, grace: 60)

    private func world(directory: String? = nil, after earlier: NodeWorld? = nil) throws -> NodeWorld {
        try NodeWorld(secrets: [], directory: directory, after: earlier) { $0.retirement = Self.rule }
    }

    /// The deliveries of one more run to a hook, signed as GitHub signs them at this moment.
    private func run(to hook: Int64, in world: NodeWorld) throws -> [SimulatedGitHub.OutgoingDelivery] {
        try world.origin.act { github, now in
            let run = try github.startRun(.init(NodeWorld.hello), at: now)
            try github.finish(run: run, at: now)
        }.filter { $0.hookID == hook }
    }

    private func isTaken(_ answer: WebhookAnswer) -> Bool {
        switch answer {
        case .accepted, .duplicate, .ignored, .pong: true
        case .refused, .unavailable: false
        }
    }

    /// Whether something signed with a secret is believed.
    private func believes(_ secret: WebhookSignature.Secret, _ node: Node) async -> Bool {
        let body = Array(#"{"zen":"z","hook_id":7,"repository":{"full_name":"\#(NodeWorld.hello)"}}"#.utf8)
        let request = NodeWorld.request("ping", body, id: "p", signedWith: secret)
        return isTaken(await node.accept(request))
    }

    @Test func underAFloodNothingIsRefusedAndTheOldSecretIsBelievedNoMore() async throws {
        let world = try world()
        try await world.running {
            let hook = try await world.node.registerHook(of: Self.scope, url: Self.url)
            let id = try #require(hook.id)
            let old = try #require(world.hooks.secret(of: id))
            let refused = NodeWorld.Shared(0)
            world.hooks.onDeliveries { deliveries in
                for delivery in deliveries where delivery.hookID == id {
                    if !isTaken(await world.node.accept(NodeWorld.request(delivery))) { refused.change { $0 += 1 } }
                }
            }
            let report = NodeWorld.Shared<RotationReport?>(nil)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let rotated = try await world.node.rotateHook(of: Self.scope)
                    report.change { $0 = rotated }
                }
                // 200 deliveries a second, each a fifth of a second under way, so that many signed with the old secret come
                // after GitHub has the new one.
                var underWay: [SimulatedGitHub.OutgoingDelivery] = []
                var sent = 0
                while report.value == nil, sent < 20_000 {
                    if underWay.count < 40 { underWay += try run(to: id, in: world) }
                    let delivery = underWay.removeFirst()
                    if !isTaken(await world.node.accept(NodeWorld.request(delivery))) { refused.change { $0 += 1 } }
                    sent += 1
                    world.clock.advance(milliseconds: 5)
                    await Task.yield()
                }
                #expect(sent >= 400)
                for delivery in underWay {
                    if !isTaken(await world.node.accept(NodeWorld.request(delivery))) { refused.change { $0 += 1 } }
                }
                try await group.waitForAll()
            }
            #expect(refused.value == 0)
            #expect(report.value?.step == nil)
            let new = try #require(world.hooks.secret(of: id))
            #expect(new != old)
            #expect(await believes(new, world.node))
            #expect(await !believes(old, world.node))
            #expect(try await world.node.hooks(of: nil).map(\.rotation) == [nil])
        }
    }

    @Test func withoutAnythingOfTheNewSecretTheOldOneGoesWhenItsTimeIsOver() async throws {
        let world = try world()
        try await world.running {
            let id = try #require(try await world.node.registerHook(of: Self.scope, url: Self.url).id)
            let old = try #require(world.hooks.secret(of: id))
            let rotating = Task { try await world.node.rotateHook(of: Self.scope) }
            await world.passing { world.store.hook(of: Self.scope)?.secrets.step == .changed }
            #expect(await believes(old, world.node))
            #expect(try await world.node.hooks(of: nil).map(\.rotation) == [.changed])
            await world.passing { !world.node.isRotating(Self.scope) }
            #expect(await !believes(old, world.node))
            _ = try await world.value(of: rotating)
        }
    }

    @Test func twoRotationsAtOnceAreOne() async throws {
        let world = try world()
        try await world.running {
            let id = try #require(try await world.node.registerHook(of: Self.scope, url: Self.url).id)
            let both = Task<Void, any Error> {
                async let first = world.node.rotateHook(of: Self.scope)
                async let second = world.node.rotateHook(of: Self.scope)
                _ = (try? await first, try? await second)
            }
            await world.passing { world.store.hook(of: Self.scope)?.secrets.step == .changed }
            await world.passing { !world.node.isRotating(Self.scope) }
            _ = try await world.value(of: both)
            let secret = try #require(world.store.hook(of: Self.scope)?.secrets.latest)
            #expect(world.hooks.secret(of: id) == WebhookSignature.Secret(secret))
        }
    }

    /// Where the node stops in the middle of a rotation.
    enum Stop: CaseIterable { case beforeGitHub, afterGitHub, afterItsAnswer }

    @Test(arguments: Stop.allCases)
    func aRotationThatACrashBrokeOffGoesOn(stop: Stop) async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try world(directory: directory)
        let (id, old) = try await first.running {
            let id = try #require(try await first.node.registerHook(of: Self.scope, url: Self.url).id)
            let old = try #require(first.hooks.secret(of: id))
            if stop == .beforeGitHub { first.origin.setDown(true) }
            if stop == .afterGitHub { first.hooks.loseAnswers(true) }
            let rotating = Task { try await first.node.rotateHook(of: Self.scope) }
            if stop == .afterItsAnswer {
                await first.passing { first.store.hook(of: Self.scope)?.secrets.step == .changed }
            } else {
                let error = await #expect(throws: ControlError.self) { try await rotating.value }
                #expect(error?.status == 502)
                #expect(first.store.hook(of: Self.scope)?.secrets.step == .offered)
            }
            rotating.cancel()
            // Whatever GitHub signs with now, it is believed.
            #expect(await believes(try #require(first.hooks.secret(of: id)), first.node))
            #expect(await believes(old, first.node))
            return (id, old)
        }
        let atGitHub = try #require(first.hooks.secret(of: id))
        #expect((atGitHub == old) == (stop == .beforeGitHub))
        let second = try world(directory: directory, after: first)
        second.origin.setDown(false)
        #expect(await believes(atGitHub, second.node))
        try await second.running {
            await second.passing { !second.node.isRotating(Self.scope) }
            let new = try #require(second.hooks.secret(of: id))
            #expect(new != old)
            if stop != .beforeGitHub { #expect(new == atGitHub) }
            #expect(await believes(new, second.node))
            #expect(await !believes(old, second.node))
        }
    }
}
