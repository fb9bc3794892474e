import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Events that carry no run or job, from their delivery to what readers get.
@Suite(.timeLimit(.minutes(1)))
struct NodeNewsTests {
    @Test func whatAnEventTouchesIsAskedForAgainAndTheRestIsNot() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            for path in [NodeWorld.readme, NodeWorld.runs()] { #expect(await world.read(path).status == 200) }
            world.clock.advance(milliseconds: 1_000)
            let push = #""ref":"refs/heads/main","before":"0","after":"1","commits":[]"#
            let answer = await world.deliver("push", push)
            guard case .accepted = answer else {
                Issue.record("\(answer)")
                return
            }
            world.clock.advance(milliseconds: 100)
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .hit)
            #expect(await world.read(NodeWorld.readme).found?.outcome.kind == .forwarded(.stale, status: 304))
            #expect(world.store.pendingCount == 0)
        }
    }

    @Test func aCheckRunsEventIsFetchedAheadOfItsReaders() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.hearEverything()
            let run = try await world.startRun(.init(NodeWorld.hello, jobs: ["build"]))
            let job = try #require(world.store.states(in: NodeWorld.hello, kind: .job).first?.id.id)
            let path = "/repos/\(NodeWorld.hello)/check-runs/\(job)"
            #expect(await world.read(path).text.contains("\"queued\""))
            world.clock.advance(milliseconds: 1_000)
            let events = world.node.events()
            await world.deliver(
                try world.origin.act { try $0.finish(run: run, at: $1) }.filter { $0.event == "check_run" }
            )
            await world.clock.pass(milliseconds: 500)
            for await event in events {
                if case .stored(path, .prewarm, _) = event { break }
            }
            let answer = await world.read(path)
            #expect(answer.found?.outcome.kind == .hit)
            #expect(answer.text.contains("\"completed\""))
        }
    }

    @Test func whatIsOfNoUseIsIgnored() async throws {
        let world = try NodeWorld()
        try await world.running {
            let labelled = #""action":"labeled","pull_request":{"id":8,"head":{"ref":"x","sha":"abc"}}"#
            #expect(await world.deliver("pull_request", labelled) == .ignored(DeliveryID("pull_request")!))
            #expect(await world.deliver("push", labelled).isRefused(400))
        }
    }

    @Test func whatIsDeletedIsGoneWithItsQueue() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            let before = try await world.node.queue(.owner("octo-tools"), labels: [], includesPrivate: false)
            #expect(before.queued > 0)
            #expect(await world.read(NodeWorld.runs()).status == 200)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver("repository", #""action":"deleted""#)
            let after = try await world.node.queue(.owner("octo-tools"), labels: [], includesPrivate: false)
            #expect(after.queued == 0)
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            world.origin.setDown(true)
            #expect(await world.read(NodeWorld.runs()).status == 502)
        }
    }

    @Test func whatWasAcknowledgedIsDoneAndToldAfterACrash() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try NodeWorld(directory: directory)
        let body = first.body(#""action":"privatized""#, isPrivate: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.store.run() }
            let answer = await first.node.accept(NodeWorld.request("repository", Array(body.utf8), id: "d"))
            #expect(answer == .accepted(DeliveryID("d")!))
            group.cancelAll()
            try await group.waitForAll()
        }
        let second = try NodeWorld(directory: directory, after: first)
        try await second.running {
            _ = await second.read(NodeWorld.runs(NodeWorld.vault))
            #expect(second.store.pendingCount == 0)
            #expect(second.store.visibility(of: NodeWorld.hello)?.isPrivate == true)
            #expect(second.neighbours.privatized == [NodeWorld.hello])
        }
    }
}
