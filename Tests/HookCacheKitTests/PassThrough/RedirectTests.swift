import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// Where logs and artifacts lie is GitHub's to say, each time anew and to each by its own credential.
@Suite(.serialized, .timeLimit(.minutes(2))) struct RedirectTests {
    private static let headers: HTTPHeaders = ["Authorization": "token \(Fleet.token)", "User-Agent": "test"]

    @Test func aLinkToLogsIsHandedOnAndNeverStored() async throws {
        try await Self.withLogs { fleet, paths in
            let size = await fleet.nodes[0].statistics().cacheSize
            for path in paths {
                let calls = await fleet.github.calls.total
                for _ in 0..<2 {
                    let answer = try await fleet.get(path, from: 0, headers: Self.headers)
                    #expect(answer.status == 302)
                    #expect(answer.headers["Cache-Status"] == ["hookcache; fwd=bypass"])
                    let link = try #require(answer.headers.first(name: "Location"))
                    #expect(link.contains("sig="))
                }
                #expect(await fleet.github.calls.total == calls + 2)
            }
            #expect(await fleet.nodes[0].statistics().cacheSize == size)
        }
    }

    @Test func whoFollowsItShowsNoCredentialOfTheNodes() async throws {
        try await Self.withLogs { fleet, paths in
            for path in paths {
                let link = try await fleet.get(path, from: 0, headers: Self.headers).headers.first(name: "Location")
                // It leads through the node, which stands for all of this GitHub's addresses.
                let base = "http://127.0.0.1:\(try #require(await fleet.nodes[0].apiPort()))"
                let target = try #require(link?.dropFirst(base.count))
                #expect(link?.hasPrefix(base) == true)
                let file = try await fleet.get(String(target), from: 0, headers: ["User-Agent": "test"])
                #expect(file.status == 200)
                #expect(!file.body.isEmpty)
            }
            let storage = await fleet.github.perform { github, _ in github.storage }
            #expect(storage.served == paths.count)
            #expect(storage.withCredential == 0)
        }
    }

    @Test func withoutACredentialOfItsOwnAClientGetsNone() async throws {
        try await Self.withLogs { fleet, paths in
            let host = String(fleet.githubURL.dropFirst("http://".count))
            for path in paths {
                // What is cached is answered as the node here, and nothing else.
                let answer = try await fleet.overSocket(path, host: host, headers: ["User-Agent": "test"])
                #expect((401...404).contains(answer.status))
                #expect(answer.headers["Location"] == [])
                let call = try #require(await fleet.github.calls.entries.last)
                #expect(call.target == path)
                #expect(call.login == nil)
            }
        }
    }

    /// A node that is itself over its socket, and where logs lie of a run and of its job.
    private static func withLogs(
        _ work: @Sendable @escaping (Fleet, [String]) async throws -> Void
    ) async throws {
        try await Fleet.with(nodes: 1) { _, settings in
            settings.api.socketIdentity = .node
        } _: { fleet in
            let run = try await fleet.github.startRun(.init(try #require(RepositoryName(Fleet.repository))))
            try await fleet.github.finish(run: run)
            let job = try #require(await fleet.github.jobs(ofRun: run).first)
            let actions = "/repos/\(Fleet.repository)/actions"
            try await work(fleet, ["\(actions)/runs/\(run)/logs", "\(actions)/jobs/\(job.id)/logs"])
        }
    }
}
