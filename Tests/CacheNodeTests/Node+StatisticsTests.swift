import CacheCore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// What each read counts as: `local_hits`, `peer_hits`, `misses` and `api_calls_saved`.
@Suite(.timeLimit(.minutes(1)))
struct NodeStatisticsTests {
    private struct Counts: Equatable {
        var local = 0
        var peer = 0
        var misses = 0
        var saved = 0
    }

    private static func counts(_ world: NodeWorld) async -> Counts {
        let statistics = await world.node.statistics()
        return Counts(
            local: statistics.localHits,
            peer: statistics.peerHits,
            misses: statistics.misses,
            saved: statistics.callsSaved
        )
    }

    @Test func aFetchedAnswerIsAMissAndThenALocalHit() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = await world.read(NodeWorld.runs())
            #expect(await Self.counts(world) == Counts(misses: 1))
            _ = await world.read(NodeWorld.runs())
            #expect(await Self.counts(world) == Counts(local: 1, misses: 1, saved: 1))
            let statistics = await world.node.statistics()
            #expect(statistics.totalRequests == 2 && statistics.hitRate == 0.5)
            #expect(statistics.callsMade + statistics.callsSaved == statistics.totalRequests)
        }
    }

    @Test func aRevalidationIsAMissThatSavedACall() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = await world.read(NodeWorld.runs())
            world.clock.advance(milliseconds: 150_000)
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .forwarded(.stale, status: 304))
            #expect(await Self.counts(world) == Counts(misses: 2, saved: 1))
        }
    }

    @Test func aRevalidationByNobodyIsCountedByGitHubAndSavesNothing() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = await world.read(NodeWorld.runs(), .anonymous)
            world.clock.advance(milliseconds: 150_000)
            let answer = await world.read(NodeWorld.runs(), .anonymous)
            #expect(answer.found?.outcome.kind == .forwarded(.stale, status: 304))
            #expect(await Self.counts(world) == Counts(misses: 2))
        }
    }

    @Test func whatAWebhookBroughtIsALocalHit() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            #expect(await world.read("\(NodeWorld.runs())/\(run)").found?.outcome.source == .webhook)
            #expect(await Self.counts(world) == Counts(local: 1, saved: 1))
            #expect(await world.node.statistics().callsMade == 0)
        }
    }

    @Test func aNeighboursCopyIsAPeerHitAtOnceAndLater() async throws {
        let world = try NodeWorld()
        try await world.running {
            let resource = try #require(Resource(NodeWorld.runs()))
            let body = Body(Array(#"{"total_count":0,"workflow_runs":[]}"#.utf8))
            let entry = Entry(
                key: ResourceKey(Representation(resource), audience: .public),
                cid: body.cid,
                size: body.bytes.count,
                validatedAt: world.clock.now,
                freshUntil: world.clock.now.advanced(bySeconds: 60),
                // At the neighbour it came from GitHub; here it comes from a peer.
                source: .upstream
            )
            world.neighbours.lend(SharedEntry(entry: entry, body: body))
            #expect(await world.read(NodeWorld.runs()).found?.body == body)
            #expect(await Self.counts(world) == Counts(peer: 1, saved: 1))
            #expect(await world.read(NodeWorld.runs()).found?.body == body)
            #expect(await Self.counts(world) == Counts(peer: 2, saved: 2))
            #expect(world.origin.questions.isEmpty)
        }
    }

    @Test func thoseWhoWaitForOneCallSaveTheirOwn() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.origin.hold()
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { _ = await world.read(NodeWorld.runs()) } }
                while await world.node.flights.waitingCount < 10 { await Task.yield() }
                world.origin.letGo()
            }
            #expect(await Self.counts(world) == Counts(misses: 10, saved: 9))
            #expect(await world.node.statistics().callsMade == 1)
        }
    }

    @Test func aStaleAnswerIsAHitThatSavedACallUnlessGitHubCountedItsFailure() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = await world.read(NodeWorld.runs())
            world.clock.advance(milliseconds: 150_000)
            world.origin.setDown(true)
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .stale)
            #expect(await Self.counts(world) == Counts(local: 1, misses: 1, saved: 1))
            world.origin.setDown(false)
            world.origin.act { github, _ in github.faults.add(.serverError(502)) }
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .stale)
            #expect(await Self.counts(world) == Counts(local: 2, misses: 1, saved: 1))
        }
    }

    @Test func aReadThatComesToNothingIsAMissThatSavedNothing() async throws {
        let world = try NodeWorld()
        try await world.running {
            #expect(await world.read("\(NodeWorld.runs())/1", NodeWorld.stranger).status == 404)
            #expect(await Self.counts(world) == Counts(misses: 1))
            world.origin.setDown(true)
            #expect(await world.read("\(NodeWorld.runs())/2").status == 502)
            #expect(await Self.counts(world) == Counts(misses: 2))
        }
    }

    @Test func whoWantsOnlyWhatIsStoredAndGetsNothingIsNeitherHitNorMiss() async throws {
        let world = try NodeWorld()
        try await world.running {
            var directives = RequestDirectives()
            directives.onlyIfCached = true
            #expect(await world.read(NodeWorld.runs(), .node, directives).status == 504)
            #expect(await Self.counts(world) == Counts())
            _ = await world.read(NodeWorld.runs())
            #expect(await world.read(NodeWorld.runs(), .node, directives).status == 200)
            #expect(await Self.counts(world) == Counts(local: 1, misses: 1, saved: 1))
        }
    }

    @Test func whatTheNodeReadsForItselfIsNobodysRead() async throws {
        let world = try NodeWorld(watch: [.owner("octo-tools")])
        try await world.running {
            await world.origin.asked(1)
            while !world.origin.questions.contains(where: { $0.hasSuffix("/hello-ci/actions/runs") }) {
                await world.clock.pass(milliseconds: 1_000)
            }
            let reports = try await world.node.prewarm([NodeWorld.hello], resources: [])
            #expect(!reports.isEmpty)
            #expect(await Self.counts(world) == Counts())
            #expect(await world.node.statistics().callsMade > 0)
        }
    }
}
