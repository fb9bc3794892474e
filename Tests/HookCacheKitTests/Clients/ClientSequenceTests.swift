import AppKeys
import AsyncHTTPClient
import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Replay
import Testing

/// Clients that cannot be had here, by the sequences of their requests.
///
/// They see the same through a node as at GitHub, stay with the node wherever its links lead, and a second look costs
/// GitHub nothing. `Tests/Kits/Replay` says which versions they follow.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct ClientSequenceTests {
    private typealias Exchange = ReplayClient.Exchange

    /// How a user may spell the node's address.
    private static let bases = ["", "/api/v3"]

    @Test(arguments: bases)
    func goGitHubReadsTheNumberOfTheNextPage(base: String) async throws {
        try await Stage.with { stage in
            let (first, second) = try await stage.lookTwice(base) { api, http in
                var client = GoGitHub(api: api, token: "admin", http: http)
                try await client.walk("octo-tools/app")
                return client.client.exchanges
            }
            let runs = stage.runs
            #expect(
                first.map(\.request).prefix(7) == [
                    "GET /repos/octo-tools/app/actions/runs?per_page=2&status=completed",
                    "GET /repos/octo-tools/app/actions/runs?page=2&per_page=2&status=completed",
                    "GET /repos/octo-tools/app/actions/runs/\(runs[2])",
                    "GET /repos/octo-tools/app/actions/runs/\(runs[2])/jobs?filter=all&per_page=1",
                    "GET /repos/octo-tools/app/actions/runs/\(runs[2])/jobs?filter=all&page=2&per_page=1",
                    "GET /repos/octo-tools/app/actions/jobs/\(stage.jobs[2])",
                    "GET /repos/octo-tools/app/actions/jobs/\(stage.jobs[2])/logs",
                ]
            )
            #expect(first.filter { $0.status == 302 }.map(\.request).allSatisfy { $0.hasSuffix("/logs") })
            // A redirect to logs is good for a minute, and never stored.
            #expect(second.count == 2)
            #expect(second.allSatisfy { $0.hasSuffix("/logs") })
        }
    }

    @Test(arguments: bases)
    func octokitFollowsTheNextLinkWhereverItLeads(base: String) async throws {
        try await Stage.with { stage in
            let (first, second) = try await stage.lookTwice(base) { api, http in
                var client = Octokit(baseURL: api, token: "admin", http: http)
                try await client.walk("octo-tools/app")
                return client.client.exchanges
            }
            #expect(
                first.map(\.request).prefix(5) == [
                    "GET /orgs/octo-tools/repos?per_page=1",
                    "GET /organizations/\(stage.organization)/repos?per_page=1&page=2",
                    "GET /repos/octo-tools/app/actions/runs?branch=main&per_page=2",
                    "GET /repositories/\(stage.repository)/actions/runs?branch=main&per_page=2&page=2",
                    "GET /repositories/\(stage.repository)/actions/runs?branch=main&page=3&per_page=2",
                ]
            )
            #expect(second == [])
        }
    }

    @Test(arguments: QueuePoll.RunnerScope.allCases, bases)
    func kedaCountsTheQueueOfAnOwner(scope: QueuePoll.RunnerScope, base: String) async throws {
        try await Stage.with { stage in
            let (first, second) = try await stage.lookTwice(base) { api, http in
                var poll = QueuePoll(Self.keda(api, http), owner: "octo-tools", scope: scope)
                try await poll.poll()
                #expect(poll.length == 3)
                return poll.client.exchanges
            }
            let app = "GET /repos/octo-tools/app/actions/runs"
            #expect(
                first.map(\.request) == [
                    "GET /\(scope.rawValue)/octo-tools/repos?page=1",
                    "\(app)?status=queued&per_page=100", "\(app)?status=in_progress&per_page=100",
                    "GET /repos/octo-tools/hello-ci/actions/runs?status=queued&per_page=100",
                    "GET /repos/octo-tools/hello-ci/actions/runs?status=in_progress&per_page=100",
                    "\(app)/\(stage.runs[3])/jobs?per_page=100", "\(app)/\(stage.runs[4])/jobs?per_page=100",
                ]
            )
            #expect(second == [])
        }
    }

    @Test func kedaWithItsOwnValidatorsIsAnsweredByTheNodes() async throws {
        try await Stage.with { stage in
            var poll = QueuePoll(Self.keda(stage.api, stage.http, hasETags: true), owner: "octo-tools")
            try await poll.poll()
            let asked = poll.client.requests
            let before = await stage.github.statistics
            try await poll.poll()
            #expect(poll.length == 3)
            #expect(poll.client.exchanges.dropFirst(asked).map(\.status) == Array(repeating: 304, count: asked))
            #expect(await stage.github.statistics.requests == before.requests)
        }
    }

    @Test func kedaAsAnAppHasItsTokensMadeThroughTheNodeAndEachNewOneIsFree() async throws {
        try await Stage.with { stage in
            let grant = SimulatedGitHub.Grant(.read, to: .repository(stage.name))
            let installation = try await stage.github.installApp(grants: [grant])
            var poll = QueuePoll(Self.keda(stage.api, stage.http), owner: "octo-tools", repositories: ["app"])
            for _ in 0..<2 {
                try await poll.authenticate(installation: installation, appToken: AppKey.tokenNow())
                try await poll.poll()
                #expect(poll.length == 3)
            }
            let tokens = Set(poll.client.exchanges.filter { $0.status == 201 }.map(\.body))
            #expect(tokens.count == 2)
            let log = await stage.github.calls.entries
            let reads = log.filter { $0.target.contains("/repos/octo-tools/app/") }
            // The first token pays for each answer; the second is shown to GitHub once, for nothing.
            #expect(reads.map(\.status) == [200, 200, 200, 200, 304])
            #expect(reads.count(where: \.isCounted) == 4)
        }
    }

    @Test(arguments: bases)
    func actionsRunnerControllerReconciles(base: String) async throws {
        try await Stage.with { stage in
            let (first, second) = try await stage.lookTwice(base) { api, http in
                var client = GoGitHub(
                    api: api,
                    token: "admin",
                    userAgent: "actions-runner-controller",
                    hasETags: true,
                    http: http
                )
                let length = try await client.reconcile("octo-tools/app")
                let before = client.client.requests
                let lengthAgain = try await client.reconcile("octo-tools/app")
                #expect((length, lengthAgain) == (3, 3))
                #expect(client.client.exchanges.dropFirst(before).allSatisfy { $0.status == 304 })
                return Array(client.client.exchanges.prefix(before))
            }
            let actions = "GET /repos/octo-tools/app/actions"
            #expect(
                first.map(\.request) == [
                    "\(actions)/runs?per_page=100&status=queued", "\(actions)/runs?per_page=100&status=in_progress",
                    "\(actions)/runs/\(stage.runs[3])/jobs?per_page=50",
                    "\(actions)/runs/\(stage.runs[4])/jobs?per_page=50", "\(actions)/runners?per_page=100",
                ]
            )
            #expect(second == [])
        }
    }

    /// go-github asks nothing more until the reset that an answer with nothing left told it of.
    @Test func goGitHubIsToldOfItsOwnQuotaOnly() async throws {
        try await Stage.with { stage in
            await stage.github.createToken("poor", grants: [.read(stage.name)], callsPerHour: 1)
            var poor = GoGitHub(api: stage.api, token: "poor", http: stage.http)
            try await poor.call("repos/octo-tools/app/actions/runs")
            await #expect(throws: GoGitHub.Spent.self) { try await poor.call("repos/octo-tools/app/actions/runs") }
            var rich = GoGitHub(api: stage.api, token: "admin", http: stage.http)
            for _ in 0..<2 { #expect(try await rich.call("repos/octo-tools/app/actions/runs").status == 200) }
        }
    }

    @Test func curlIsToldTheSameTwice() async throws {
        try await Stage.with { stage in
            for _ in 0..<2 {
                let process = Process()
                process.executableURL = URL(filePath: "/usr/bin/env")
                process.arguments = [
                    "curl", "-fsS", "--max-time", "30", "-H", "Authorization: Bearer admin",
                    "\(stage.api)/repos/octo-tools/app/actions/runs?status=queued",
                ]
                let output = Pipe()
                process.standardOutput = output
                try process.run()
                let body = Array(output.fileHandleForReading.readDataToEndOfFile())
                process.waitUntilExit()
                #expect(process.terminationStatus == 0)
                #expect(
                    try JSONObject(body).objects("workflow_runs").map { $0.integer("id") } == [
                        stage.runs[3]
                    ]
                )
            }
            #expect(await stage.github.statistics.requests == 1)
        }
    }

    private static func keda(_ api: String, _ http: HTTPClient, hasETags: Bool = false) -> ReplayClient {
        ReplayClient(
            api: api,
            headers: QueuePoll.headers(authorization: "Bearer admin"),
            hasETags: hasETags,
            http: http,
            writesDown: true
        )
    }

    /// A node, its GitHub, a private repository in which runs have ended, wait and run, and a transport for clients.
    private struct Stage: Sendable {
        let github: SimulatedGitHubServer
        let githubURL: String
        /// The node's address, as KEDA wants it.
        let api: String
        let http: HTTPClient
        let name: RepositoryName
        let repository: Int64
        let organization: Int64
        /// Three that are over, one that waits, one that runs; the first job of each.
        let runs: [Int64]
        let jobs: [Int64]

        static func with(_ work: @Sendable @escaping (Stage) async throws -> Void) async throws {
            try await Fleet.with(nodes: 1) { fleet in
                let name = try #require(RepositoryName("octo-tools/app"))
                let repository = try await fleet.github.createRepository(name, isPrivate: true)
                await fleet.github.createToken("admin", login: "keeper", grants: [.everything])
                for number in 0..<3 { try await fleet.github.createRunner("runner-\(number)", in: .repository(name)) }
                let (runs, jobs, organization) = try await fleet.github.perform {
                    (github, now) throws(SimulatedGitHub.Misuse) in try Self.prepare(name, &github, now)
                }
                // As programs have it: what they were told to ask, uncompressed for them, and no redirect followed.
                var configuration = HTTPClient.Configuration.singletonConfiguration
                configuration.redirectConfiguration = .disallow
                let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
                let stage = Stage(
                    github: fleet.github,
                    githubURL: fleet.githubURL,
                    api: "http://127.0.0.1:\(await fleet.nodes[0].apiPort() ?? 0)",
                    http: http,
                    name: name,
                    repository: repository.id,
                    organization: organization,
                    runs: runs,
                    jobs: jobs
                )
                var failure: (any Error)?
                do { try await work(stage) } catch { failure = error }
                try await http.shutdown()
                if let failure { throw failure }
            }
        }

        private static func prepare(
            _ name: RepositoryName,
            _ github: inout SimulatedGitHub,
            _ now: Timestamp
        ) throws(SimulatedGitHub.Misuse) -> ([Int64], [Int64], Int64) {
            var (runs, jobs): ([Int64], [Int64]) = ([], [])
            for number in 0..<5 {
                var plan = SimulatedGitHub.RunPlan(name)
                plan.jobs = number == 3 ? ["build"] : ["build", "test"]
                // Long ago, so that nothing moves while the clients look.
                let past = now.advanced(bySeconds: -3_600 * (9 - number))
                let run = try github.startRun(plan, at: past)
                runs.append(run)
                jobs.append(github.jobs(ofRun: run)[0].id)
                if number < 3 {
                    try github.finish(run: run, at: past.advanced(bySeconds: 60))
                    try github.createArtifact("log-\(number)", run: run, at: past)
                } else if number == 4 {
                    for job in github.jobs(ofRun: run) { try github.start(job: job.id, at: past) }
                }
            }
            return (runs, jobs, github.account(name.owner)?.id ?? 0)
        }

        /// Looks at GitHub itself and twice through the node, and compares.
        ///
        /// - Returns: What went through the node the first time, and what GitHub was asked the second time.
        func lookTwice(
            _ base: String,
            _ look: (String, HTTPClient) async throws -> [Exchange]
        ) async throws -> ([Exchange], [String]) {
            let direct = try await look(githubURL, http)
            let first = try await look(api + base, http)
            expectEqual(first, direct)
            let before = await github.statistics.requests
            expectEqual(try await look(api + base, http), direct)
            let asked = await github.statistics.requests - before
            return (first, await github.calls.entries.suffix(asked).map(\.target))
        }

        private func expectEqual(_ seen: [Exchange], _ direct: [Exchange]) {
            #expect(seen.map { sorted($0.request) } == direct.map { sorted($0.request) })
            for (seen, direct) in zip(seen, direct) {
                #expect(seen.status == direct.status, "\(seen.request)")
                #expect(seen.link.map(sorted) == direct.link.map(sorted), "\(seen.request)")
                let isSame = seen.body == direct.body
                #expect(isSame, "\(seen.request)")
            }
        }

        /// With the parameters of each URL in their order, and a workflow's file for its number: what GitHub is asked by
        /// the node is in a form of its own, and links keep it.
        private func sorted(_ text: String) -> String {
            text.replacing(#/\?([^>\s]*)/#) { "?" + $0.1.split(separator: "&").sorted().joined(separator: "&") }
                .replacing(#/\/workflows\/\d+\/runs/#, with: "/workflows/ci.yml/runs")
        }
    }
}
