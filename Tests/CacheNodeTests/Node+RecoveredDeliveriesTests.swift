import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// What becomes of single deliveries that come from a log, or come again.
@Suite(.timeLimit(.minutes(3)))
struct NodeRecoveredDeliveriesTests {
    @Test func whatAnOldDeliverySaysIsAsOldAsTheDelivery() async throws {
        let world = try NodeWorld.readByHand()
        try await world.running {
            let hook = try await world.registerListeningHook()
            let (run, deliveries) = try world.finishRun(hook: hook)
            world.miss(deliveries)
            world.clock.advance(milliseconds: 7_200_000)
            let report = try await world.node.recover(.hook(NodeWorld.scope))
            #expect(report.recovered == deliveries.count && report.isComplete && report.setAside == 0)
            await world.settled()
            // It is no news that may be served as fresh: GitHub is asked, which costs nothing where it is right.
            let answer = await world.read("\(NodeWorld.runs())/\(run)")
            #expect(answer.found?.outcome.cacheStatus.contains("fwd-status=304") == true)
        }
    }

    @Test func whatIsSentAgainIsAsOldAsItWasAtFirst() async throws {
        let world = try NodeWorld.readByHand()
        try await world.running {
            let hook = try await world.registerListeningHook()
            let (run, deliveries) = try world.finishRun(hook: hook)
            world.clock.advance(milliseconds: 7_200_000)
            for delivery in deliveries {
                #expect(await world.node.accept(NodeWorld.request(delivery)) == .accepted(DeliveryID(delivery.guid)!))
            }
            await world.settled()
            let answer = await world.read("\(NodeWorld.runs())/\(run)")
            #expect(answer.found?.outcome.cacheStatus.contains("fwd-status=304") == true)
        }
    }

    @Test func newsThatAreSentAgainDoNotHoldAgainstLaterOnes() async throws {
        let world = try NodeWorld.readByHand()
        try await world.running {
            let hook = try await world.registerListeningHook()
            let events: JSON = ["repository"]
            let target = "/repos/\(NodeWorld.hello)/hooks/\(hook)"
            #expect(world.origin.call("PATCH", target, body: ["events": events])?.status == 200)
            let hidden = try world.sent(to: hook) { try $0.setPrivate(true, NodeWorld.hello, at: $1) }
            world.clock.advance(milliseconds: 1000)
            _ = try world.sent(to: hook) { try $0.setPrivate(false, NodeWorld.hello, at: $1) }
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 200)
            // Just now, GitHub's answers may lag behind: in doubt it is private.
            let first = try #require(hidden.first { $0.event == "repository" })
            #expect(await world.node.accept(NodeWorld.request(first)) == .accepted(DeliveryID(first.guid)!))
            await world.settled()
            #expect(world.store.visibility(of: NodeWorld.hello)?.isPrivate == true)
            world.clock.advance(milliseconds: 7_200_000)
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 200)
            world.clock.advance(milliseconds: 1000)
            // Hours later it is known better.
            let again = NodeWorld.request(
                "repository",
                first.body,
                id: first.guid.uppercased(),
                signedWith: try #require(world.hooks.secret(of: hook))
            )
            #expect(again.delivery != first.guid)
            #expect(await world.node.accept(again) == .accepted(DeliveryID(again.delivery ?? "")!))
            await world.settled()
            #expect(world.store.visibility(of: NodeWorld.hello)?.isPrivate == false)
        }
    }

    @Test func aLogSpeaksForItsHookAlone() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await world.registerListeningHook()
            // From now on payloads name another repository, of which this hook was never said to speak.
            let moved = try #require(RepositoryName("octo-tools/moved"))
            world.origin.act { github, now in try? github.rename(NodeWorld.hello, to: moved, at: now) }
            let deliveries = try world.sent(to: hook) { github, now in
                _ = try github.startRun(.init(moved), at: now)
            }
            world.miss(deliveries)
            world.origin.act { github, now in try? github.rename(moved, to: NodeWorld.hello, at: now) }
            let report = try await world.node.recover(.hook(NodeWorld.scope))
            #expect(report.setAside == deliveries.count && report.recovered == 0 && report.isComplete)
            #expect(world.store.states(in: moved, kind: .run).isEmpty)
            let shown = try await world.node.deliveries(of: .hook(NodeWorld.scope), failedOnly: true, limit: 10)
            #expect(shown.map(\.here) == Array(repeating: .failed, count: deliveries.count))
            #expect(shown.allSatisfy { $0.reason?.contains("something else than \(NodeWorld.scope)") == true })
            #expect(try await world.node.deliveries(of: nil, failedOnly: true, limit: 10).count == deliveries.count)
            // It blocks nothing, and is not read again but by somebody's wish.
            let before = world.callCount
            await world.searched(after: world.clock.now.advanced(bySeconds: 1))
            #expect(world.logCalls(since: before).reads.isEmpty)
            #expect(try await world.recover().setAside == deliveries.count)
        }
    }

    @Test func whatGitHubDoesNotShowIsSentAgainOnce() async throws {
        let world = try NodeWorld.readByHand()
        try await world.running {
            let hook = try await world.registerListeningHook()
            world.origin.act { github, _ in github.configuration.logsPayloads = false }
            let (_, deliveries) = try world.finishRun(hook: hook)
            world.miss(deliveries)
            let report = try await world.node.recover(.hook(NodeWorld.scope))
            #expect(report.redelivered == deliveries.count && report.recovered == 0)
            let again = world.origin.act { _, _ in }.filter { $0.hookID == hook }
            #expect(again.map(\.guid).sorted() == deliveries.map(\.guid).sorted())
            #expect(again.allSatisfy { $0.isRedelivery })
            // Nobody answers those either: they are not asked for a second time.
            world.miss(again)
            #expect(try await world.node.recover(.hook(NodeWorld.scope)).redelivered == 0)
        }
    }

    @Test func oneThatGitHubCannotShowBlocksNoOther() async throws {
        let world = try NodeWorld.readByHand()
        try await world.running {
            let hook = try await world.registerListeningHook()
            let (_, deliveries) = try world.finishRun(hook: hook)
            world.miss(deliveries)
            let bad = try #require(deliveries.first)
            world.origin.act { github, _ in github.faults.add(.serverError(500), toPathsWith: "/deliveries/\(bad.id)") }
            let report = try await world.node.recover(.hook(NodeWorld.scope))
            #expect(report.recovered == deliveries.count - 1 && !report.isComplete)
            world.origin.act { github, _ in github.faults.clear() }
            let again = try await world.node.recover(.hook(NodeWorld.scope))
            #expect(again.recovered == 1 && again.isComplete && again.calls == 2)
        }
    }
}
