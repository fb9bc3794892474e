import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// How far the events of a repository are trusted, and how long that lets answers live.
@Suite(.timeLimit(.minutes(3)))
struct NodeHealthTests {
    private static let hello = NodeWorld.hello
    private static let scope = Scope.repository(NodeWorld.hello)
    private static let url = "https://ci.example/webhook"
    private static let queued = "\(NodeWorld.runs())?exclude_pull_requests=true&status=queued"

    private typealias Deliveries = [SimulatedGitHub.OutgoingDelivery]

    /// A node whose webhook is registered; audits come every minute or two.
    private func world(
        directory: String? = nil,
        after earlier: NodeWorld? = nil,
        limits adjust: (inout Node.Limits) -> Void = { _ in }
    ) throws -> NodeWorld {
        try NodeWorld(secrets: [], directory: directory, after: earlier) { limits in
            limits.health.audits.pause = 120_000
            adjust(&limits)
        }
    }

    /// A node that knows the organisation's webhook by its secret alone.
    private func unloggedWorld(limits adjust: (inout Node.Limits) -> Void = { _ in }) throws -> NodeWorld {
        try NodeWorld { limits in
            limits.health.audits.pause = 120_000
            adjust(&limits)
        }
    }

    private func standing(_ world: NodeWorld) -> HookHealth.Standing {
        world.node.healthBook.with { $0.standing(of: Self.hello, at: world.clock.now) }
    }

    /// Lets time pass until the repository stands so.
    private func until(_ world: NodeWorld, _ state: HookHealth.State, _ reason: HookHealth.Reason? = nil) async {
        await world.passing {
            let standing = standing(world)
            return standing.state == state && (reason == nil || standing.reason == reason)
        }
    }

    /// Registers the webhook, and lets its log be read.
    private func goLive(_ world: NodeWorld) async throws {
        _ = try await world.node.registerHook(of: Self.scope, url: Self.url)
        _ = world.origin.act { _, _ in }
        await until(world, .live)
        // What happened within the same second is not told apart.
        await world.live(milliseconds: 1000)
    }

    /// What GitHub sends to this node's hook because of something.
    private func sent(
        _ world: NodeWorld,
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) rethrows -> Deliveries {
        let own = world.store.hook(of: Self.scope)?.hookID
        return try world.origin.act(action).filter { own == nil || $0.hookID == own }
    }

    /// Hands deliveries over as they were signed.
    private func hand(_ deliveries: Deliveries, to world: NodeWorld) async {
        for delivery in deliveries { await world.deliver(NodeWorld.request(delivery)) }
    }

    /// Nobody answers GitHub: its log says so.
    private func miss(_ deliveries: Deliveries, in world: NodeWorld) {
        world.origin.act { github, now in
            for delivery in deliveries { github.record(.init(status: nil), of: delivery, at: now) }
        }
    }

    private func finishedRun(_ world: NodeWorld) async throws -> Int64 {
        var run: Int64 = 0
        let deliveries = try sent(world) { github, now in
            run = try github.startRun(.init(Self.hello), at: now)
            try github.finish(run: run, at: now)
        }
        await hand(deliveries, to: world)
        return run
    }

    private func path(_ run: Int64) -> String { "\(NodeWorld.runs())/\(run)" }

    @Test func aLiveWebhookLetsWhatItCoversOutliveTheTableForNothing() async throws {
        let world = try world { $0.health.audits.first = 86_400_000 }
        try await world.running {
            try await goLive(world)
            let run = try await finishedRun(world)
            _ = await world.read(path(run) + "/jobs")
            _ = await world.read(Self.queued)
            let asked = world.origin.questions.count
            // Far past the table's two minutes, and within the hour.
            world.clock.advance(milliseconds: 1_800_000)
            for path in [path(run), path(run) + "/jobs", Self.queued] {
                let answer = try #require(await world.read(path).found)
                #expect(answer.outcome.kind == .hit, "\(path)")
                #expect((1790...1800).contains(answer.outcome.ttl), "\(path) \(answer.outcome.ttl)")
                #expect(answer.outcome.cacheStatus.contains("detail="))
            }
            #expect(world.origin.questions.count == asked)
            let listed = world.node.entries(prefix: path(run), limit: 9, cursor: nil, includesPrivate: true).entries
            #expect(listed.contains { $0.isFresh(at: world.clock.now) })
            // No longer than the hour, whatever nobody told.
            world.clock.advance(milliseconds: 1_800_000)
            #expect(await world.read(Self.queued).found?.outcome.kind != .hit)
        }
    }

