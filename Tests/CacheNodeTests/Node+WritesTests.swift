import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Who has written through the node reads what GitHub says after it.
@Suite(.timeLimit(.minutes(1)))
struct NodeWritesTests {
    private static func cancel(_ run: Int64, of name: RepositoryName = NodeWorld.hello, status: Int? = 202)
        -> WriteRequest
    {
        let target = "/repos/\(name)/actions/runs/\(run)/cancel"
        return WriteRequest(method: "POST", target: target, caller: .node, status: status)
    }

    /// A run that was read, so that it is stored, and has changed at GitHub since, of which no event tells.
    private func changedRun(_ world: NodeWorld, _ name: RepositoryName = NodeWorld.hello) async throws -> Int64 {
        var run: Int64 = 0
        _ = try world.origin.act { run = try $0.startRun(.init(name), at: $1) }
        for path in ["\(NodeWorld.runs(name))/\(run)", NodeWorld.runs(name)] {
            #expect(await world.read(path).text.contains("\"queued\""))
        }
        world.clock.advance(milliseconds: 10)
        _ = try world.origin.act { try $0.finish(run: run, at: $1) }
        world.clock.advance(milliseconds: 10)
        return run
    }

    @Test(arguments: [202, 500, nil]) func whatItTouchedIsAskedForAgain(status: Int?) async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await changedRun(world)
            #expect(await world.read("\(NodeWorld.runs())/\(run)").text.contains("\"queued\""))
            await world.node.wrote(Self.cancel(run, status: status))
            // The run's own answer tells what the list shows, so that asking for that is free.
            for (path, told) in [("\(NodeWorld.runs())/\(run)", 200), (NodeWorld.runs(), 304)] {
                let answer = await world.read(path)
                #expect(answer.found?.outcome.cacheStatus.hasPrefix("hookcache; fwd=stale; fwd-status=\(told)") == true)
                #expect(answer.text.contains("\"completed\""))
            }
        }
    }

    @Test(arguments: [400, 401, 403, 404, 409, 422]) func whatGitHubRefusedTouchesNothing(status: Int) async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await changedRun(world)
            let asked = world.origin.questions.count
            await world.node.wrote(Self.cancel(run, status: status))
            #expect(await world.read("\(NodeWorld.runs())/\(run)").text.contains("\"queued\""))
            #expect(world.origin.questions.count == asked)
        }
    }

    @Test func itHoldsForEveryReaderOfAPrivateRepository() async throws {
        let world = try NodeWorld()
        try await world.running {
            let other = world.caller("other", [.read(NodeWorld.vault)])
            let run = try await changedRun(world, NodeWorld.vault)
            let path = "\(NodeWorld.runs(NodeWorld.vault))/\(run)"
            #expect(await world.read(path, other).status == 200)
            await world.node.wrote(Self.cancel(run, of: NodeWorld.vault))
            #expect(await world.read(path, other).text.contains("\"completed\""))
            #expect(await world.read(path).text.contains("\"completed\""))
        }
    }

    @Test func pathsByTheRepositorysNumberCountToo() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await changedRun(world)
            let id = try #require(world.store.visibility(of: NodeWorld.hello)?.repositoryID)
            let target = "/repositories/\(id)/actions/runs/\(run)/cancel?x=1"
            await world.node.wrote(WriteRequest(method: "POST", target: target, caller: .anonymous, status: 202))
            #expect(await world.read("\(NodeWorld.runs())/\(run)").text.contains("\"completed\""))
        }
    }

    @Test func whoAsksAfterItDoesNotJoinWhoAskedBeforeIt() async throws {
        let world = try NodeWorld()
        try await world.running {
            var run: Int64 = 0
            _ = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            world.origin.hold()
            let path = "\(NodeWorld.runs())/\(run)"
            await withTaskGroup(of: ReadAnswer.self) { group in
                group.addTask { await world.read(path, .anonymous) }
                await world.origin.asked(1)
                await world.node.wrote(Self.cancel(run))
                group.addTask { await world.read(path, .anonymous) }
                await world.origin.asked(2)
                world.origin.letGo()
                for await answer in group { #expect(answer.status == 200) }
            }
            #expect(world.origin.questions == [path, path])
        }
    }

    @Test func aRunThatWasDeletedIsInNoListAnyMore() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await changedRun(world)
            await world.node.wrote(
                WriteRequest(method: "DELETE", target: "\(NodeWorld.runs())/\(run)", caller: .node, status: 204)
            )
            _ = try world.origin.act { github, _ in try github.delete(run: run) }
            world.clock.advance(milliseconds: 10)
            #expect(await world.read("\(NodeWorld.runs())/\(run)").status == 404)
            #expect(await world.read(NodeWorld.runs()).text.contains("\"total_count\":0"))
            world.clock.advance(milliseconds: 10)
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .hit)
        }
    }

    @Test func aPeersCopyFromBeforeItDoesNotServe() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await changedRun(world)
            let resource = try #require(Resource("\(NodeWorld.runs())/\(run)"))
            let key = ResourceKey(Representation(resource), audience: .public)
            var old = try #require(world.store.peek(key))
            let body = try await world.store.body(old.cid)
            // Validated a moment before the write, by the peer's word.
            old.validatedAt = world.clock.now
            world.neighbours.lend(SharedEntry(entry: old, body: body))
            await world.node.wrote(Self.cancel(run))
            let answer = await world.read("\(NodeWorld.runs())/\(run)", .anonymous)
            #expect(answer.text.contains("\"completed\""))
        }
    }

    @Test func aNodeThatHasStoppedKeepsNobodyWaiting() async throws {
        let world = try NodeWorld()
        try await world.running {}
        await world.node.wrote(Self.cancel(1))
    }
}
