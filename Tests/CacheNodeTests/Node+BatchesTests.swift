import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// What a node lacked and got from a peer at once.
@Suite(.timeLimit(.minutes(2))) struct NodeBatchesTests {
    private static let cached: RequestDirectives = {
        var directives = RequestDirectives()
        directives.onlyIfCached = true
        return directives
    }()

    private func entry(_ path: String, _ body: Body, at moment: Timestamp) throws -> Announcement {
        let entry = Entry(
            key: ResourceKey(Representation(try #require(Resource(path))), audience: .public),
            cid: body.cid,
            size: body.bytes.count,
            validatedAt: moment,
            freshUntil: moment.advanced(bySeconds: 120),
            source: .peer
        )
        return .entry(SharedEntry(entry: entry, body: body))
    }

    /// Hands a batch to the node, and returns when it is taken in.
    private func give(_ announcements: [Announcement], to world: NodeWorld) async throws {
        let author = try PeerID("12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5")
        let (taken, continuation) = AsyncStream.makeStream(of: Void.self)
        world.batches.yield(PeerBatch(author: author, announcements: announcements) { continuation.finish() })
        for await _ in taken {}
    }

    private func body(_ delivery: SimulatedGitHub.OutgoingDelivery, at moment: Timestamp) throws -> Body {
        try #require(delivery.workflowEvent(asOf: moment)).body
    }

    @Test func whatAPeerHasIsServedWithoutGitHub() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            var run: Int64 = 0
            let deliveries = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let delivery = try #require(deliveries.first { $0.event == "workflow_run" })
            let path = "\(NodeWorld.runs())/\(run)"
            let body = try self.body(delivery, at: world.clock.now)
            try await self.give([self.entry(path, body, at: world.clock.now)], to: world)
            let answer = await world.read(path, .anonymous, Self.cached)
            #expect(answer.found?.body == body)
            #expect(answer.found?.outcome.source == .peer)
        }
    }

    @Test func answersThatAPeerGotAfterAnEventAreTakenWithIt() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            var run: Int64 = 0
            _ = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let last = try world.origin.act { try $0.finish(run: run, at: $1) }
            let delivery = try #require(last.last { $0.event == "workflow_run" })
            let (seen, asked) = (world.clock.now, world.clock.now.advanced(bySeconds: 1))
            world.clock.advance(milliseconds: 30_000)
            let body = try self.body(delivery, at: seen)
            let state = SharedState(
                repository: NodeWorld.hello,
                kind: .run,
                body: body,
                deliveredAt: seen,
                deploymentUpdatedAt: nil,
                seenAt: seen
            )
            // The end of a run makes the list wrong; the peer asked for it after that, or before.
            let (list, other) = ("/repos/\(NodeWorld.hello)/actions/artifacts", "\(NodeWorld.runs())/\(run)/artifacts")
            let artifacts = Body(Array(#"{"total_count":0,"artifacts":[]}"#.utf8))
            let before = seen.advanced(bySeconds: -1)
            try await self.give(
                [
                    .state(state), self.entry("\(NodeWorld.runs())/\(run)", body, at: seen),
                    self.entry(list, artifacts, at: asked), self.entry(other, artifacts, at: before),
                ],
                to: world
            )
            #expect(await world.read(list, .anonymous, Self.cached).found?.body == artifacts)
            #expect(await world.read(other, .anonymous, Self.cached).status == 504)
        }
    }

    @Test func whatIsNotFollowedIsNotTaken() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.vault)])
        try await world.running {
            let path = NodeWorld.runs()
            try await self.give([self.entry(path, Body(Array("{}".utf8)), at: world.clock.now)], to: world)
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
        }
    }

    @Test func nothingOlderThanWhatWasHeardTakesItsPlace() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            var run: Int64 = 0
            let first = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let old = try #require(first.first { $0.event == "workflow_run" })
            let before = world.clock.now
            world.clock.advance(milliseconds: 5_000)
            let last = try world.origin.act { try $0.finish(run: run, at: $1) }
            await world.deliver(last)
            let path = "\(NodeWorld.runs())/\(run)"
            let held = await world.read(path, .anonymous, Self.cached).found?.body
            #expect(held != nil)
            let body = try self.body(old, at: before)
            // The peer saw the older one later, as its own clock has it.
            let state = SharedState(
                repository: NodeWorld.hello,
                kind: .run,
                body: body,
                deliveredAt: before,
                deploymentUpdatedAt: nil,
                seenAt: world.clock.now
            )
            try await self.give([.state(state), self.entry(path, body, at: before)], to: world)
            let answer = await world.read(path, .anonymous, Self.cached)
            #expect(answer.found?.body == held)
        }
    }

    @Test func aStateThatAPeerRemembersOrdersWhatIsHeardLater() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            var run: Int64 = 0
            let first = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let old = try #require(first.first { $0.event == "workflow_run" })
            let before = world.clock.now
            world.clock.advance(milliseconds: 5_000)
            let last = try world.origin.act { try $0.finish(run: run, at: $1) }
            let new = try #require(last.last { $0.event == "workflow_run" })
            let path = "\(NodeWorld.runs())/\(run)"
            let body = try self.body(new, at: world.clock.now)
            let state = SharedState(
                repository: NodeWorld.hello,
                kind: .run,
                body: body,
                deliveredAt: world.clock.now,
                deploymentUpdatedAt: nil,
                seenAt: world.clock.now
            )
            try await self.give([.state(state), self.entry(path, body, at: world.clock.now)], to: world)
            let id = ObjectID(repository: NodeWorld.hello, kind: .run, id: run)
            #expect(world.store.state(id)?.version.deliveredAt == world.clock.now)
            try await self.give(
                [self.entry(path, try self.body(old, at: before), at: before)],
                to: world
            )
            #expect(world.store.state(id)?.cid == body.cid)
            #expect(await world.read(path, .anonymous).found?.body == body)
        }
    }
}
