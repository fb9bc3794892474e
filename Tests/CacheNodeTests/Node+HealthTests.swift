import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// How far the events of a repository are trusted.
@Suite(.timeLimit(.minutes(3)))
struct NodeHealthTests {
    @Test func aLogThatCannotBeReadForLongIsSuspect() async throws {
        let world = try NodeWorld.audited { $0.health.audits.first = 86_400_000 }
        try await world.running {
            try await world.goLive()
            let run = try await world.finishedRun()
            world.hooks.allow(calls: 0)
            world.clock.advance(milliseconds: 2_600_000)
            #expect(world.standing.state == .live)
            #expect(await world.read(NodeWorld.path(ofRun: run)).found?.outcome.kind == .hit)
            world.clock.advance(milliseconds: 200_000)
            #expect(world.standing.reason == .logSilent)
            #expect(await world.read(NodeWorld.path(ofRun: run)).found?.outcome.kind != .hit)
            world.hooks.allow(calls: nil)
            for _ in 0..<100 where world.standing.state != .live { await world.clock.pass(milliseconds: 60_000) }
            #expect(world.standing.state == .live)
        }
    }

    @Test func afterARestartNothingIsTrustedBeforeTheLogWasRead() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try NodeWorld.audited(directory: path)
        let run = try await first.running {
            try await first.goLive()
            return try await first.finishedRun()
        }
        first.clock.advance(milliseconds: 600_000)
        let second = try NodeWorld.audited(directory: path, after: first)
        second.hooks.allow(calls: 0)
        try await second.running {
            await second.live(milliseconds: 2000)
            #expect(second.standing.state == .suspect && second.standing.reason == .logUnread)
            let stored = second.node.entries(
                prefix: NodeWorld.path(ofRun: run),
                limit: 1,
                cursor: nil,
                includesPrivate: true
            )
            #expect(stored.entries.first?.isFresh(at: second.clock.now) == false)
            second.hooks.allow(calls: nil)
            await second.until(.live, .logRead)
            // Nothing was missing: what is stored from before is right.
            #expect(await second.read(NodeWorld.path(ofRun: run)).found?.outcome.kind == .hit)
        }
    }

    @Test func afterARestartWithoutALogOnlyGitHubsAnswersVouch() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try NodeWorld(directory: path)
        try await first.running {
            _ = try await first.finishedRun()
        }
        let second = try NodeWorld(directory: path, after: first)
        try await second.running {
            await second.live(milliseconds: 1000)
            #expect(second.standing.reason == .unproven)
            _ = await second.read(NodeWorld.runs())
            await second.until(.live, .audited)
        }
    }

    @Test func withoutAHookTheTableCounts() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            _ = await world.read(NodeWorld.queued)
            #expect(world.standing.state == .absent)
            #expect(world.node.health().counts == [.absent: 1])
            world.clock.advance(milliseconds: 200_000)
            let before = world.origin.questions.count
            _ = await world.read(NodeWorld.queued)
            #expect(world.origin.questions.count > before)
            #expect(world.node.health().audits.asked == 0)
        }
    }

    @Test func aHookThatIsRemovedAtGitHubVouchesForNothing() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            let id = try #require(world.store.hook(of: NodeWorld.scope)?.hookID)
            #expect(world.origin.call("DELETE", "/repos/\(NodeWorld.hello)/hooks/\(id)")?.status == 204)
            _ = try? await world.node.recover(.hook(NodeWorld.scope))
            #expect(world.standing.state == .absent && world.standing.reason == .hookGone)
            let hook = try await world.node.registerHook(of: NodeWorld.scope, url: NodeWorld.hookURL)
            #expect(hook.outcome == .created && hook.health?.state == .suspect)
            await world.until(.live)
        }
    }

    @Test func aHookThatIsSwitchedOffVouchesForNothing() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            let id = try #require(world.store.hook(of: NodeWorld.scope)?.hookID)
            let off = world.origin.call("PATCH", "/repos/\(NodeWorld.hello)/hooks/\(id)", body: ["active": false])
            #expect(off?.status == 200)
            let seen = try await world.node.hooks(of: NodeWorld.scope)
            #expect(seen.first { $0.id == id }?.health?.reason == .hookInactive)
            #expect(world.standing.state == .absent)
        }
    }

    @Test func aRefusedDeliveryOfAKnownHookIsDoubtUntilItsLogWasRead() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            let id = try #require(world.store.hook(of: NodeWorld.scope)?.hookID)
            let delivery = try #require(
                try world.sent { github, now in _ = try github.startRun(.init(NodeWorld.hello), at: now) }.first
            )
            let forged = WebhookRequest(
                event: delivery.event,
                delivery: delivery.guid,
                signature: WebhookSignature(of: delivery.body, with: .init("another")).headerValue,
                hookID: "\(id)",
                contentType: "application/json",
                body: delivery.body
            )
            #expect(await world.node.accept(forged) != .accepted(DeliveryID(delivery.guid)!))
            #expect(world.standing.reason == .refused)
            await world.until(.live)
            // Whoever sends more of them achieves nothing for a while.
            _ = await world.node.accept(forged)
            #expect(world.standing.state == .live)
        }
    }

    @Test func aFullInboxIsDoubtAboutEveryRepository() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            world.node.healthBook.with { $0.refused(at: world.clock.now) }
            #expect(world.standing.reason == .refused)
            #expect(world.node.health().counts == [.suspect: 1])
        }
    }
}
