import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// Declared prewarm jobs on a node; the clock begins at 10:00.
@Suite(.timeLimit(.minutes(2)))
struct NodePrewarmJobsTests {
    private static let workflows = "/repos/octo-tools/hello-ci/actions/workflows"

    private func job(
        _ name: String = "hourly",
        _ patterns: [String] = ["octo-tools/hello-ci"],
        _ resources: [PrewarmJob.Resource] = [.workflows],
        schedule: String? = "*/2 * * * *",
        priority: PrewarmJob.Priority = .normal
    ) throws -> PrewarmJob {
        PrewarmJob(
            name: name,
            patterns: patterns.compactMap { RepositoryPattern($0) },
            resources: resources,
            trigger: try schedule.map { .schedule(try CronSchedule($0)) } ?? .events([.workflowRun]),
            priority: priority
        )
    }

    private func at(_ world: NodeWorld, _ seconds: Int64) async {
        let start = Timestamp(seconds: 1_785_578_400)
        await world.clock.pass(
            milliseconds: start.advanced(bySeconds: Int(seconds)).milliseconds(since: world.clock.now)
        )
    }

    private func record(_ world: NodeWorld, _ name: String = "hourly") -> PrewarmRecord? {
        world.store.prewarms().first { $0.name == name }
    }

    /// Whether it began at 10:02, or as soon after as is looked.
    private func isAtTwo(_ moment: Timestamp) -> Bool {
        (0..<5).contains(moment.seconds - 1_785_578_520)
    }

    private func isDone(_ world: NodeWorld, _ name: String = "hourly") -> Bool {
        record(world, name)?.last?.outcome == .done
    }

    @Test func aJobRunsWhenItIsDueAndItsCostIsRemembered() async throws {
        let world = try NodeWorld(jobs: [try job(resources: [.workflows, .artifacts])])
        try await world.running {
            await at(world, 110)
            #expect(world.origin.questions.isEmpty)
            #expect(world.store.prewarms().map(\.name) == ["hourly"])
            await world.passing { isDone(world) }
            #expect(world.origin.questions == [Self.workflows, "/repos/octo-tools/hello-ci/actions/artifacts"])
            #expect(world.origin.priorities == [.prewarm, .prewarm])
            let last = try #require(record(world)?.last)
            #expect(isAtTwo(last.startedAt))
            #expect(last.cost.counted == 2 && last.cost.free == 0 && last.runner == nil)
            let answer = await world.read(Self.workflows)
            #expect(answer.found?.outcome.kind == .hit && answer.found?.outcome.source == .prewarm)
            let report = try #require(await world.node.prewarmJobs().first)
            #expect(report.nextRun == Timestamp(rfc3339: "2026-08-01T10:04:00Z") && !report.isRunningHere)

            // The next time nothing has changed, and that is free.
            await at(world, 235)
            await world.passing { record(world)?.last?.cost.free == 2 && isDone(world) }
            #expect(record(world)?.last?.cost.counted == 0)
            #expect(world.origin.questions.count == 4)
        }
    }

    private func job(resources: [PrewarmJob.Resource]) throws -> PrewarmJob {
        try job("hourly", ["octo-tools/hello-ci"], resources)
    }

    @Test func whatIsLowGoesAtThePaceOfPolls() async throws {
        let world = try NodeWorld(jobs: [try job(priority: .low)])
        try await world.running {
            await at(world, 115)
            await world.passing { isDone(world) }
            #expect(world.origin.priorities == [.poll])
        }
    }

    @Test func queryFormsReadLatelyAreFetchedTooAndPrewarmsAreNoReads() async throws {
        let world = try NodeWorld(jobs: [try job()]) { $0.wantedHorizon = 100 }
        try await world.running {
            await at(world, 100)
            _ = await world.read("\(Self.workflows)?per_page=50")
            await world.passing { isDone(world) }
            #expect(world.origin.questions.count == 3)
            #expect(Set(world.origin.questions) == [Self.workflows, "\(Self.workflows)?per_page=50"])
            // Some time after the last read only the plain form is left.
            await at(world, 235)
            let before = world.origin.questions.count
            await world.passing { record(world)?.settledThrough == Timestamp(rfc3339: "2026-08-01T10:04:00Z") }
            #expect(world.origin.questions.dropFirst(before) == [Self.workflows])
        }
    }

