import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// How long answers live where events are trusted.
@Suite(.timeLimit(.minutes(3)))
struct NodeLifetimesTests {
    @Test func aLiveWebhookLetsWhatItCoversOutliveTheTableForNothing() async throws {
        let world = try NodeWorld.audited { $0.health.audits.first = 86_400_000 }
        try await world.running {
            try await world.goLive()
            let run = try await world.finishedRun()
            _ = await world.read(NodeWorld.path(ofRun: run) + "/jobs")
            _ = await world.read(NodeWorld.queued)
            let asked = world.origin.questions.count
            // Far past the table's two minutes, and within the hour.
            world.clock.advance(milliseconds: 1_800_000)
            for path in [NodeWorld.path(ofRun: run), NodeWorld.path(ofRun: run) + "/jobs", NodeWorld.queued] {
                let answer = try #require(await world.read(path).found)
                #expect(answer.outcome.kind == .hit, "\(path)")
                #expect((1790...1800).contains(answer.outcome.ttl), "\(path) \(answer.outcome.ttl)")
                #expect(answer.outcome.cacheStatus.contains("detail="))
            }
            #expect(world.origin.questions.count == asked)
            let listed = world.node.entries(
                prefix: NodeWorld.path(ofRun: run),
                limit: 9,
                cursor: nil,
                includesPrivate: true
            ).entries
            #expect(listed.contains { $0.isFresh(at: world.clock.now) })
            // No longer than the hour, whatever nobody told.
            world.clock.advance(milliseconds: 1_800_000)
            #expect(await world.read(NodeWorld.queued).found?.outcome.kind != .hit)
        }
    }

    @Test func whatNoEventTellsKeepsTheTablesLifetime() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            var run: Int64 = 0
            var deliveries = try world.sent { github, now in run = try github.startRun(.init(NodeWorld.hello), at: now)
            }
            await world.hand(deliveries)
            let jobs = world.store.states(in: NodeWorld.hello, kind: .job)
            deliveries = try world.sent { github, now in _ = try github.start(job: jobs[0].id.id, at: now) }
            await world.hand(deliveries)
            let paths = [
                NodeWorld.runs(), NodeWorld.path(ofRun: run) + "/jobs",
                "/repos/\(NodeWorld.hello)/actions/jobs/\(jobs[0].id.id)",
                "/repos/\(NodeWorld.hello)/actions/runners",
            ]
            for path in paths { _ = await world.read(path) }
            world.clock.advance(milliseconds: 400_000)
            #expect(world.standing.state == .live)
            for path in paths {
                let before = world.origin.questions.count
                let answer = await world.read(path).found
                #expect(world.origin.questions.count > before || answer?.outcome.kind == .stale, "\(path)")
            }
        }
    }

    @Test func aFailureBeforeTheStartIsSeenWithinTheTablesLifetimeAndNobodysFault() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            _ = await world.read(NodeWorld.runs())
            var plan = SimulatedGitHub.RunPlan(NodeWorld.hello)
            plan.opening = .startupFailure
            var run: Int64 = 0
            let deliveries = try world.sent { github, now in run = try github.startRun(plan, at: now) }
            #expect(deliveries.isEmpty)
            await world.live(milliseconds: 121_000)
            _ = await world.read(NodeWorld.runs())
            await world.live(milliseconds: 2000)
            #expect(await world.read(NodeWorld.runs()).text.contains("\"id\":\(run)"))
            await world.live(milliseconds: 90_000)
            #expect(world.standing.state == .live)
            #expect(world.node.health().audits.found == 0)
        }
    }

    @Test func aRunThatComesToWaitForAnApprovalIsAskedFor() async throws {
        let world = try NodeWorld.audited()
        try await world.running {
            try await world.goLive()
            let jobs: [SimulatedGitHub.JobPlan] = ["build", .init("deploy", gate: "production")]
            var run: Int64 = 0
            let deliveries = try world.sent { github, now in
                run = try github.startRun(.init(NodeWorld.hello, jobs: jobs), at: now)
            }
            await world.hand(deliveries.filter { $0.event == "workflow_run" })
            #expect(await world.read(NodeWorld.path(ofRun: run)).found?.outcome.kind == .hit)
            await world.hand(deliveries.filter { $0.event == "workflow_job" })
            // No event of the run's own says whether it waits now, too.
            let asked = world.origin.questions.count
            _ = await world.read(NodeWorld.path(ofRun: run))
            #expect(world.origin.questions.count > asked)
        }
    }
}
