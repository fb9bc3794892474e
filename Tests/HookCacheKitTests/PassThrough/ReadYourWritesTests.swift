import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOHTTP1
import Testing

/// A client that writes through the node reads what GitHub says after it, with no webhook to tell.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ReadYourWritesTests {
    private static let headers: HTTPHeaders = ["Authorization": "token \(Fleet.token)", "User-Agent": "test"]

    @Test func aRunThatWasCancelledIsAskedForAgain() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let run = try await fleet.github.startRun(.init(repository))
            let path = "/repos/\(Fleet.repository)/actions/runs/\(run)"
            let host = String(fleet.githubURL.dropFirst("http://".count))
            func read() async throws -> (status: String, text: String) {
                let answer = try await fleet.overSocket(path, host: host, headers: Self.headers)
                #expect(answer.status == 200)
                return (answer.headers.first(name: "Cache-Status") ?? "", String(decoding: answer.body, as: UTF8.self))
            }
            #expect(try await read().status.contains("fwd=miss"))
            let before = try await read()
            #expect(before.status.hasPrefix("hookcache; hit"))
            #expect(before.text.contains(#""status":"queued""#))

            let written = try await fleet.overSocket("\(path)/cancel", host: host, method: .POST, headers: Self.headers)
            #expect(written.status == 202)
            #expect(written.headers.first(name: "Cache-Status") == "hookcache; fwd=method")
            let after = try await read()
            #expect(after.status.contains("fwd=stale"))
            #expect(after.text.contains(#""status":"completed""#))

            let refused = try await fleet.overSocket("\(path)/cancel", host: host, method: .POST, headers: Self.headers)
            #expect(refused.status == 409)
            #expect(try await read().status.hasPrefix("hookcache; hit"))
        }
    }
}
