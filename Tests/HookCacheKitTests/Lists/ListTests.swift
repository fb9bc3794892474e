import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Testing

/// Repositories, runs, jobs, runners and the queue as a program reads them.
@Suite(.serialized) struct ListTests {
    private static let secondToken = "second-token"

    private static func with(
        _ adjust: @Sendable @escaping (inout Settings) -> Void = { _ in },
        _ work: @Sendable @escaping (Fleet, HookCacheNode, RepositoryName) async throws -> Void
    ) async throws {
        try await Fleet.with(nodes: 1, settings: { adjust(&$1) }) { fleet in
            await fleet.github.createToken(Fleet.token, grants: [.everything])
            await fleet.github.createToken(secondToken, login: "monalisa", grants: [])
            try await work(fleet, fleet.nodes[0], try #require(RepositoryName(Fleet.repository)))
        }
    }

    @Test func everyListHasItsFieldsAndGitHubsOwnBytes() async throws {
        try await Self.with { fleet, node, repository in
            let id = try await fleet.github.startRun(.init(repository, branch: "topic", jobs: ["build"]))
            try await fleet.github.finish(run: id)
            let listed = try #require(try await node.repositories(of: "octo-tools").first)
            #expect(listed.fullName == Fleet.repository && !listed.isPrivate && listed.defaultBranch == "main")
            #expect(abs(try #require(listed.pushedAt).timeIntervalSinceNow) < 3_600)
            let run = try #require(try await node.runs(of: Fleet.repository, branch: "topic").first)
            #expect(run.id == id && run.status == "completed" && run.conclusion == "success" && run.attempt == 1)
            let json = try JSONDecoder().decode(
                [String: RunID].self,
                from: Data("{\"run\":".utf8 + run.json + "}".utf8)
            )
            #expect(json["run"]?.id == id)
            let job = try #require(try await node.jobs(ofRun: id, in: Fleet.repository).first)
            #expect(job.runID == id && job.name == "build" && job.labels == ["ubuntu-latest"])
            #expect(job.completedAt != nil)
            try await fleet.github.createRunner("small", labels: ["gpu"], in: .repository(repository))
            let runner = try #require(try await node.runners(of: Fleet.repository).first)
            #expect(runner.name == "small" && runner.isOnline && !runner.isBusy && runner.labels.contains("gpu"))
        }
    }

    private struct RunID: Decodable {
        let id: Int64
    }

    @Test func whatIsFreshForItsTimeCostsNothing() async throws {
        try await Self.with { fleet, node, repository in
            try await fleet.github.createRunner("small", in: .repository(repository))
            func readAll() async throws {
                _ = try await node.repositories(of: "octo-tools", sinceDays: 1)
                _ = try await node.runs(of: Fleet.repository, status: "queued")
                _ = try await node.queueDepth(of: Fleet.repository)
                _ = try await node.runners(of: Fleet.repository)
            }
            try await readAll()
            let calls = await fleet.github.statistics.requests
            try await readAll()
            #expect(await fleet.github.statistics.requests == calls)
            let statistics = await node.statistics()
            #expect(statistics.totalRequests == 8 && statistics.localHits >= 4)
        }
    }

    @Test func theTimesAreThoseOfTheSettings() async throws {
        let adjust: @Sendable (inout Settings) -> Void = { settings in
            settings.freshness.repositoriesTTL = .zero
            settings.freshness.runsTTL = .zero
            settings.freshness.runnersTTL = .zero
        }
        try await Self.with(adjust) { fleet, node, _ in
            func requests() async -> Int { await fleet.github.statistics.requests }
            for read in [
                { _ = try await node.repositories(of: "octo-tools") },
                { _ = try await node.runs(of: Fleet.repository) },
                { _ = try await node.runners(of: Fleet.repository) },
            ] as [@Sendable () async throws -> Void] {
                try await read()
                let before = await requests()
                try await read()
                #expect(await requests() == before + 1)
            }
            // What waits is fresh for the default minute.
            _ = try await node.runs(of: Fleet.repository, status: "queued")
            let before = await requests()
            _ = try await node.runs(of: Fleet.repository, status: "queued")
            #expect(await requests() == before)
        }
    }

    @Test func whatCannotBeReadSaysWhy() async throws {
        try await Self.with { fleet, node, _ in
            func code(_ read: () async throws(NodeError) -> Void) async -> NodeError.Code? {
                do throws(NodeError) {
                    try await read()
                    return nil
                } catch {
                    return error.code
                }
            }
            #expect(
                await code { () throws(NodeError) in _ = try await node.repositories(of: "a/b") } == .invalidRequest
            )
            #expect(await code { () throws(NodeError) in _ = try await node.runs(of: "octo-tools") } == .invalidRequest)
            #expect(
                await code { () throws(NodeError) in _ = try await node.repositories(of: "nobody-at-all") } == .notFound
            )
            #expect(await code { () throws(NodeError) in _ = try await node.runs(of: "octo-tools/none") } == .notFound)
            #expect(
                await code { () throws(NodeError) in
                    _ = try await node.runners(of: Fleet.repository, authorization: "Bearer \(Self.secondToken)")
                } == .forbidden
            )
            await fleet.github.addFault(.serverError(503))
            #expect(await code { () throws(NodeError) in _ = try await node.runners(of: "octo-tools") } == .unavailable)
        }
    }
}
