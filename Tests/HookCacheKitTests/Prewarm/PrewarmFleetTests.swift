import CacheCore
import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Synchronization
import Testing

/// Prewarm jobs on real nodes joined over libp2p, against a simulated GitHub that counts.
@Suite(.serialized) struct PrewarmFleetTests {
    /// The machine's time, moved by hand so that an hour need not be waited for.
    private final class Shifted: Sendable {
        private let milliseconds = Mutex<Int64>(0)

        var now: Timestamp {
            let machine = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            return machine.advanced(byMilliseconds: milliseconds.withLock { $0 })
        }

        /// Puts the clock a few seconds before the next hour: the nodes tell each other in time that they hold the job.
        func toNextHour() {
            let into = now.milliseconds % 3_600_000
            milliseconds.withLock { $0 += 3_600_000 - into - 3000 }
        }

        /// Puts it far from the end of an hour.
        func awayFromTheHour() {
            guard now.milliseconds % 3_600_000 > 1_800_000 else { return }
            milliseconds.withLock { $0 += 1_800_000 }
        }

        var time: HookCacheNode.Time {
            HookCacheNode.Time(now: { self.now }, sleep: { try await Task.sleep(for: $0) })
        }
    }

    private func job(
        _ patterns: [String] = ["octo-tools/hello-ci"],
        _ resources: [PrewarmJob.Resource] = [.workflows, .artifacts],
        schedule: String? = "@hourly"
    ) throws -> PrewarmJob {
        PrewarmJob(
            name: "job",
            patterns: patterns.compactMap { RepositoryPattern($0) },
            resources: resources,
            trigger: try schedule.map { .schedule(try CronSchedule($0)) } ?? .events([.workflowRun])
        )
    }

    private func list(_ fleet: Fleet, _ node: Int) async throws -> JSONObject {
        let (status, json) = try await fleet.control(.GET, "prewarm", of: node)
        #expect(status == 200)
        return try #require(json.objects("jobs").first)
    }

    /// Whether a node's job ran through to its end, here or elsewhere.
    private func isDone(_ fleet: Fleet, _ node: Int) async throws -> Bool {
        try await list(fleet, node).string("outcome") == "done"
    }

    private func counted(_ fleet: Fleet, _ path: String) async -> Int {
        await fleet.github.statistics.countedByPath.filter { $0.key.hasSuffix(path) }.values.reduce(0, +)
    }