    @Test func aJobStopsAtTheReserveAndGoesOnLaterWhereItStopped() async throws {
        let job = try job(
            "hourly",
            ["octo-tools/hello-ci", "octo-tools/vault-ci"],
            [.workflows, .artifacts, .runners]
        )
        let world = try NodeWorld(jobs: [job])
        let reset = try #require(Timestamp(rfc3339: "2026-08-01T10:03:20Z"))
        try await world.running {
            world.origin.setReserve(after: 4, until: reset)
            await at(world, 115)
            await world.passing { record(world)?.last?.outcome == .stopped }
            #expect(world.origin.questions.count == 4)
            let stopped = try #require(record(world))
            #expect(stopped.open?.place == "octo-tools/vault-ci runners" && stopped.open?.resumesAt == reset)
            #expect(stopped.last?.cost.counted == 4)
            #expect(stopped.last?.reason == "the rest of the quota is for clients until 2026-08-01T10:03:20Z")
            #expect(await world.node.prewarmJobs().first?.nextRun == reset)
            // Clients still read.
            #expect(await world.read(NodeWorld.runs()).status == 200)
            await at(world, 180)
            #expect(world.origin.questions.count == 5)
            world.origin.setReserve(after: nil, until: reset)
            await at(world, 195)
            await world.passing { isDone(world) }
            let after = world.origin.questions.dropFirst(5).map {
                $0.split(separator: "/").suffix(3).joined(separator: "/")
            }
            #expect(after == ["vault-ci/actions/runners", "vault-ci/actions/artifacts"])
            #expect(record(world)?.last?.cost.counted == 6)
            #expect(record(world).map { isAtTwo($0.last?.startedAt ?? $0.settledThrough) } == true)
        }
    }

