import AppKeys
import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Logs
import NIOHTTP1
import Testing

/// Answers that are credentials themselves pass through a node, and leave no trace in it or at its peer.
@Suite(.serialized, .timeLimit(.minutes(2))) struct SecretAnswerTests {
    @Test func tokensAreNeitherStoredNorLoggedNorGossiped() async throws {
        let book = LogBook()
        let settings: (Int, inout Settings) -> Void = { _, settings in
            settings.freshness.watch = [.repository(owner: "octo-tools", name: "hello-ci")]
        }
        try await Fleet.with(nodes: 2, settings: settings, logger: book.logger) { fleet in
            try await fleet.settleMesh()
            let repository = try #require(RepositoryName(Fleet.repository))
            let installation = try await fleet.installApp(grants: [.read(repository)])
            let application = try AppKey.tokenNow()
            var secrets = [Fleet.token, application]
            for (path, credential) in [
                ("/repos/\(Fleet.repository)/actions/runners/registration-token", Fleet.token),
                ("/repos/\(Fleet.repository)/actions/runners/remove-token", Fleet.token),
                ("/app/installations/\(installation)/access_tokens", application),
            ] {
                for _ in 0..<2 {
                    let token = try await Self.ask(path, as: credential, fleet)
                    #expect(!token.isEmpty)
                    secrets.append(token)
                }
                #expect(await fleet.github.calls.entries.count { $0.target == path } == 2, "each is asked for")
            }
            // Something that is stored and gossiped, after all of it.
            let runs = "/repos/\(Fleet.repository)/actions/runs"
            _ = try await fleet.github.startRun(.init(repository))
            let headers: HTTPHeaders = [
                "Authorization": "token \(Fleet.token)", "User-Agent": "test", "Cache-Control": "no-cache",
            ]
            #expect(try await fleet.get(runs, from: 0, headers: headers).status == 200)
            try await fleet.eventually("the peer has it") { try await fleet.stored(runs, on: 1) != nil }

            #expect(!book.lines.isEmpty)
            for secret in secrets {
                #expect(!book.lines.contains { $0.contains(secret) }, "logged")
                for node in fleet.nodes {
                    #expect(try !Self.holds(node.settings.storage.directory, secret), "on disk")
                }
            }
            for node in fleet.nodes.indices {
                let list = try await fleet.overSocket("/_hookcache/v1/entries?limit=1000", host: "localhost", of: node)
                #expect(list.status == 200)
                let text = String(decoding: list.body, as: UTF8.self)
                #expect(text.contains("actions"))
                #expect(!text.contains("token"))
            }
        }
    }

    private static func ask(_ path: String, as credential: String, _ fleet: Fleet) async throws -> String {
        let answer = try await fleet.overSocket(
            path,
            host: String(fleet.githubURL.dropFirst("http://".count)),
            method: .POST,
            headers: ["Authorization": "Bearer \(credential)", "User-Agent": "test"]
        )
        #expect(answer.status == 201)
        #expect(answer.headers["Cache-Status"] == ["hookcache; fwd=method"])
        let object = try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
        return try #require(object?["token"] as? String)
    }

    /// Whether a text stands anywhere in the files of a folder.
    private static func holds(_ folder: String, _ text: String) throws -> Bool {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder)
        #expect(names.contains { $0.contains("sqlite") || $0.contains("db") }, "\(names)")
        return names.contains { name in
            let data = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
            return data.range(of: Data(text.utf8)) != nil
        }
    }
}