    @Test func oneOfThreeNodesRunsAJobAndTheOthersReceive() async throws {
        let clock = Shifted()
        let job = try job()
        clock.awayFromTheHour()
        try await Fleet.with(
            nodes: 3,
            settings: { _, settings in
                settings.prewarm.jobs = [job]
                // Machines are slow now and then.
                settings.prewarm.limits.race.silence = 5000
            },
            time: clock.time
        ) { fleet in
            try await fleet.settleMesh()
            // Everyone knows that the repository is public.
            let runs = "/repos/\(Fleet.repository)/actions/runs"
            for node in 0..<3 { _ = try await fleet.get(runs, from: node) }
            try await fleet.eventually("every node knows who holds the job") {
                for node in fleet.nodes where await node.holders(ofPrewarmJob: "job") < 1 { return false }
                return true
            }
            #expect(await counted(fleet, "/workflows") == 0)
            clock.toNextHour()
            for node in 0..<3 {
                try await fleet.eventually("the job is done as node \(node) knows") { try await isDone(fleet, node) }
            }
            let runners = try await [0, 1, 2].asyncMap { try await list(fleet, $0).string("runner") ?? "" }
            #expect(runners.count { $0 == "this node" } == 1, "\(runners)")
            #expect(Set(runners).count == 2)
            for path in ["workflows", "artifacts"] { #expect(await counted(fleet, "/\(path)") == 1) }
            // GitHub words the workflows for each reader, so that the runner keeps them to itself.
            for node in 0..<3 {
                try await fleet.eventually("node \(node) has the artifacts") {
                    try await fleet.stored("/repos/\(Fleet.repository)/actions/artifacts", on: node) != nil
                }
            }
            for node in 0..<3 {
                let entries = try await fleet.control(.GET, "entries", of: node).json.objects("entries")
                let paths = entries.compactMap { $0.string("path") }
                #expect(paths.contains { $0.hasSuffix("/workflows") } == (runners[node] == "this node"), "\(paths)")
            }
        }
    }

    @Test func whenTheRunnerGoesAnotherTakesOver() async throws {
        let clock = Shifted()
        let job = try job(["octo-tools/hello-ci", "octo-tools/other-ci"], [.workflows])
        clock.awayFromTheHour()
        try await Fleet.with(
            nodes: 3,
            settings: { _, settings in
                settings.prewarm.jobs = [job]
                settings.prewarm.limits.race.heartbeat = 300
                settings.prewarm.limits.race.stall = 5000
                settings.prewarm.limits.race.silence = 2000
            },
            time: clock.time
        ) { fleet in
            try await fleet.github.createRepository(try #require(RepositoryName("octo-tools/other-ci")))
            // Whichever goes, the other two must still hear each other.
            let address = try #require(await fleet.nodes[1].meshAddresses().first)
            let (status, _) = try await fleet.control(.POST, "peers", #"{"address":"\#(address)"}"#, of: 2)
            #expect(status == 200)
            try await fleet.settleMesh()
            try await fleet.eventually("every node knows who holds the job") {
                for node in fleet.nodes where await node.holders(ofPrewarmJob: "job") < 2 { return false }
                return true
            }
            // The second answer takes longer than the first runner lives.
            await fleet.github.addFault(.slow(600_000), toPathsWith: "other-ci/actions/workflows", times: 1)
            clock.toNextHour()
            var runner: Int?
            try await fleet.eventually("one runs it, and hangs") {
                guard
                    await fleet.github.calls.entries.contains(where: {
                        $0.target.contains("other-ci/actions/workflows")
                    })
                else { return false }
                for node in 0..<3 {
                    if try await list(fleet, node).string("running") == "this node" { runner = node }
                }
                return runner != nil
            }
            let first = try #require(runner)
            await fleet.stop(first)
            let others = (0..<3).filter { $0 != first }
            for node in others {
                try await fleet.eventually("the job is done as node \(node) knows") { try await isDone(fleet, node) }
            }
            let runners = try await others.asyncMap { try await list(fleet, $0).string("runner") ?? "" }
            #expect(runners.count { $0 == "this node" } == 1, "\(runners)")
            #expect(await counted(fleet, "other-ci/actions/workflows") == 2)
        }
    }

    @Test func aJobLeavesTheReserveToClients() async throws {
        let job = try job(["octo-tools/*"], [.workflows])
        var github = SimulatedGitHubServer.Configuration()
        github.github.callsPerHour = 20
        // A node reads its owner's list as it starts.
        let repositories = (0..<30).map { "octo-tools/ci-\($0)" }
        try await Fleet.with(
            nodes: 1,
            repositories: repositories,
            github: github,
            settings: { _, settings in settings.prewarm.jobs = [job] }
        ) { fleet in
            let (status, _) = try await fleet.control(.POST, "prewarm", #"{"job":"job"}"#)
            #expect(status == 200)
            try await fleet.eventually("it stops") { try await list(fleet, 0).string("outcome") == "stopped" }
            let job = try await list(fleet, 0)
            #expect(job.string("reason")?.contains("for clients") == true)
            #expect(job.string("stopped_at")?.hasPrefix("octo-tools/ci-") == true)
            #expect(job.string("resumes_at") != nil && job.string("next_run") == job.string("resumes_at"))
            // A fifth of the twenty calls is left, and a client gets one of them.
            #expect(await fleet.github.statistics.counted <= 16)
            let runs = try await fleet.control(.GET, "runs?repo=\(Fleet.repository)")
            #expect(runs.status == 200)
        }
    }

    @Test func aReserveStopsACommandToo() async throws {
        var github = SimulatedGitHubServer.Configuration()
        github.github.callsPerHour = 5
        try await Fleet.with(nodes: 1, github: github) { fleet in
            let body =
                #"{"repositories":["\#(Fleet.repository)"],"resources":["workflows","artifacts","runs","runners","caches"]}"#
            let (status, json) = try await fleet.control(.POST, "prewarm", body)
            #expect(status == 200)
            let rows = json.objects("resources")
            #expect(rows.last?.bool("stopped") == true && rows.dropLast().allSatisfy { $0.bool("stopped") == nil })
            #expect(rows.count == 5)
        }
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
