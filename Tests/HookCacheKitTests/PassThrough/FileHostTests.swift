import Fleet
import HookCacheKit
import NIOHTTP1
import RawServers
import Testing

/// What gh asks over the socket after GitHub sent it on: GitHub's hosts of files are reached, and no others.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FileHostTests {
    private static let storage = "productionresultssa0.blob.core.windows.net"
    private static let uploads = "uploads.github.com"
    private static let secrets: HTTPHeaders = [
        "Authorization": "token of-the-client", "Cookie": "session=1", "X-GitHub-OTP": "123456",
    ]

    @Test func aDownloadGoesToItsHostWithoutTheCredential() async throws {
        try await Self.withFiles { server, fleet in
            let target = "/actions-results/a%2Fb/job.zip?sig=x%2By%3D&sp=r"
            let answer = try await fleet.overSocket(target, host: Self.storage, headers: Self.secrets)
            #expect(answer.status == 200)
            #expect(answer.body == Array("log".utf8))
            #expect(answer.headers["Cache-Status"] == ["hookcache; fwd=bypass"])
            #expect(answer.headers["Set-Cookie"] == [])
            let seen = try #require(server.requests.first)
            #expect(seen.target == target)
            #expect(seen["Host"] == "127.0.0.1:\(server.port)")
            for name in Self.secrets.map(\.name) { #expect(seen[name] == nil, "\(name) has left") }
            // Asked again, it is fetched again: nothing of it is stored.
            _ = try await fleet.overSocket(target, host: Self.storage)
            #expect(server.requests.count == 2)
            #expect(await fleet.nodes[0].statistics().cacheSize == 0)
        }
    }

    @Test func anUploadTakesTheCredentialAlong() async throws {
        try await Self.withFiles { server, fleet in
            let answer = try await fleet.overSocket(
                "/repos/o/r/releases/1/assets?name=a",
                host: Self.uploads,
                method: .POST,
                headers: Self.secrets,
                body: Array("asset".utf8)
            )
            #expect(answer.status == 200)
            let seen = try #require(server.requests.first)
            #expect(seen.method == "POST")
            #expect(seen.body == Array("asset".utf8))
            #expect(seen["Authorization"] == "token of-the-client")
        }
    }

    @Test func pathsOfTheNodesOwnAreTheirsOnAHostOfFiles() async throws {
        try await Self.withFiles { server, fleet in
            for target in ["/metrics", "/_hookcache/v1/stats", "/repos/octo-tools/hello-ci/actions/runs"] {
                let answer = try await fleet.overSocket(target, host: Self.storage)
                #expect(answer.body == Array("log".utf8))
            }
            #expect(server.requests.count == 3)
        }
    }

    @Test(arguments: [
        "example.com", "github.com", "productionresultssa20.blob.core.windows.net",
        "productionresultssa0.blob.core.windows.net:80", "productionresultssa0.blob.core.windows.net.example.com",
        "evil.blob.core.windows.net",
    ])
    func anyOtherHostIsRefused(host: String) async throws {
        try await Self.withFiles { server, fleet in
            let answer = try await fleet.overSocket("/x", host: host)
            #expect(answer.status == 421)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func overTCPTheyAreRefused() async throws {
        try await Self.withFiles { server, fleet in
            for host in [Self.storage, Self.uploads] {
                let answer = try await fleet.get("/x", from: 0, headers: ["Host": host])
                #expect(answer.status == 421)
            }
            #expect(server.requests.isEmpty)
        }
    }

    /// A node for which a scripted server stands in for two of the hosts.
    private static func withFiles(
        _ work: @Sendable @escaping (ScriptedServer, Fleet) async throws -> Void
    ) async throws {
        try await ScriptedServer.run { _, _ in
            .answer(200, ["Set-Cookie": "a=b", "Content-Type": "application/zip"], Array("log".utf8))
        } _: { server in
            try await Fleet.with(nodes: 1) { _, settings in
                settings.github.fileHosts = [storage: server.url, uploads: server.url]
            } _: { fleet in
                try await work(server, fleet)
            }
        }
    }
}
