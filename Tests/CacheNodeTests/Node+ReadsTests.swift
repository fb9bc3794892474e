import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(1)))
struct NodeReadsTests {
    @Test func aMissIsFetchedOnceAndServedUntilItsTimeIsOver() async throws {
        let world = try NodeWorld()
        try await world.running {
            try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let first = await world.read(NodeWorld.runs(), .anonymous)
            #expect(
                first.found?.outcome.cacheStatus
                    == "hookcache; fwd=miss; fwd-status=200; stored; ttl=120; detail=upstream"
            )
            let second = await world.read(NodeWorld.runs(), .anonymous)
            #expect(second.found?.outcome.cacheStatus == "hookcache; hit; ttl=120; detail=upstream")
            #expect(first.text == second.text && first.text.contains("\"queued\""))
            world.clock.advance(milliseconds: 119_000)
            #expect(await world.read(NodeWorld.runs(), .anonymous).found?.age == 119)
            #expect(world.origin.questions.count == 1)
            world.clock.advance(milliseconds: 31_000)
            let third = await world.read(NodeWorld.runs(), .anonymous)
            #expect(third.found?.outcome.cacheStatus.hasPrefix("hookcache; fwd=stale; fwd-status=304") == true)
            #expect(world.origin.questions.count == 2)
        }
    }

    @Test func withoutAWebhookAChangeIsSeenWithinItsTime() async throws {
        let world = try NodeWorld()
        try await world.running {
            var run: Int64 = 0
            _ = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            #expect(await world.read("\(NodeWorld.runs())/\(run)").text.contains("\"queued\""))
            world.clock.advance(milliseconds: 10_000)
            _ = try world.origin.act { try $0.finish(run: run, at: $1) }
            #expect(await world.read("\(NodeWorld.runs())/\(run)").text.contains("\"queued\""))
            world.clock.advance(milliseconds: 140_000)
            #expect(await world.read("\(NodeWorld.runs())/\(run)").text.contains("\"completed\""))
        }
    }

    @Test func aFullLastPageThatGainedASuccessorTellsSo() async throws {
        let world = try NodeWorld()
        try await world.running {
            let page = "/user/repos?per_page=2"
            let first = await world.read(page)
            #expect(first.status == 200 && first.found?.headers.link == nil)
            _ = try world.origin.act { _ = try $0.createRepository(RepositoryName("octo-tools/zulu")!, at: $1) }
            world.clock.advance(milliseconds: 601_000)
            let second = await world.read(page)
            #expect(second.text == first.text, "the page itself has not changed")
            #expect(second.found?.headers.link?.contains("rel=\"next\"") == true)
            #expect(await world.read(page).found?.headers.link == second.found?.headers.link)
        }
    }

    @Test func aThousandReadersAskOnce() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.origin.hold()
            let answers = await withTaskGroup(of: ReadAnswer.self) { group in
                for _ in 0..<1_000 { group.addTask { await world.read(NodeWorld.runs()) } }
                group.addTask {
                    await world.origin.asked(1)
                    while await world.node.flights.waitingCount < 1_000 { await Task.yield() }
                    world.origin.letGo()
                    return .failed(status: 0, "", retryAfter: nil)
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let found = answers.compactMap(\.found)
            #expect(found.count == 1_000)
            #expect(world.origin.questions.count == 1)
            #expect(found.count { $0.outcome.isCollapsed } == 999)
            #expect(Set(found.map(\.body)).count == 1)
        }
    }

    @Test func whatTurnsOutPrivateIsTheLeadersAlone() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            #expect(await world.read(NodeWorld.runs()).text.contains("queued"))
            world.clock.advance(milliseconds: 150_000)
            // Nobody tells this node: it finds out by an answer that two readers wait for.
            _ = try world.origin.act { try $0.setPrivate(true, NodeWorld.hello, at: $1) }
            world.origin.hold()
            let asked = world.origin.questions.count + 1
            async let leader = world.read(NodeWorld.runs())
            await world.origin.asked(asked)
            async let follower = world.read(NodeWorld.runs(), .anonymous)
            while await world.node.flights.waitingCount < 2 { await Task.yield() }
            world.origin.letGo()
            #expect(await leader.text.contains("queued"))
            let stranger = await follower
            #expect(stranger.status == 404)
            #expect(!stranger.text.contains("workflow_runs"))
        }
    }

    @Test func twoReadsOfOneCallerShareItsRefusal() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.origin.hold()
            async let first = world.read(NodeWorld.runs(NodeWorld.vault), .anonymous)
            await world.origin.asked(1)
            async let second = world.read(NodeWorld.runs(NodeWorld.vault), .anonymous)
            while await world.node.flights.waitingCount < 2 { await Task.yield() }
            world.origin.letGo()
            #expect(await first.status == 404)
            #expect(await second.status == 404)
            #expect(world.origin.questions.count == 1)
        }
    }

    @Test func aPrivateEntryIsForThoseWhoProveAccess() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun(.init(NodeWorld.vault))
            let path = "\(NodeWorld.runs(NodeWorld.vault))/\(run)"
            // The node proves itself as everyone does, against the body that the webhook brought.
            let first = await world.read(path)
            #expect(first.found?.outcome.kind == .forwarded(.miss, status: 304))
            #expect(first.found?.outcome.cacheStatus.contains("detail=webhook") == true)
            #expect(await world.read(path, .credential(authorization: "token node")).found?.outcome.kind == .hit)
            #expect(world.origin.questions == [path])
            #expect(world.origin.statistics.callsMade == 0)
            for caller in [NodeWorld.stranger, .anonymous] {
                let answer = await world.read(path, caller)
                #expect(answer.status == 404)
                #expect(!answer.text.contains("vault"))
                #expect(await world.read(NodeWorld.runs(NodeWorld.vault), caller).status == 404)
            }
            #expect(world.node.entries(prefix: "/", limit: 100, cursor: nil, includesPrivate: false).entries.isEmpty)
            #expect(world.neighbours.told.isEmpty)
            #expect(await world.read(path).status == 200)
        }
    }

    @Test func anAbsenceIsNotShared() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            let path = "\(NodeWorld.runs())/1"
            #expect(await world.read(path, NodeWorld.stranger).status == 404)
            #expect(await world.read(path).status == 404)
            #expect(world.origin.questions.count == 2)
            let shared = world.node.entries(prefix: path, limit: 9, cursor: nil, includesPrivate: false).entries
            #expect(shared.allSatisfy { $0.status == 200 })
        }
    }

    @Test func whileGitHubIsAwayWhatIsStoredIsServed() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            let before = await world.read(NodeWorld.runs())
            world.origin.setDown(true)
            world.clock.advance(milliseconds: 150_000)
            let stale = await world.read(NodeWorld.runs())
            #expect(stale.found?.body == before.found?.body)
            #expect(stale.found?.outcome.cacheStatus == "hookcache; hit; ttl=-30; detail=upstream")
            #expect(stale.found?.age == 150)
            #expect(await world.read("\(NodeWorld.runs())/1").status == 502)
            var directives = RequestDirectives()
            directives.onlyIfCached = true
            #expect(await world.read("\(NodeWorld.runs())/1", .node, directives).status == 504)
            world.origin.setDown(false)
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .forwarded(.stale, status: 304))
        }
    }

    @Test func aWatchedRepositoryIsRefreshedWithNobodyAsking() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            await world.clock.pass(milliseconds: 1_000)
            await world.origin.asked(1)
            try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let events = world.node.events()
            await world.clock.pass(milliseconds: 130_000)
            await world.origin.asked(2)
            for await event in events { if case .stored = event { break } }
            let answer = await world.read(NodeWorld.runs(), .anonymous)
            #expect(answer.text.contains("\"queued\""))
            #expect(answer.found?.outcome.cacheStatus.contains("hit") == true)
            #expect(answer.found?.outcome.source == .poll)
            #expect(world.neighbours.followed == [NodeWorld.hello])
        }
    }
}