    @Test func whatNoEventTellsKeepsTheTablesLifetime() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            var run: Int64 = 0
            var deliveries = try sent(world) { github, now in run = try github.startRun(.init(Self.hello), at: now) }
            await hand(deliveries, to: world)
            let jobs = world.store.states(in: Self.hello, kind: .job)
            deliveries = try sent(world) { github, now in _ = try github.start(job: jobs[0].id.id, at: now) }
            await hand(deliveries, to: world)
            let paths = [
                NodeWorld.runs(), path(run) + "/jobs", "/repos/\(Self.hello)/actions/jobs/\(jobs[0].id.id)",
                "/repos/\(Self.hello)/actions/runners",
            ]
            for path in paths { _ = await world.read(path) }
            world.clock.advance(milliseconds: 400_000)
            #expect(standing(world).state == .live)
            for path in paths {
                let before = world.origin.questions.count
                let answer = await world.read(path).found
                #expect(world.origin.questions.count > before || answer?.outcome.kind == .stale, "\(path)")
            }
        }
    }

    @Test func aFailureBeforeTheStartIsSeenWithinTheTablesLifetimeAndNobodysFault() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            _ = await world.read(NodeWorld.runs())
            var plan = SimulatedGitHub.RunPlan(Self.hello)
            plan.opening = .startupFailure
            var run: Int64 = 0
            let deliveries = try sent(world) { github, now in run = try github.startRun(plan, at: now) }
            #expect(deliveries.isEmpty)
            await world.live(milliseconds: 121_000)
            _ = await world.read(NodeWorld.runs())
            await world.live(milliseconds: 2000)
            #expect(await world.read(NodeWorld.runs()).text.contains("\"id\":\(run)"))
            await world.live(milliseconds: 90_000)
            #expect(standing(world).state == .live)
            #expect(world.node.health().audits.found == 0)
        }
    }

    @Test func anAuditFindsALostDeliveryAndTheLogHealsIt() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            let kept = try await finishedRun(world)
            _ = await world.read(Self.queued)
            await world.live(milliseconds: 130_000)
            #expect(await world.read(path(kept)).found?.outcome.kind == .hit)
            // A delivery is lost, and for now the log cannot be read either.
            world.hooks.allow(calls: 0)
            let lost = try sent(world) { github, now in _ = try github.startRun(.init(Self.hello), at: now) }
            miss(lost, in: world)
            #expect(standing(world).state == .live)
            let lostAt = world.clock.now
            await until(world, .suspect, .unannounced)
            let found = world.node.health()
            #expect(found.audits.asked > 0 && found.audits.found == 1)
            // Within an audit's longest pause, and the time that events are given.
            #expect(world.clock.now < lostAt.advanced(bySeconds: 180 + 60 + 10))
            #expect(found.repositories.first?.standing.reason == .unannounced)
            #expect(world.node.healthBook.with { $0.standing(of: Self.scope, at: world.clock.now)?.state } == .suspect)
            // At once the table's lifetime counts again.
            let asked = world.origin.questions.count
            let answer = await world.read(path(kept)).found
            #expect(answer?.outcome.kind == .stale || world.origin.questions.count > asked)
            world.hooks.allow(calls: nil)
            await until(world, .live, .logRead)
            #expect(await world.node.statistics().deliveries.recovered == lost.count)
            #expect(await world.read(Self.queued).text.contains(#""total_count":1"#))
            await world.live(milliseconds: 200_000)
            #expect(standing(world).state == .live)
        }
    }

    @Test func anEventThatIsOnlyLateIsADelay() async throws {
        let world = try unloggedWorld()
        try await world.running {
            _ = try await finishedRun(world)
            #expect(standing(world).reason == .unproven)
            await world.live(milliseconds: 1000)
            _ = await world.read(Self.queued)
            await until(world, .live, .audited)
            await world.live(milliseconds: 1000)
            let late = try sent(world) { github, now in _ = try github.startRun(.init(Self.hello), at: now) }
            await until(world, .suspect, .unannounced)
            await hand(late, to: world)
            #expect(standing(world).state == .live)
        }
    }

    @Test func anEventWithinTheGraceIsNoTrouble() async throws {
        let world = try unloggedWorld()
        try await world.running {
            _ = try await finishedRun(world)
            await world.live(milliseconds: 1000)
            _ = await world.read(Self.queued)
            await until(world, .live)
            await world.live(milliseconds: 1000)
            let late = try sent(world) { github, now in _ = try github.startRun(.init(Self.hello), at: now) }
            var now = RequestDirectives()
            now.noCache = true
            #expect(await world.read(Self.queued, .node, now).text.contains(#""total_count":1"#))
            await world.live(milliseconds: 50_000)
            await hand(late, to: world)
            await world.live(milliseconds: 60_000)
            #expect(standing(world).state == .live)
            #expect(world.node.health().audits.found == 0)
        }
    }

    @Test func aDeadHookWithoutALogLetsNothingStayOldBeyondAnAudit() async throws {
        let world = try unloggedWorld()
        try await world.running {
            _ = try await finishedRun(world)
            await world.live(milliseconds: 1000)
            _ = await world.read(Self.queued)
            await until(world, .live)
            await world.live(milliseconds: 1000)
            // From now on nothing arrives any more, and somebody looks every ten seconds.
            let lost = try sent(world) { github, now in _ = try github.startRun(.init(Self.hello), at: now) }
            #expect(!lost.isEmpty)
            let since = world.clock.now
            var isSeen = false
            for _ in 0..<60 where !isSeen {
                await world.live(milliseconds: 10_000)
                isSeen = await world.read(Self.queued).text.contains(#""total_count":1"#)
            }
            // An audit comes within a pause and a half.
            #expect(isSeen && world.clock.now < since.advanced(bySeconds: 200))
            await until(world, .suspect, .unannounced)
            // Nothing vouches for it any more, however often GitHub is asked.
            await world.live(milliseconds: 400_000)
            #expect(standing(world).state == .suspect)
            // Once deliveries come again, a later answer does.
            _ = try await finishedRun(world)
            _ = await world.read(Self.queued)
            await until(world, .live, .audited)
        }
    }

    @Test func aLogThatCannotBeReadForLongIsSuspect() async throws {
        let world = try world { $0.health.audits.first = 86_400_000 }
        try await world.running {
            try await goLive(world)
            let run = try await finishedRun(world)
            world.hooks.allow(calls: 0)
            world.clock.advance(milliseconds: 2_600_000)
            #expect(standing(world).state == .live)
            #expect(await world.read(path(run)).found?.outcome.kind == .hit)
            world.clock.advance(milliseconds: 200_000)
            #expect(standing(world).reason == .logSilent)
            #expect(await world.read(path(run)).found?.outcome.kind != .hit)
            world.hooks.allow(calls: nil)
            for _ in 0..<100 where standing(world).state != .live { await world.clock.pass(milliseconds: 60_000) }
            #expect(standing(world).state == .live)
        }
    }

    @Test func afterARestartNothingIsTrustedBeforeTheLogWasRead() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try world(directory: path)
        let run = try await first.running {
            try await goLive(first)
            return try await finishedRun(first)
        }
        first.clock.advance(milliseconds: 600_000)
        let second = try world(directory: path, after: first)
        second.hooks.allow(calls: 0)
        try await second.running {
            await second.live(milliseconds: 2000)
            #expect(standing(second).state == .suspect && standing(second).reason == .logUnread)
            let stored = second.node.entries(prefix: self.path(run), limit: 1, cursor: nil, includesPrivate: true)
            #expect(stored.entries.first?.isFresh(at: second.clock.now) == false)
            second.hooks.allow(calls: nil)
            await until(second, .live, .logRead)
            // Nothing was missing: what is stored from before is right.
            #expect(await second.read(self.path(run)).found?.outcome.kind == .hit)
        }
    }

    @Test func afterARestartWithoutALogOnlyGitHubsAnswersVouch() async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let first = try NodeWorld(directory: path)
        try await first.running {
            _ = try await finishedRun(first)
        }
        let second = try NodeWorld(directory: path, after: first)
        try await second.running {
            await second.live(milliseconds: 1000)
            #expect(standing(second).reason == .unproven)
            _ = await second.read(NodeWorld.runs())
            await until(second, .live, .audited)
        }
    }

    @Test func withoutAHookTheTableCounts() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            _ = await world.read(Self.queued)
            #expect(standing(world).state == .absent)
            #expect(world.node.health().counts == [.absent: 1])
            world.clock.advance(milliseconds: 200_000)
            let before = world.origin.questions.count
            _ = await world.read(Self.queued)
            #expect(world.origin.questions.count > before)
            #expect(world.node.health().audits.asked == 0)
        }
    }

    @Test func aHookThatIsRemovedAtGitHubVouchesForNothing() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            let id = try #require(world.store.hook(of: Self.scope)?.hookID)
            #expect(world.origin.call("DELETE", "/repos/\(Self.hello)/hooks/\(id)")?.status == 204)
            _ = try? await world.node.recover(.hook(Self.scope))
            #expect(standing(world).state == .absent && standing(world).reason == .hookGone)
            let hook = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(hook.outcome == .created && hook.health?.state == .suspect)
            await until(world, .live)
        }
    }

    @Test func aHookThatIsSwitchedOffVouchesForNothing() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            let id = try #require(world.store.hook(of: Self.scope)?.hookID)
            let off = world.origin.call("PATCH", "/repos/\(Self.hello)/hooks/\(id)", body: ["active": false])
            #expect(off?.status == 200)
            let seen = try await world.node.hooks(of: Self.scope)
            #expect(seen.first { $0.id == id }?.health?.reason == .hookInactive)
            #expect(standing(world).state == .absent)
        }
    }

    @Test func aRefusedDeliveryOfAKnownHookIsDoubtUntilItsLogWasRead() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            let id = try #require(world.store.hook(of: Self.scope)?.hookID)
            let delivery = try #require(
                try sent(world) { github, now in _ = try github.startRun(.init(Self.hello), at: now) }.first
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
            #expect(standing(world).reason == .refused)
            await until(world, .live)
            // Whoever sends more of them achieves nothing for a while.
            _ = await world.node.accept(forged)
            #expect(standing(world).state == .live)
        }
    }

    @Test func aFullInboxIsDoubtAboutEveryRepository() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            world.node.healthBook.with { $0.refused(at: world.clock.now) }
            #expect(standing(world).reason == .refused)
            #expect(world.node.health().counts == [.suspect: 1])
        }
    }

    @Test func auditsAreFreeAndKeepToTheirPace() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            _ = await world.read(Self.queued)
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

    @Test func aRunThatComesToWaitForAnApprovalIsAskedFor() async throws {
        let world = try world()
        try await world.running {
            try await goLive(world)
            let jobs: [SimulatedGitHub.JobPlan] = ["build", .init("deploy", gate: "production")]
            var run: Int64 = 0
            let deliveries = try sent(world) { github, now in
                run = try github.startRun(.init(Self.hello, jobs: jobs), at: now)
            }
            await hand(deliveries.filter { $0.event == "workflow_run" }, to: world)
            #expect(await world.read(path(run)).found?.outcome.kind == .hit)
            await hand(deliveries.filter { $0.event == "workflow_job" }, to: world)
            // No event of the run's own says whether it waits now, too.
            let asked = world.origin.questions.count
            _ = await world.read(path(run))
            #expect(world.origin.questions.count > asked)
        }
    }

    @Test func theQueueIsNotToldFromEventsAloneOnceOneIsMissing() async throws {
        let world = try unloggedWorld()
        try await world.running {
            func queued() async throws -> Int {
                try await world.node.queue(Self.scope, labels: [], includesPrivate: true).queued
            }
            _ = try await finishedRun(world)
            #expect(try await queued() == 0)
            await world.live(milliseconds: 1000)
            _ = await world.read(Self.queued)
            await until(world, .live)
            await world.live(milliseconds: 1000)
            let lost = try sent(world) { github, now in _ = try github.startRun(.init(Self.hello), at: now) }
            #expect(!lost.isEmpty)
            await until(world, .suspect, .unannounced)
            #expect(try await queued() == 2)
        }
    }
}
