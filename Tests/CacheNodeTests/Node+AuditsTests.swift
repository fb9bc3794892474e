import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Free questions that find what no event told.
@Suite(.timeLimit(.minutes(3)))
struct NodeAuditsTests {
    @Test func anAuditFindsALostDeliveryAndTheLogHealsIt() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            let kept = try await world.finishedRun()
            _ = await world.read(NodeWorld.queued)
            await world.live(milliseconds: 130_000)
            #expect(await world.read(NodeWorld.path(ofRun: kept)).found?.outcome.kind == .hit)
            // A delivery is lost, and for now the log cannot be read either.
            world.hooks.allow(calls: 0)
            let lost = try world.sent { github, now in _ = try github.startRun(.init(NodeWorld.hello), at: now) }
            world.miss(lost)
            #expect(world.standing.state == .live)
            let lostAt = world.clock.now
            await world.until(.suspect, .unannounced)
            let found = world.node.health()
            #expect(found.audits.asked > 0 && found.audits.found == 1)
            // Within an audit's longest pause, and the time that events are given.
            #expect(world.clock.now < lostAt.advanced(bySeconds: 180 + 60 + 10))
            #expect(found.repositories.first?.standing.reason == .unannounced)
            #expect(
                world.node.healthBook.with { $0.standing(of: NodeWorld.scope, at: world.clock.now)?.state } == .suspect
            )
            // At once the table's lifetime counts again.
            let asked = world.origin.questions.count
            let answer = await world.read(NodeWorld.path(ofRun: kept)).found
            #expect(answer?.outcome.kind == .stale || world.origin.questions.count > asked)
            world.hooks.allow(calls: nil)
            await world.until(.live, .logRead)
            #expect(await world.node.statistics().deliveries.recovered == lost.count)
            #expect(await world.read(NodeWorld.queued).text.contains(#""total_count":1"#))
            await world.live(milliseconds: 200_000)
            #expect(world.standing.state == .live)
        }
    }

    @Test func anEventThatIsOnlyLateIsADelay() async throws {
        let world = try NodeWorld.unlogged()
        try await world.running {
            _ = try await world.finishedRun()
            #expect(world.standing.reason == .unproven)
            await world.live(milliseconds: 1000)
            _ = await world.read(NodeWorld.queued)
            await world.until(.live, .audited)
            await world.live(milliseconds: 1000)
            let late = try world.sent { github, now in _ = try github.startRun(.init(NodeWorld.hello), at: now) }
            await world.until(.suspect, .unannounced)
            await world.hand(late)
            #expect(world.standing.state == .live)
        }
    }

    @Test func anEventWithinTheGraceIsNoTrouble() async throws {
        let world = try NodeWorld.unlogged()
        try await world.running {
            _ = try await world.finishedRun()
            await world.live(milliseconds: 1000)
            _ = await world.read(NodeWorld.queued)
            await world.until(.live)
            await world.live(milliseconds: 1000)
            let late = try world.sent { github, now in _ = try github.startRun(.init(NodeWorld.hello), at: now) }
            var now = RequestDirectives()
            now.noCache = true
            #expect(await world.read(NodeWorld.queued, .node, now).text.contains(#""total_count":1"#))
            await world.live(milliseconds: 50_000)
            await world.hand(late)
            await world.live(milliseconds: 60_000)
            #expect(world.standing.state == .live)
            #expect(world.node.health().audits.found == 0)
        }
    }

    @Test func aDeadHookWithoutALogLetsNothingStayOldBeyondAnAudit() async throws {
        let world = try NodeWorld.unlogged()
        try await world.running {
            _ = try await world.finishedRun()
            await world.live(milliseconds: 1000)
            _ = await world.read(NodeWorld.queued)
            await world.until(.live)
            await world.live(milliseconds: 1000)
            // From now on nothing arrives any more, and somebody looks every ten seconds.
            let lost = try world.sent { github, now in _ = try github.startRun(.init(NodeWorld.hello), at: now) }
            #expect(!lost.isEmpty)
            let since = world.clock.now
            var isSeen = false
            for _ in 0..<60 where !isSeen {
                await world.live(milliseconds: 10_000)
                isSeen = await world.read(NodeWorld.queued).text.contains(#""total_count":1"#)
            }
            // An audit comes within a pause and a half.
            #expect(isSeen && world.clock.now < since.advanced(bySeconds: 200))
            await world.until(.suspect, .unannounced)
            // Nothing vouches for it any more, however often GitHub is asked.
            await world.live(milliseconds: 400_000)
            #expect(world.standing.state == .suspect)
            // Once deliveries come again, a later answer does.
            _ = try await world.finishedRun()
            _ = await world.read(NodeWorld.queued)
            await world.until(.live, .audited)
        }
    }

    @Test func auditsAreFreeAndKeepToTheirPace() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            _ = await world.read(NodeWorld.queued)
            let counted = world.origin.statistics.callsMade
            let asked = world.origin.questions.count
            await world.live(milliseconds: 900_000)
            let audits = world.node.health().audits
            // One in a minute at the most.
            #expect((4...15).contains(audits.asked) && audits.found == 0)
            #expect(world.origin.questions.count == asked + audits.asked)
            #expect(world.origin.statistics.callsMade == counted)
        }
    }

    @Test func theQueueIsNotToldFromEventsAloneOnceOneIsMissing() async throws {
        let world = try NodeWorld.unlogged()
        try await world.running {
            func queued() async throws -> Int {
                try await world.node.queue(NodeWorld.scope, labels: [], includesPrivate: true).queued
            }
            _ = try await world.finishedRun()
            #expect(try await queued() == 0)
            await world.live(milliseconds: 1000)
            _ = await world.read(NodeWorld.queued)
            await world.until(.live)
            await world.live(milliseconds: 1000)
            let lost = try world.sent { github, now in _ = try github.startRun(.init(NodeWorld.hello), at: now) }
            #expect(!lost.isEmpty)
            await world.until(.suspect, .unannounced)
            #expect(try await queued() == 2)
        }
    }
}
