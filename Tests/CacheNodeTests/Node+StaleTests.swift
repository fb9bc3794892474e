import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// What is only a little old is served while GitHub is asked; what is known to be wrong is not.
@Suite(.timeLimit(.minutes(1)))
struct NodeStaleTests {
    private static let jobs = "/jobs"

    /// A world in which a run's jobs are stored, and their path.
    private func prepared() async throws -> (world: NodeWorld, run: Int64, path: String) {
        let world = try NodeWorld()
        var run: Int64 = 0
        _ = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
        return (world, run, "\(NodeWorld.runs())/\(run)")
    }

    /// Waits until the answer to the latest question is stored.
    private func settled(_ world: NodeWorld, _ path: String, since moment: Timestamp) async throws {
        let key = ResourceKey(Representation(try #require(Resource(path))), audience: .public)
        while world.store.peek(key).map({ $0.validatedAt < moment }) ?? true { await Task.yield() }
    }

    @Test func whatIsALittleOldIsServedAtOnceAndAskedFor() async throws {
        let (world, run, path) = try await prepared()
        try await world.running {
            #expect(await world.read(path).text.contains("\"queued\""))
            _ = try world.origin.act { try $0.finish(run: run, at: $1) }
            world.clock.advance(milliseconds: 121_000)
            world.origin.hold()
            for _ in 0..<3 {
                let answer = await world.read(path, .anonymous)
                #expect(answer.found?.outcome.kind == .stale)
                #expect(answer.found?.outcome.cacheStatus == "hookcache; hit; ttl=-1; detail=upstream")
                #expect(answer.text.contains("\"queued\""))
                #expect(answer.found?.age == 121)
            }
            await world.origin.asked(2)
            world.origin.letGo()
            try await settled(world, path, since: world.clock.now)
            #expect(world.origin.questions.count == 2)
            let answer = await world.read(path, .anonymous)
            #expect(answer.found?.outcome.kind == .hit)
            #expect(answer.text.contains("\"completed\""))
        }
    }

    @Test func pastTheWindowGitHubIsAskedFirst() async throws {
        let (world, run, path) = try await prepared()
        try await world.running {
            #expect(await world.read(path).status == 200)
            _ = try world.origin.act { try $0.finish(run: run, at: $1) }
            world.clock.advance(milliseconds: 150_000)
            let answer = await world.read(path)
            #expect(answer.found?.outcome.kind == .forwarded(.stale, status: 200))
            #expect(answer.text.contains("\"completed\""))
        }
    }

    @Test func whileGitHubIsSlowWhatIsOnlyOldIsServed() async throws {
        let (world, run, path) = try await prepared()
        try await world.running {
            #expect(await world.read(path).status == 200)
            _ = try world.origin.act { try $0.finish(run: run, at: $1) }
            world.clock.advance(milliseconds: 150_000)
            let moment = world.clock.now
            world.origin.hold()
            async let answer = world.read(path)
            await world.origin.asked(2)
            // Long enough, however late the reader began to wait.
            await world.clock.pass(milliseconds: 10_000)
            let old = await answer
            #expect(old.found?.outcome.kind == .stale)
            #expect(old.found.map { $0.age >= 152 } == true)
            #expect(old.text.contains("\"queued\""))
            // The question goes on without who asked it.
            world.origin.letGo()
            try await settled(world, path, since: moment)
            #expect(await world.read(path).text.contains("\"completed\""))
            #expect(world.origin.questions.count == 2)
        }
    }

    @Test func whileGitHubIsSlowWhatIsKnownToBeWrongIsNotServed() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/attempts/1"
            #expect(await world.read(path).status == 200)
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(try world.origin.act { try $0.finish(run: run, at: $1) })
            let before = world.origin.questions.count
            world.origin.hold()
            async let answer = world.read(path)
            await world.origin.asked(before + 1)
            await world.clock.pass(milliseconds: 5_000)
            world.origin.letGo()
            #expect(await answer.text.contains("\"completed\""))
        }
    }

    @Test func whoSaysHowOldItMayBeGetsNothingOlder() async throws {
        let (world, _, path) = try await prepared()
        try await world.running {
            let wishes: [(inout RequestDirectives) -> Void] = [
                { $0.noCache = true }, { $0.maxAge = 120 }, { $0.minFresh = 0 }, { $0.maxStale = 0 },
            ]
            for (number, wish) in wishes.enumerated() {
                #expect(await world.read(path).status == 200)
                world.clock.advance(milliseconds: 121_000)
                var directives = RequestDirectives()
                wish(&directives)
                let answer = await world.read(path, .node, directives)
                #expect(answer.found?.outcome.kind == .forwarded(.stale, status: 304), "\(number)")
            }
            world.clock.advance(milliseconds: 121_000)
            var stored = RequestDirectives()
            stored.onlyIfCached = true
            #expect(await world.read(path, .node, stored).status == 504)
        }
    }

    @Test func whatAnEventShowedWrongIsNeverServed() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)/attempts/1"
            #expect(await world.read(path).status == 200)
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(try world.origin.act { try $0.finish(run: run, at: $1) })
            let answer = await world.read(path)
            #expect(answer.found?.outcome.kind == .forwarded(.stale, status: 200))
            #expect(answer.text.contains("\"completed\""))
        }
    }

    @Test func anAbsenceIsAskedForAnew() async throws {
        let (world, _, _) = try await prepared()
        try await world.running {
            let path = "\(NodeWorld.runs())/1"
            #expect(await world.read(path).status == 404)
            world.clock.advance(milliseconds: 10_000)
            #expect(await world.read(path).found?.outcome.kind == .forwarded(.miss, status: 404))
        }
    }

    @Test func withoutAProofThatHoldsNothingIsServedMeanwhile() async throws {
        let world = try NodeWorld(proofs: ProofPolicy(ttl: 120, grace: 0))
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            let path = NodeWorld.runs(NodeWorld.vault)
            #expect(await world.read(path, reader).status == 200)
            world.clock.advance(milliseconds: 121_000)
            #expect(await world.read(path, reader).found?.outcome.kind == .forwarded(.miss, status: 304))
        }
    }
}
