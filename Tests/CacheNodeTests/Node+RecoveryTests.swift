import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(3)))
struct NodeRecoveryTests {
    private static let scope = Scope.repository(NodeWorld.hello)
    private static let url = "https://ci.example/webhook"

    private func inDirectory(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    /// A world whose logs are read by hand alone.
    private func handWorld() throws -> NodeWorld {
        try NodeWorld(secrets: []) { $0.hookTick = 1_000_000_000_000 }
    }

    /// Registers the hook of the repository, which hears of stars as well.
    private func register(_ world: NodeWorld) async throws -> Int64 {
        let id = try #require(try await world.node.registerHook(of: Self.scope, url: Self.url).id)
        let events: JSON = ["workflow_run", "workflow_job", "star"]
        let target = "/repos/\(NodeWorld.hello)/hooks/\(id)"
        #expect(world.origin.call("PATCH", target, body: ["events": events])?.status == 200)
        _ = world.origin.act { _, _ in }
        return id
    }

    /// What GitHub sends to a hook because of something.
    private func sent(
        to hook: Int64,
        in world: NodeWorld,
        _ action: (inout SimulatedGitHub, Timestamp) throws -> Void
    ) rethrows -> [SimulatedGitHub.OutgoingDelivery] {
        try world.origin.act(action).filter { $0.hookID == hook }
    }

    /// Nobody answers: GitHub's log says so.
    private func miss(_ deliveries: [SimulatedGitHub.OutgoingDelivery], in world: NodeWorld, status: Int? = nil) {
        world.origin.act { github, now in
            for delivery in deliveries { github.record(.init(status: status), of: delivery, at: now) }
        }
    }

    private func run(_ world: NodeWorld, hook: Int64) throws -> (Int64, [SimulatedGitHub.OutgoingDelivery]) {
        var run: Int64 = 0
        let deliveries = try sent(to: hook, in: world) { github, now in
            run = try github.startRun(.init(NodeWorld.hello), at: now)
            try github.finish(run: run, at: now)
        }
        return (run, deliveries)
    }

    private func stars(_ count: Int, _ world: NodeWorld, hook: Int64) throws -> [SimulatedGitHub.OutgoingDelivery] {
        try sent(to: hook, in: world) { github, now in
            for number in 0..<count { try github.star(NodeWorld.hello, by: "fan-\(number)", at: now) }
        }
    }

    /// What the delivery log was asked for since a moment of the call log.
    private func logCalls(_ world: NodeWorld, since count: Int) -> (lists: Int, reads: [String]) {
        let calls = world.origin.look { $0.calls.entries.dropFirst(count).map(\.target) }.filter { target in
            target.contains("/deliveries")
        }
        return (calls.count { $0.contains("/deliveries?") }, calls.filter { !$0.contains("/deliveries?") })
    }

    private func callCount(_ world: NodeWorld) -> Int { world.origin.look { $0.calls.entries.count } }

    /// Lets time pass until the log was read to its end after a moment, within a bound.
    private func searched(_ world: NodeWorld, after moment: Timestamp) async {
        for _ in 0..<2000 {
            if let checkedAt = world.store.hook(of: Self.scope)?.log.checkedAt, checkedAt >= moment { return }
            await world.clock.pass(milliseconds: 1000)
            try? await Task.sleep(for: .milliseconds(1))
        }
        Issue.record("the log was not read to its end")
    }

    /// Has the log read by hand, once nobody else reads it.
    private func recover(_ world: NodeWorld) async throws -> RecoveryReport {
        for _ in 0..<1000 {
            do {
                return try await world.node.recover(.hook(Self.scope))
            } catch {
                guard error.status == 409 else { throw error }
                try await Task.sleep(for: .milliseconds(1))
            }
        }
        return try await world.node.recover(.hook(Self.scope))
    }

    /// Returns once everything in the inbox is worked off.
    private func settled(_ world: NodeWorld) async {
        for _ in 0..<10_000 where world.store.pendingCount > 0 { try? await Task.sleep(for: .milliseconds(1)) }
        #expect(world.store.pendingCount == 0)
    }

    @Test func aStartRecoversAllThatMattersOfAThousandMissedDeliveries() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(secrets: [], directory: directory)
            let hook = try await first.running { try await register(first) }
            first.clock.advance(milliseconds: 60_000)
            // Nobody is there for ten hours.
            var runs: [Int64] = []
            var missed: [SimulatedGitHub.OutgoingDelivery] = []
            for _ in 0..<12 {
                let (run, deliveries) = try run(first, hook: hook)
                runs.append(run)
                missed += deliveries
                miss(deliveries, in: first)
                let others = try stars(70, first, hook: hook)
                missed += others
                miss(others, in: first)
                first.clock.advance(milliseconds: 3_000_000)
            }
            let rest = try stars(1000 - missed.count, first, hook: hook)
            miss(rest, in: first)
            missed += rest
            let relevant = missed.filter { EventName(rawValue: $0.event) != nil }
            let irrelevant = missed.count - relevant.count
            #expect(missed.count == 1000 && relevant.count >= 60)

            let second = try NodeWorld(secrets: [], directory: directory, after: first)
            let before = callCount(second)
            let start = second.clock.now
            try await second.running {
                await searched(second, after: start)
                await settled(second)
                let (lists, reads) = logCalls(second, since: before)
                #expect(reads.count == relevant.count)
                #expect(Set(reads).count == reads.count)
                #expect(lists * 50 <= irrelevant, "\(lists) calls to list, \(irrelevant) of no use")
                #expect(await second.node.statistics().deliveries.recovered == relevant.count)
                let reading = try #require(second.store.hook(of: Self.scope)?.log)
                #expect(reading.recovered == relevant.count && reading.calls == lists + reads.count)
                // All that matters is known, and GitHub is not asked for it.
                for run in runs {
                    let state = second.store.state(ObjectID(repository: NodeWorld.hello, kind: .run, id: run))
                    #expect(state?.status == "completed")
                    for job in second.origin.look({ $0.jobs(ofRun: run) }) {
                        let id = ObjectID(repository: NodeWorld.hello, kind: .job, id: job.id)
                        #expect(second.store.state(id)?.status == "completed")
                    }
                }
                #expect(second.origin.questions.isEmpty)
                // GitHub's own redelivery of one of them is known.
                let again = try #require(relevant.first)
                let answer = await second.node.accept(NodeWorld.request(again))
                #expect(answer == .duplicate(try #require(DeliveryID(again.guid))))
            }

            // The next start, and an hour of its schedule, read nothing of it twice.
            second.clock.advance(milliseconds: 1000)
            let third = try NodeWorld(secrets: [], directory: directory, after: second)
            let then = callCount(third)
            let restart = third.clock.now
            try await third.running {
                await searched(third, after: restart)
                await searched(third, after: third.clock.now.advanced(bySeconds: 1))
                let (lists, reads) = logCalls(third, since: then)
                #expect(reads.isEmpty)
                #expect(lists == 2)
                let free = third.origin.look { $0.calls.entries.dropFirst(then).count { $0.status == 304 } }
                #expect(free == 1)
            }
        }
    }

    @Test func whatAnOldDeliverySaysIsAsOldAsTheDelivery() async throws {
        let world = try handWorld()
        try await world.running {
            let hook = try await register(world)
            let (run, deliveries) = try run(world, hook: hook)
            miss(deliveries, in: world)
            world.clock.advance(milliseconds: 7_200_000)
            let report = try await world.node.recover(.hook(Self.scope))
            #expect(report.recovered == deliveries.count && report.isComplete && report.setAside == 0)
            await settled(world)
            // It is no news that may be served as fresh: GitHub is asked, which costs nothing where it is right.
            let answer = await world.read("\(NodeWorld.runs())/\(run)")
            #expect(answer.found?.outcome.cacheStatus.contains("fwd-status=304") == true)
        }
    }

    @Test func whatIsSentAgainIsAsOldAsItWasAtFirst() async throws {
        let world = try handWorld()
        try await world.running {
            let hook = try await register(world)
            let (run, deliveries) = try run(world, hook: hook)
            world.clock.advance(milliseconds: 7_200_000)
            for delivery in deliveries {
                #expect(await world.node.accept(NodeWorld.request(delivery)) == .accepted(DeliveryID(delivery.guid)!))
            }
            await settled(world)
            let answer = await world.read("\(NodeWorld.runs())/\(run)")
            #expect(answer.found?.outcome.cacheStatus.contains("fwd-status=304") == true)
        }
    }

    @Test func newsThatAreSentAgainDoNotHoldAgainstLaterOnes() async throws {
        let world = try handWorld()
        try await world.running {
            let hook = try await register(world)
            let events: JSON = ["repository"]
            let target = "/repos/\(NodeWorld.hello)/hooks/\(hook)"
            #expect(world.origin.call("PATCH", target, body: ["events": events])?.status == 200)
            let hidden = try sent(to: hook, in: world) { try $0.setPrivate(true, NodeWorld.hello, at: $1) }
            world.clock.advance(milliseconds: 1000)
            _ = try sent(to: hook, in: world) { try $0.setPrivate(false, NodeWorld.hello, at: $1) }
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 200)
            // Just now, GitHub's answers may lag behind: in doubt it is private.
            let first = try #require(hidden.first { $0.event == "repository" })
            #expect(await world.node.accept(NodeWorld.request(first)) == .accepted(DeliveryID(first.guid)!))
            await settled(world)
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
            await settled(world)
            #expect(world.store.visibility(of: NodeWorld.hello)?.isPrivate == false)
        }
    }

    @Test func aSearchThatTheQuotaStopsGoesOnWhereItWas() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await register(world)
            await searched(world, after: world.clock.now.advanced(bySeconds: -60))
            var missed: [SimulatedGitHub.OutgoingDelivery] = []
            for _ in 0..<3 {
                world.clock.advance(milliseconds: 120_000)
                let deliveries = try run(world, hook: hook).1
                miss(deliveries, in: world)
                missed += deliveries
            }
            let before = callCount(world)
            let until = world.clock.now.advanced(bySeconds: 1800)
            world.hooks.allow(calls: 5, then: .reserved(until: until))
            let report = try await world.node.recover(.hook(Self.scope))
            #expect(report.recovered == 4 && !report.isComplete)
            #expect(report.why?.contains("for clients") == true)
            world.hooks.allow(calls: nil)
            await searched(world, after: until)
            let (_, reads) = logCalls(world, since: before)
            #expect(reads.count == missed.count && Set(reads).count == missed.count)
            await settled(world)
            #expect(await world.node.statistics().deliveries.recovered == missed.count)
        }
    }

    @Test func aLogSpeaksForItsHookAlone() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await register(world)
            // From now on payloads name another repository, of which this hook was never said to speak.
            let moved = try #require(RepositoryName("octo-tools/moved"))
            world.origin.act { github, now in try? github.rename(NodeWorld.hello, to: moved, at: now) }
            let deliveries = try sent(to: hook, in: world) { github, now in
                _ = try github.startRun(.init(moved), at: now)
            }
            miss(deliveries, in: world)
            world.origin.act { github, now in try? github.rename(moved, to: NodeWorld.hello, at: now) }
            let report = try await world.node.recover(.hook(Self.scope))
            #expect(report.setAside == deliveries.count && report.recovered == 0 && report.isComplete)
            #expect(world.store.states(in: moved, kind: .run).isEmpty)
            let shown = try await world.node.deliveries(of: .hook(Self.scope), failedOnly: true, limit: 10)
            #expect(shown.map(\.here) == Array(repeating: .failed, count: deliveries.count))
            #expect(shown.allSatisfy { $0.reason?.contains("something else than \(Self.scope)") == true })
            #expect(try await world.node.deliveries(of: nil, failedOnly: true, limit: 10).count == deliveries.count)
            // It blocks nothing, and is not read again but by somebody's wish.
            let before = callCount(world)
            await searched(world, after: world.clock.now.advanced(bySeconds: 1))
            #expect(logCalls(world, since: before).reads.isEmpty)
            #expect(try await recover(world).setAside == deliveries.count)
        }
    }

    @Test func theLogIsShownBesideWhatBecameOfEach() async throws {
        let world = try handWorld()
        try await world.running {
            let hook = try await register(world)
            let (_, taken) = try run(world, hook: hook)
            for delivery in taken { _ = await world.node.accept(NodeWorld.request(delivery)) }
            miss(taken, in: world, status: 202)
            await settled(world)
            world.clock.advance(milliseconds: 1000)
            let (_, missed) = try run(world, hook: hook)
            miss(missed, in: world)
            miss(try stars(1, world, hook: hook), in: world, status: 202)
            let shown = try await world.node.deliveries(of: .hook(Self.scope), failedOnly: false, limit: 100)
            #expect(shown.count { $0.here == .done } == taken.count)
            #expect(shown.count { $0.here == .missing } == missed.count)
            #expect(shown.filter { $0.here == .unused }.map(\.event) == ["star"])
            let failed = try await world.node.deliveries(of: .hook(Self.scope), failedOnly: true, limit: 100)
            #expect(Set(failed.map(\.guid.text)) == Set(missed.map(\.guid)))
            #expect(try await world.node.deliveries(of: .hook(Self.scope), failedOnly: false, limit: 2).count == 2)
            #expect(try await world.node.deliveries(of: nil, failedOnly: false, limit: 100).count == taken.count)
            let error = await #expect(throws: ControlError.self) {
                try await world.node.deliveries(of: .hook(.owner("nobody")), failedOnly: false, limit: 1)
            }
            #expect(error?.status == 404)
        }
    }

    @Test func whatGitHubDoesNotShowIsSentAgainOnce() async throws {
        let world = try handWorld()
        try await world.running {
            let hook = try await register(world)
            world.origin.act { github, _ in github.configuration.logsPayloads = false }
            let (_, deliveries) = try run(world, hook: hook)
            miss(deliveries, in: world)
            let report = try await world.node.recover(.hook(Self.scope))
            #expect(report.redelivered == deliveries.count && report.recovered == 0)
            let again = world.origin.act { _, _ in }.filter { $0.hookID == hook }
            #expect(again.map(\.guid).sorted() == deliveries.map(\.guid).sorted())
            #expect(again.allSatisfy { $0.isRedelivery })
            // Nobody answers those either: they are not asked for a second time.
            miss(again, in: world)
            #expect(try await world.node.recover(.hook(Self.scope)).redelivered == 0)
        }
    }

    @Test func oneThatGitHubCannotShowBlocksNoOther() async throws {
        let world = try handWorld()
        try await world.running {
            let hook = try await register(world)
            let (_, deliveries) = try run(world, hook: hook)
            miss(deliveries, in: world)
            let bad = try #require(deliveries.first)
            world.origin.act { github, _ in github.faults.add(.serverError(500), toPathsWith: "/deliveries/\(bad.id)") }
            let report = try await world.node.recover(.hook(Self.scope))
            #expect(report.recovered == deliveries.count - 1 && !report.isComplete)
            world.origin.act { github, _ in github.faults.clear() }
            let again = try await world.node.recover(.hook(Self.scope))
            #expect(again.recovered == 1 && again.isComplete && again.calls == 2)
        }
    }

    @Test func whatIsOlderThanTheLogIsAskedForAgain() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(secrets: [], directory: directory)
            let hook = try await first.running {
                let hook = try await register(first)
                #expect(await first.read(NodeWorld.runs()).status == 200)
                return hook
            }
            let (_, lost) = try run(first, hook: hook)
            miss(lost, in: first)
            first.clock.advance(milliseconds: 4 * 86_400_000)
            let second = try NodeWorld(watch: [Self.scope], secrets: [], directory: directory, after: first)
            let start = second.clock.now
            try await second.running {
                await searched(second, after: start)
                // Whoever may read it by now: that it is public is told by what is asked for again.
                func isSound() -> Bool {
                    second.store.entries(in: NodeWorld.hello).contains { entry in
                        entry.key.resource.path == NodeWorld.runs() && entry.standing == .sound
                    }
                }
                for _ in 0..<1000 where !isSound() {
                    await second.clock.pass(milliseconds: 250)
                    try? await Task.sleep(for: .milliseconds(1))
                }
                #expect(isSound())
                #expect(second.origin.questions.contains { $0.hasSuffix("/actions/runs") })
                #expect(await second.read(NodeWorld.runs()).text.contains(#""total_count":1"#))
            }
        }
    }

    @Test func aDeliveryThatThereWasNoRoomForIsRecoveredSoon() async throws {
        let world = try NodeWorld(secrets: [], maxInbox: 1)
        try await world.running {
            let hook = try await register(world)
            await searched(world, after: world.clock.now.advanced(bySeconds: -60))
            let (id, deliveries) = try run(world, hook: hook)
            let before = callCount(world)
            var refused = 0
            try await withThrowingTaskGroup(of: WebhookAnswer.self) { group in
                for delivery in deliveries {
                    group.addTask { await world.node.accept(NodeWorld.request(delivery)) }
                }
                for try await answer in group {
                    if case .unavailable = answer { refused += 1 }
                }
            }
            #expect(refused > 0)
            let taken = try await world.store.records(scopes: nil, failedOnly: false, limit: 100).map(\.id.text)
            miss(deliveries.filter { !taken.contains($0.guid) }, in: world, status: 503)
            let moment = world.clock.now.advanced(bySeconds: 1)
            await searched(world, after: moment)
            #expect(world.clock.now < moment.advanced(bySeconds: 120))
            await settled(world)
            let recovered = await world.node.statistics().deliveries.recovered
            #expect(recovered == deliveries.count - taken.count)
            // Each is there, by one way or the other, and read once.
            let records = try await world.store.records(scopes: nil, failedOnly: false, limit: 100)
            #expect(records.map(\.id.text).sorted() == deliveries.map(\.guid).sorted())
            #expect(records.allSatisfy { $0.standing == .done })
            let (_, reads) = logCalls(world, since: before)
            #expect(reads.count == recovered && Set(reads).count == recovered)
            let state = world.store.state(ObjectID(repository: NodeWorld.hello, kind: .run, id: id))
            #expect(state?.status == "completed")
        }
    }
}
