import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// A member that lies, to a node with its own webhook and GitHub behind it.
@Suite(.timeLimit(.minutes(1)))
struct NodeLiesTests {
    private static let liar = PeerID(publicKeyMessage: [0x08, 0x01, 0x12, 0x20] + Array(repeating: 6, count: 32))

    /// A run's object as the liar tells it: of an attempt that never was, and over.
    private func lie(_ delivery: SimulatedGitHub.OutgoingDelivery, at moment: Timestamp) throws -> PeerAnnouncement {
        let event = try #require(delivery.workflowEvent(asOf: moment))
        var text = String(decoding: event.body.bytes, as: UTF8.self)
        text.replace(#""run_attempt":1"#, with: #""run_attempt":999"#)
        text.replace(#""conclusion":null"#, with: #""conclusion":"failure""#)
        let object = SharedObject(
            repository: NodeWorld.hello,
            kind: .run,
            body: Body(Array(text.utf8)),
            delivery: DeliveryID(delivery.guid)!,
            deploymentUpdatedAt: nil,
            acceptedAt: moment
        )
        return PeerAnnouncement(author: Self.liar, announcement: .event(object))
    }

    /// Starts a run of which the node is told, and then a lie.
    private func begin(_ world: NodeWorld) async throws -> Int64 {
        var run: Int64 = 0
        let sent = try world.origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
        await world.deliver(sent)
        _ = await world.read(NodeWorld.runs(), .anonymous)
        let first = try #require(sent.first { $0.event == "workflow_run" })
        let events = world.node.events()
        world.peers.yield(try lie(first, at: world.clock.now))
        for await event in events { if case .stored(_, .peer, _) = event { break } }
        #expect(await world.read("\(NodeWorld.runs())/\(run)", .anonymous).text.contains("999"))
        #expect(await world.read(NodeWorld.runs(), .anonymous).text.contains("999"))
        return run
    }

    private func isTrue(_ world: NodeWorld, _ run: Int64) async -> Bool {
        let (one, all) = (
            await world.read("\(NodeWorld.runs())/\(run)", .anonymous), await world.read(NodeWorld.runs(), .anonymous)
        )
        return !one.text.contains("999") && !all.text.contains("999")
    }

    @Test func theNextDeliveryHasGitHubPutItRight() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            let run = try await self.begin(world)
            world.clock.advance(milliseconds: 30_000)
            await world.deliver(try world.origin.act { try $0.advance(run: run, at: $1) })
            await world.live(milliseconds: 5_000)
            while await !self.isTrue(world, run) { await world.live(milliseconds: 250) }
            #expect(world.neighbours.distrusted == [Self.liar])
        }
    }

    @Test func aReaderThatAsksGitHubIsToldTheTruth() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            let run = try await self.begin(world)
            world.clock.advance(milliseconds: 1_000)
            var anew = RequestDirectives()
            anew.noCache = true
            let answer = await world.read("\(NodeWorld.runs())/\(run)", .anonymous, anew)
            #expect(!answer.text.contains("999"))
            while await !self.isTrue(world, run) { await world.live(milliseconds: 250) }
            // GitHub may lag behind for so short a while, and nobody is blamed.
            #expect(world.neighbours.distrusted.isEmpty)
        }
    }

    @Test func aTruthfulMemberIsNotDistrusted() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            let sent = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let events = world.node.events()
            for delivery in sent where delivery.event == "workflow_run" {
                world.peers.yield(try NodeEventsTests.announcement(delivery, at: world.clock.now, in: NodeWorld.hello))
            }
            for await event in events { if case .stored(_, .peer, _) = event { break } }
            world.clock.advance(milliseconds: 60_000)
            let run = try #require(world.store.states(in: NodeWorld.hello, kind: .run).first)
            var anew = RequestDirectives()
            anew.noCache = true
            _ = await world.read(run.id.endpoint.path, .anonymous, anew)
            #expect(world.store.state(run.id)?.authority == .github)
            #expect(world.neighbours.distrusted.isEmpty)
        }
    }
}