    @Test func afterARestartARunGoesOnAndWhatWasMissedRunsOnce() async throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "prewarm-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let directory = root.path
        do {
            let jobs = [
                try job("hourly", ["octo-tools/hello-ci", "octo-tools/vault-ci"], schedule: "4 * * * *"),
                try job("often", ["octo-tools/hello-ci"], [.artifacts], schedule: "* * * * *"),
            ]
            let first = try NodeWorld(directory: directory, jobs: jobs)
            let until = try #require(Timestamp(rfc3339: "2026-08-01T10:04:30Z"))
            try await first.running {
                await at(first, 235)
                await first.passing { isDone(first, "often") }
                first.origin.setReserve(after: 1, until: until)
                await first.passing {
                    record(first)?.last?.outcome == .stopped || record(first, "often")?.last?.outcome == .stopped
                }
            }
            first.origin.setReserve(after: nil, until: until)
            first.clock.advance(milliseconds: 1_700_000)
            let before = first.origin.questions.count
            let second = try NodeWorld(directory: directory, after: first, jobs: jobs)
            try await second.running {
                await second.passing { isDone(second) && isDone(second, "often") }
                await second.live(milliseconds: 5000)
                let asked = second.origin.questions.dropFirst(before)
                // Half an hour of every minute is one run; of the other what was asked for before is not asked again.
                #expect(asked.count == 2 || asked.count == 3)
                #expect(Set(asked).count == asked.count)
                #expect(asked.count { $0.hasSuffix("hello-ci/actions/artifacts") } == 1)
            }
        }
    }

    @Test func anEventHasItsRepositoryFetched() async throws {
        let world = try NodeWorld(jobs: [try job("after", ["octo-tools/*"], [.artifacts], schedule: nil)])
        try await world.running {
            await world.passing { !world.origin.questions.isEmpty }
            await world.live(milliseconds: 2000)
            let before = world.origin.questions.count
            let run = try await world.startRun()
            await world.deliver(try world.origin.act { _ = try $0.finish(run: run, at: $1) })
            await world.passing { isDone(world, "after") }
            let asked = world.origin.questions.dropFirst(before).filter { $0.hasSuffix("/artifacts") }
            #expect(asked == ["/repos/octo-tools/hello-ci/actions/artifacts"])
            await world.live(milliseconds: 60_000)
            #expect(world.origin.questions.dropFirst(before).count { $0.hasSuffix("/artifacts") } == 1)
        }
    }

    @Test func anEventThatAPeerTellsOfTriggersToo() async throws {
        let world = try NodeWorld(jobs: [try job("after", ["octo-tools/hello-ci"], [.artifacts], schedule: nil)])
        try await world.running {
            await world.passing { world.neighbours.followed.contains(NodeWorld.hello) }
            let deliveries = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let event = try #require(deliveries.first { $0.event == "workflow_run" })
            let delivery = try Delivery(event: .workflowRun, body: event.payload)
            let shared = SharedObject(
                repository: NodeWorld.hello,
                kind: .run,
                body: Body(delivery.objectBytes),
                delivery: try #require(DeliveryID(event.guid)),
                deploymentUpdatedAt: nil,
                acceptedAt: world.clock.now
            )
            let author = PeerID(publicKeyMessage: Array(repeating: 1, count: 60))
            world.peers.yield(PeerAnnouncement(author: author, announcement: .event(shared)))
            await world.passing { isDone(world, "after") }
            #expect(world.origin.questions.contains("/repos/octo-tools/hello-ci/actions/artifacts"))
        }
    }

    @Test func anOwnersRepositoriesAreThoseOfItsListAndAreFollowed() async throws {
        let world = try NodeWorld(jobs: [try job("hourly", ["octo-*/*-ci"])])
        try await world.running {
            // The owner is known by a repository that was read.
            _ = await world.read(NodeWorld.runs())
            await at(world, 115)
            await world.passing { isDone(world) }
            let asked = world.origin.questions.filter { $0.hasSuffix("/workflows") }
            #expect(asked.sorted() == ["hello-ci", "vault-ci"].map { "/repos/octo-tools/\($0)/actions/workflows" })
            await world.passing { world.neighbours.followed.isSuperset(of: [NodeWorld.hello, NodeWorld.vault]) }
        }
    }

    @Test func aJobsRepositoriesAreFollowedFromTheStart() async throws {
        let job = try job()
        let world = try NodeWorld(jobs: [job])
        try await world.running {
            await world.passing {
                world.neighbours.followed == [NodeWorld.hello] && world.neighbours.held == [job.digest]
            }
        }
    }

    @Test func aJobIsRunWhenSomebodyAsksForIt() async throws {
        let world = try NodeWorld(jobs: [try job()])
        try await world.running {
            let missing = await #expect(throws: ControlError.self) { try await world.node.runPrewarmJob(named: "x") }
            #expect(missing?.status == 404)
            world.origin.hold()
            try await world.node.runPrewarmJob(named: "hourly")
            await world.passing { world.origin.questions.count == 1 }
            let running = await #expect(throws: ControlError.self) {
                try await world.node.runPrewarmJob(named: "hourly")
            }
            #expect(running?.status == 409)
            #expect(await world.node.prewarmJobs().first?.isRunningHere == true)
            world.origin.letGo()
            await world.passing { isDone(world) }
        }
    }

    @Test func whileGitHubIsAwayARunWaits() async throws {
        let world = try NodeWorld(jobs: [try job()])
        try await world.running {
            world.origin.setDown(true)
            await at(world, 115)
            await world.passing { record(world)?.last?.outcome == .stopped }
            world.origin.setDown(false)
            await world.passing { isDone(world) }
            #expect(record(world)?.last?.cost.counted == 1)
        }
    }

    @Test func whatGitHubRefusesIsCountedAndTheRestGoesOn() async throws {
        let world = try NodeWorld(jobs: [try job("hourly", ["octo-tools/absent", "octo-tools/hello-ci"])])
        try await world.running {
            await at(world, 115)
            await world.passing { isDone(world) }
            let cost = try #require(record(world)?.last?.cost)
            #expect(cost.counted == 2 && cost.refused == 1)
        }
    }

    @Test func aPeersRunIsWaitedForAndItsWordsAreAnswered() async throws {
        let job = try job()
        let slot = try #require(Timestamp(rfc3339: "2026-08-01T10:02:00Z"))
        let word = PrewarmWord(job: job.digest, slot: slot, phase: .runs)
        let ids = Set((1...2).map { PeerID(publicKeyMessage: Array(repeating: UInt8($0), count: 60)) })
        let line = PrewarmRace.line(of: ids, word)
        let world = try NodeWorld(jobs: [job])
        world.neighbours.share(jobsOf: line[1], with: [line[0]])
        try await world.running {
            await at(world, 119)
            func say(_ phase: PrewarmWord.Phase) {
                let announcement = Announcement.prewarm(PrewarmWord(job: job.digest, slot: slot, phase: phase))
                world.peers.yield(PeerAnnouncement(author: line[0], announcement: announcement))
            }
            say(.runs)
            await world.live(milliseconds: 10_000)
            #expect(world.origin.questions.isEmpty)
            #expect(await world.node.prewarmJobs().first?.peer == line[0])
            say(.ended)
            await world.passing { isDone(world) }
            #expect(record(world)?.last?.runner == line[0])
            #expect(world.origin.questions.isEmpty)
            say(.asks)
            await world.passing {
                world.neighbours.told.contains {
                    if case .prewarm(let told) = $0 { told.phase == .ended && told.slot == slot } else { false }
                }
            }
        }
    }

    @Test func aReaderIsNotRefusedWithAPrewarm() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.origin.setReserve(after: 0, until: world.clock.now.advanced(bySeconds: 60))
            let reports = try await world.node.prewarm([NodeWorld.hello], resources: ["workflows", "artifacts"])
            #expect(reports.map(\.isStop) == [true])
            #expect(await world.read(Self.workflows).status == 200)
        }
    }
}
