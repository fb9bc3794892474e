import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// What a webhook's delivery log gives back of what never arrived.
@Suite(.timeLimit(.minutes(3)))
struct NodeRecoveryTests {
    private func inDirectory(_ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test func aStartRecoversAllThatMattersOfAThousandMissedDeliveries() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(secrets: [], directory: directory)
            let hook = try await first.running { try await first.registerListeningHook() }
            first.clock.advance(milliseconds: 60_000)
            // Nobody is there for ten hours.
            var runs: [Int64] = []
            var missed: [SimulatedGitHub.OutgoingDelivery] = []
            for _ in 0..<12 {
                let (run, deliveries) = try first.finishRun(hook: hook)
                runs.append(run)
                missed += deliveries
                first.miss(deliveries)
                let others = try first.stars(70, hook: hook)
                missed += others
                first.miss(others)
                first.clock.advance(milliseconds: 3_000_000)
            }
            let rest = try first.stars(1000 - missed.count, hook: hook)
            first.miss(rest)
            missed += rest
            let relevant = missed.filter { EventName(rawValue: $0.event) != nil }
            let irrelevant = missed.count - relevant.count
            #expect(missed.count == 1000 && relevant.count >= 60)

            let second = try NodeWorld(secrets: [], directory: directory, after: first)
            let before = second.callCount
            let start = second.clock.now
            try await second.running {
                await second.searched(after: start)
                await second.settled()
                let (lists, reads) = second.logCalls(since: before)
                #expect(reads.count == relevant.count)
                #expect(Set(reads).count == reads.count)
                #expect(lists * 50 <= irrelevant, "\(lists) calls to list, \(irrelevant) of no use")
                #expect(await second.node.statistics().deliveries.recovered == relevant.count)
                let reading = try #require(second.store.hook(of: NodeWorld.scope)?.log)
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
            let then = third.callCount
            let restart = third.clock.now
            try await third.running {
                await third.searched(after: restart)
                await third.searched(after: third.clock.now.advanced(bySeconds: 1))
                let (lists, reads) = third.logCalls(since: then)
                #expect(reads.isEmpty)
                #expect(lists == 2)
                let free = third.origin.look { $0.calls.entries.dropFirst(then).count { $0.status == 304 } }
                #expect(free == 1)
            }
        }
    }

    @Test func aSearchThatTheQuotaStopsGoesOnWhereItWas() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await world.registerListeningHook()
            await world.searched(after: world.clock.now.advanced(bySeconds: -60))
            var missed: [SimulatedGitHub.OutgoingDelivery] = []
            for _ in 0..<3 {
                world.clock.advance(milliseconds: 120_000)
                let deliveries = try world.finishRun(hook: hook).1
                world.miss(deliveries)
                missed += deliveries
            }
            let before = world.callCount
            let until = world.clock.now.advanced(bySeconds: 1800)
            world.hooks.allow(calls: 5, then: .reserved(until: until))
            let report = try await world.node.recover(.hook(NodeWorld.scope))
            #expect(report.recovered == 4 && !report.isComplete)
            #expect(report.why?.contains("for clients") == true)
            world.hooks.allow(calls: nil)
            await world.searched(after: until)
            let (_, reads) = world.logCalls(since: before)
            #expect(reads.count == missed.count && Set(reads).count == missed.count)
            await world.settled()
            #expect(await world.node.statistics().deliveries.recovered == missed.count)
        }
    }

    @Test func whatIsOlderThanTheLogIsAskedForAgain() async throws {
        try await inDirectory { directory in
            let first = try NodeWorld(secrets: [], directory: directory)
            let hook = try await first.running {
                let hook = try await first.registerListeningHook()
                #expect(await first.read(NodeWorld.runs()).status == 200)
                return hook
            }
            let (_, lost) = try first.finishRun(hook: hook)
            first.miss(lost)
            first.clock.advance(milliseconds: 4 * 86_400_000)
            let second = try NodeWorld(watch: [NodeWorld.scope], secrets: [], directory: directory, after: first)
            let start = second.clock.now
            try await second.running {
                await second.searched(after: start)
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
            let hook = try await world.registerListeningHook()
            await world.searched(after: world.clock.now.advanced(bySeconds: -60))
            let (id, deliveries) = try world.finishRun(hook: hook)
            let before = world.callCount
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
            world.miss(deliveries.filter { !taken.contains($0.guid) }, status: 503)
            let moment = world.clock.now.advanced(bySeconds: 1)
            await world.searched(after: moment)
            #expect(world.clock.now < moment.advanced(bySeconds: 120))
            await world.settled()
            let recovered = await world.node.statistics().deliveries.recovered
            #expect(recovered == deliveries.count - taken.count)
            // Each is there, by one way or the other, and read once.
            let records = try await world.store.records(scopes: nil, failedOnly: false, limit: 100)
            #expect(records.map(\.id.text).sorted() == deliveries.map(\.guid).sorted())
            #expect(records.allSatisfy { $0.standing == .done })
            let (_, reads) = world.logCalls(since: before)
            #expect(reads.count == recovered && Set(reads).count == recovered)
            let state = world.store.state(ObjectID(repository: NodeWorld.hello, kind: .run, id: id))
            #expect(state?.status == "completed")
        }
    }

    @Test func theLogIsShownBesideWhatBecameOfEach() async throws {
        let world = try NodeWorld.readByHand()
        try await world.running {
            let hook = try await world.registerListeningHook()
            let (_, taken) = try world.finishRun(hook: hook)
            for delivery in taken { _ = await world.node.accept(NodeWorld.request(delivery)) }
            world.miss(taken, status: 202)
            await world.settled()
            world.clock.advance(milliseconds: 1000)
            let (_, missed) = try world.finishRun(hook: hook)
            world.miss(missed)
            world.miss(try world.stars(1, hook: hook), status: 202)
            let shown = try await world.node.deliveries(of: .hook(NodeWorld.scope), failedOnly: false, limit: 100)
            #expect(shown.count { $0.here == .done } == taken.count)
            #expect(shown.count { $0.here == .missing } == missed.count)
            #expect(shown.filter { $0.here == .unused }.map(\.event) == ["star"])
            let failed = try await world.node.deliveries(of: .hook(NodeWorld.scope), failedOnly: true, limit: 100)
            #expect(Set(failed.map(\.guid.text)) == Set(missed.map(\.guid)))
            #expect(try await world.node.deliveries(of: .hook(NodeWorld.scope), failedOnly: false, limit: 2).count == 2)
            #expect(try await world.node.deliveries(of: nil, failedOnly: false, limit: 100).count == taken.count)
            let error = await #expect(throws: ControlError.self) {
                try await world.node.deliveries(of: .hook(.owner("nobody")), failedOnly: false, limit: 1)
            }
            #expect(error?.status == 404)
        }
    }
}
