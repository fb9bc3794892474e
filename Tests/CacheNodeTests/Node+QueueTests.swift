import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(1)))
struct NodeQueueTests {
    private static func queue(
        _ world: NodeWorld,
        _ scope: Scope = .repository(NodeWorld.hello),
        labels: [String] = [],
        includesPrivate: Bool = true
    ) async throws -> QueueReport {
        try await world.node.queue(scope, labels: labels, includesPrivate: includesPrivate)
    }

    @Test func theQueueIsToldFromStatesWhereDeliveriesArrive() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun(
                .init(NodeWorld.hello, jobs: ["build", .init("test", labels: ["Linux", "self-hosted"])])
            )
            // What waited before the first delivery is asked for, once.
            _ = try await Self.queue(world)
            let calls = world.origin.questions.count
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(try world.origin.act { try $0.advance(run: run, at: $1) })
            let all = try await Self.queue(world)
            #expect(all.queued == 1 && all.inProgress == 1)
            #expect(all.byLabels.map(\.labels) == [["linux", "self-hosted"], ["ubuntu-latest"]])
            let some = try await Self.queue(world, .owner("octo-tools"), labels: ["LINUX"], includesPrivate: false)
            #expect(some.queued == 1 && some.inProgress == 0)
            #expect(world.origin.questions.count == calls)
        }
    }

    @Test func whatWaitedBeforeTheFirstDeliveryIsCounted() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello, jobs: ["a", "b"]), at: $1) }
            _ = try await world.startRun(.init(NodeWorld.hello, jobs: ["c"]))
            #expect(try await Self.queue(world).queued == 3)
        }
    }

    @Test func withoutDeliveriesTheQueueIsAskedForAndForgetsWhatIsOver() async throws {
        let world = try NodeWorld()
        try await world.running {
            var run: Int64 = 0
            _ = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello, jobs: ["a", "b"]), at: $1) }
            #expect(try await Self.queue(world).queued == 2)
            _ = try await Self.queue(world)
            // Two lists of runs and one of jobs.
            #expect(world.origin.questions.count == 3)
            world.clock.advance(milliseconds: 61_000)
            _ = try world.origin.act { try $0.finish(run: run, at: $1) }
            let after = try await Self.queue(world)
            #expect(after.queued == 0 && after.inProgress == 0)
        }
    }

    @Test func anOwnersQueueIsThatOfItsActiveRepositories() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act {
                _ = try $0.startRun(.init(NodeWorld.hello, jobs: ["a"]), at: $1)
                _ = try $0.startRun(.init(NodeWorld.vault, jobs: ["b"]), at: $1)
            }
            #expect(try await Self.queue(world, .owner("octo-tools")).queued == 2)
            #expect(try await Self.queue(world, .owner("octo-tools"), includesPrivate: false).queued == 1)
            let questions = world.origin.questions
            #expect(questions.count { $0.contains("/orgs/octo-tools/repos") } == 1)
            #expect(Set(questions).count == questions.count)
        }
    }

    @Test func aQuietRepositoryOfAnOwnerIsNotAskedAbout() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.clock.advance(milliseconds: 2 * 86_400_000)
            let report = try await Self.queue(world, .owner("octo-tools"))
            #expect(report == QueueReport())
            #expect(world.origin.questions == ["/orgs/octo-tools/repos?per_page=100"])
        }
    }

    @Test func whatCannotBeCountedIsNotZero() async throws {
        let world = try NodeWorld()
        try await world.running {
            let nowhere = try #require(RepositoryName("octo-tools/nowhere"))
            await #expect(throws: ControlError.self) { try await Self.queue(world, .repository(nowhere)) }
            await #expect(throws: ControlError.self) { try await Self.queue(world, .owner("nobody-at-all")) }
            world.origin.setDown(true)
            let error = await #expect(throws: ControlError.self) { try await Self.queue(world) }
            #expect(error?.status == 502)
            world.origin.setDown(false)
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello, jobs: ["a"]), at: $1) }
            #expect(try await Self.queue(world).queued == 1)
            world.origin.setDown(true)
            world.clock.advance(milliseconds: 300_000)
            #expect(try await Self.queue(world).queued == 1)
        }
    }

    @Test func aReportIsOneRead() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            _ = try await Self.queue(world)
            var statistics = await world.node.statistics()
            #expect(statistics.misses == 1 && statistics.totalRequests == 1 && statistics.callsSaved == 0)
            _ = try await Self.queue(world)
            statistics = await world.node.statistics()
            #expect(statistics.localHits == 1 && statistics.totalRequests == 2 && statistics.callsSaved == 1)
            world.clock.advance(milliseconds: 125_000)
            // Every list has not changed: asked, and free.
            _ = try await Self.queue(world)
            statistics = await world.node.statistics()
            #expect(statistics.misses == 2 && statistics.totalRequests == 3 && statistics.callsSaved == 2)
        }
    }
}
