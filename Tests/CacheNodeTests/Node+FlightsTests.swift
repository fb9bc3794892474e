import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// One question for all who ask the same, and nobody fails by another's fault.
@Suite(.timeLimit(.minutes(2)))
struct NodeFlightsTests {
    private static let vault = NodeWorld.runs(NodeWorld.vault)

    /// Reads at once as many callers, in turn, as are waited for, besides others that wait already; gives the answers.
    private func readers(
        _ count: Int,
        _ world: NodeWorld,
        _ path: String,
        as callers: [Caller],
        flights: Int = 1,
        besides others: Int = 0
    ) async -> [ReadAnswer] {
        let asked = world.origin.questions.count
        world.origin.hold()
        return await withTaskGroup(of: ReadAnswer?.self) { group in
            for number in 0..<count {
                group.addTask { await world.read(path, callers[number % callers.count]) }
            }
            group.addTask {
                await world.origin.asked(asked + flights)
                while await world.node.flights.waitingCount < count + others { await Task.yield() }
                world.origin.letGo()
                return nil
            }
            return await group.reduce(into: []) { if let answer = $1 { $0.append(answer) } }
        }
    }

    @Test func tenThousandReadersOfAMissingPublicKeyAskOnce() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let callers = [.anonymous, .node] + (0..<50).map { world.caller("token-\($0)", []) }
            let answers = await readers(10_000, world, "\(NodeWorld.runs())/\(run)/jobs", as: callers)
            let found = answers.compactMap(\.found)
            #expect(found.count == 10_000)
            #expect(found.allSatisfy { $0.status == 200 })
            #expect(Set(found.map(\.body)).count == 1)
            #expect(found.count { !$0.outcome.isCollapsed } == 1)
            #expect(world.origin.questions.count == 1)
        }
    }

    @Test func tenThousandReadersOfAnUnknownPrivateKeyAskOncePerCredential() async throws {
        let world = try NodeWorld()
        try await world.running {
            let callers = (0..<10).map { world.caller("token-\($0)", $0 < 9 ? [.read(NodeWorld.vault)] : []) }
            let answers = await readers(10_000, world, Self.vault, as: callers, flights: 10)
            #expect(world.origin.questions.count == 10)
            #expect(answers.count { $0.status == 200 } == 9_000)
            // The one without access is refused, and nobody else.
            #expect(answers.count { $0.status == 404 } == 1_000)
        }
    }

    @Test func aRefusedLeaderRefusesNobodyElse() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/jobs"
            let expired = world.caller("expired", [])
            world.origin.act { github, _ in github.revokeToken("expired") }
            world.origin.hold()
            async let leader = world.read(path, expired)
            await world.origin.asked(1)
            async let like = world.read(path, expired)
            async let answers = readers(
                100,
                world,
                path,
                as: [.anonymous, NodeWorld.stranger, .node],
                flights: 0,
                besides: 2
            )
            #expect(await leader.status == 401)
            #expect(await like.status == 401)
            #expect(await answers.allSatisfy { $0.status == 200 })
            // One of the others asked anew, for all of them.
            #expect(world.origin.questions.count == 2)
        }
    }

    @Test func aLeaderOutOfQuotaFailsNobodyElse() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/jobs"
            world.origin.act { github, now in
                github.createToken("spent", login: "spent", grants: [], callsPerHour: 0, at: now)
            }
            world.origin.hold()
            async let leader = world.read(path, .credential(authorization: "Bearer spent"))
            await world.origin.asked(1)
            async let answers = readers(100, world, path, as: [NodeWorld.stranger, .anonymous], flights: 0, besides: 1)
            #expect(await leader.status == 503)
            #expect(await answers.allSatisfy { $0.status == 200 })
            #expect(world.origin.questions.count == 2)
        }
    }

    @Test func manyRefusalsDoNotMakeALine() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let callers = (0..<20).map { world.caller("expired-\($0)", []) }
            world.origin.act { github, _ in (0..<20).forEach { github.revokeToken("expired-\($0)") } }
            let answers = await readers(20, world, "\(NodeWorld.runs())/\(run)/jobs", as: callers)
            #expect(answers.allSatisfy { $0.status == 401 })
            #expect(world.origin.questions.count == 20)
        }
    }

    @Test func whatFailsForAllIsAskedOnce() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            world.origin.setDown(true)
            let path = "\(NodeWorld.runs())/\(run)/jobs"
            let answers = await readers(1_000, world, path, as: [.anonymous, NodeWorld.stranger, .node])
            #expect(answers.allSatisfy { $0.status == 502 })
            #expect(world.origin.questions.count == 1)
        }
    }

    @Test func aClientThatGoesLeavesTheFlight() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/jobs"
            world.origin.hold()
            let leader = Task { await world.read(path, NodeWorld.stranger) }
            await world.origin.asked(1)
            let follower = Task { await world.read(path, .anonymous) }
            while await world.node.flights.waitingCount < 2 { await Task.yield() }
            leader.cancel()
            // It is let go while GitHub has not answered yet.
            #expect(await leader.value.status == 503)
            #expect(await world.node.flights.waitingCount == 1)
            world.origin.letGo()
            #expect(await follower.value.status == 200)
            #expect(await world.read(path, NodeWorld.stranger).found?.outcome.kind == .hit)
            #expect(world.origin.questions.count == 1)
        }
    }

    @Test func theAnswerNobodyWaitsForIsStored() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/jobs"
            world.origin.hold()
            let reader = Task { await world.read(path, .anonymous) }
            await world.origin.asked(1)
            reader.cancel()
            _ = await reader.value
            let events = world.node.events()
            world.origin.letGo()
            for await event in events { if case .stored = event { break } }
            #expect(await world.read(path, .anonymous).found?.outcome.kind == .hit)
            #expect(world.origin.questions.count == 1)
        }
    }

    /// A reader that wants GitHub asked.
    private static let anew: RequestDirectives = {
        var anew = RequestDirectives()
        anew.noCache = true
        return anew
    }()

    /// Has the node poll once, by which it learns that the repository is public.
    private func firstPoll(_ world: NodeWorld) async throws {
        _ = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
        let events = world.node.events()
        await world.clock.pass(milliseconds: 1_000)
        for await event in events { if case .stored = event { break } }
        #expect(world.origin.questions == [NodeWorld.runs()])
    }

    /// Returns once the node has taken in whatever it was told of before.
    private func drained(_ world: NodeWorld) async throws {
        for _ in 0..<2 { _ = try await world.startRun(.init(NodeWorld.vault)) }
    }

    @Test func aReadJoinsAPoll() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            try await firstPoll(world)
            world.origin.hold()
            await world.clock.pass(milliseconds: 120_000)
            await world.origin.asked(2)
            async let read = world.read(NodeWorld.runs(), .anonymous, Self.anew)
            while await world.node.flights.waitingCount < 1 { await Task.yield() }
            world.origin.letGo()
            #expect(await read.status == 200)
            #expect(await read.found?.outcome.isCollapsed == true)
            #expect(world.origin.questions.count == 2)
        }
    }

    @Test func aPollJoinsARead() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            try await firstPoll(world)
            await world.clock.pass(milliseconds: 100_000)
            world.origin.hold()
            async let read = world.read(NodeWorld.runs(), .anonymous, Self.anew)
            await world.origin.asked(2)
            // The poll falls due while the read is out…
            await world.clock.pass(milliseconds: 30_000)
            try await drained(world)
            #expect(world.origin.questions.count == 2)
            world.origin.letGo()
            #expect(await read.status == 200)
            let asked = world.clock.now
            // …and again after the time of the answer that both got.
            while world.origin.questions.count < 3 { await world.clock.pass(milliseconds: 10_000) }
            #expect(world.clock.now.milliseconds(since: asked) >= 120_000)
        }
    }

    @Test func aReaderDoesNotWaitLongForAPoll() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            try await firstPoll(world)
            world.origin.hold()
            await world.clock.pass(milliseconds: 120_000)
            await world.origin.asked(2)
            async let read = world.read(NodeWorld.runs(), .anonymous, Self.anew)
            while await world.node.flights.waitingCount < 1 { await Task.yield() }
            try await drained(world)
            #expect(world.origin.questions.count == 2)
            // GitHub does not answer the machine; the reader asks for itself.
            while world.origin.questions.count < 3 { await world.clock.pass(milliseconds: 500) }
            world.origin.letGo()
            #expect(await read.status == 200)
        }
    }

    @Test func anEventHasAskedAnewWhatWasAskedBefore() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/attempts/1"
            #expect(await world.read(path).status == 200)
            func asked() -> Int { world.origin.questions.count { $0 == path } }
            #expect(asked() == 1)
            world.origin.hold()
            async let read = world.read(path, .anonymous, Self.anew)
            while asked() < 2 { await Task.yield() }
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(try world.origin.act { try $0.finish(run: run, at: $1) })
            await world.clock.pass(milliseconds: 3_000)
            while asked() < 3 { await Task.yield() }
            world.origin.letGo()
            #expect(await read.status == 200)
        }
    }
}
