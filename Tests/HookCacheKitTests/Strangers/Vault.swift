import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOCore
import NIOHTTP1
import RawServers
import Synchronization
import Testing

/// A node that has stored everything of a private repository for its keeper, and strangers at its door.
struct Vault: Sendable {
    static let name = "octo-tools/vault-ci"
    static let keeper = "keepers-token"
    static let stranger = "strangers-token"
    /// What only readers of the repository may see: one of them stands in each of its answers, and in each list of them.
    static let marks = ["canary-4711", "\"octo-tools/vault-ci\"", "\"/repos/octo-tools/vault-ci"]

    let fleet: Fleet
    let port: Int
    /// Where the strangers stand.
    var door = Wire.Door.tcp
    let run: Int64
    let repositoryID: Int64
    /// Another host: whatever leads there is written down.
    let elsewhere: ScriptedServer
    /// What was stored, by path, with the tag that the keeper got.
    let stored: [String: String]
    /// The stored bodies' names.
    let cids: [String]

    var runs: String { "/repos/\(Self.name)/actions/runs" }
    var host: String { "127.0.0.1:\(port)" }
    var evil: String { "127.0.0.1:\(elsewhere.port)" }

    /// Fills a vault, does the work at each door, and finds that nobody used what is the keeper's and nothing went elsewhere.
    static func with(
        nodes: Int = 1,
        doors: [Wire.Door] = Wire.Door.allCases,
        settings adjust: @Sendable @escaping (Int, inout Settings) -> Void = { _, _ in },
        _ work: @Sendable @escaping (Vault) async throws -> Void
    ) async throws {
        try await ScriptedServer.run { _, _ in
            .answer(200, ["Content-Type": "application/json"], Array(#"{"evil":true}"#.utf8))
        } _: { elsewhere in
            try await Fleet.with(nodes: nodes, settings: adjust) { fleet in
                var vault = try await fill(fleet, elsewhere)
                let before = await fleet.github.calls.total
                for door in doors {
                    vault.door = door
                    try await work(vault)
                }
                let calls = await fleet.github.calls
                let since = calls.entries.suffix(calls.total - before)
                #expect(!since.contains { $0.login == "keeper" }, "the keeper's credential was used")
                #expect(elsewhere.requests.isEmpty, "something went to another host")
                try await vault.expectStillThere()
            }
        }
    }

    private static func fill(_ fleet: Fleet, _ elsewhere: ScriptedServer) async throws -> Vault {
        let name = try #require(RepositoryName(name))
        let repository = try await fleet.github.createRepository(name, isPrivate: true)
        await fleet.github.createToken(keeper, login: "keeper", grants: [.read(name)])
        await fleet.github.createToken(stranger, login: "stranger", grants: [])
        let run = try await fleet.github.startRun(.init(name, workflow: "canary-4711.yml", branch: "canary-4711"))
        try await fleet.github.finish(run: run)
        let job = try #require(await fleet.github.jobs(ofRun: run).first?.id)
        let runs = "/repos/\(name)/actions/runs"
        var stored: [String: String] = [:]
        var cids: [String] = []
        for path in [
            runs, "\(runs)/\(run)", "\(runs)/\(run)/jobs", "/repos/\(name)/actions/jobs/\(job)",
            "/repos/\(name)/actions/workflows", "/repos/\(name)",
        ] {
            let answer = try await fleet.get(path, from: 0, headers: ["Authorization": "token \(keeper)"])
            #expect(answer.status == 200)
            let text = String(decoding: answer.body, as: UTF8.self)
            #expect(marks.contains { text.contains($0) })
            stored[path] = answer.headers.first(name: "ETag")
            cids += answer.headers["X-Hookcache-CID"]
        }
        return Vault(
            fleet: fleet,
            port: try #require(await fleet.nodes[0].apiPort()),
            run: run,
            repositoryID: repository.id,
            elsewhere: elsewhere,
            stored: stored,
            cids: cids
        )
    }

    /// The keeper is still served, from the store: what strangers did neither opened nor emptied it.
    private func expectStillThere() async throws {
        let before = await fleet.github.calls.total
        for path in stored.keys {
            let answer = try await fleet.get(path, from: 0, headers: ["Authorization": "Bearer \(Self.keeper)"])
            #expect(answer.status == 200)
            #expect(answer.headers.first(name: "Cache-Status")?.contains("; hit;") == true, "\(path) is stored no more")
        }
        #expect(await fleet.github.calls.total == before)
    }

    /// Whether an answer says that it is not for this node, or, over the socket, whose every loopback name is the node's own,
    /// that there is nothing.
    func isSentAway(_ answer: String, from host: String) -> Bool {
        if answer.hasPrefix("HTTP/1.1 421") || answer.hasPrefix("HTTP/1.1 400") { return true }
        let isLoopback = ["127.0.0.1:", "[::1]:"].contains { host.hasPrefix($0) }
        return door == .socket && isLoopback && answer.hasPrefix("HTTP/1.1 404")
    }

    /// The text of a request, whose connection ends with it.
    func get(_ target: String, host: String? = nil, _ headers: String...) -> String {
        let lines = ["GET \(target) HTTP/1.1", "Host: \(host ?? self.host)", "Connection: close"] + headers
        return lines.joined(separator: "\r\n") + "\r\n\r\n"
    }

    /// Sends requests as they are, one after the other, and expects of each that its answer shows nothing.
    @discardableResult
    func refuses(_ requests: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        try await refuses(requests, sourceLocation: sourceLocation)
    }

    @discardableResult
    func refuses(_ requests: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String] {
        var answers: [String] = []
        for request in requests {
            let answer = try await exchange(request)
            let shown = request.prefix(300)
            for mark in Self.marks { #expect(!answer.contains(mark), "\(shown)", sourceLocation: sourceLocation) }
            #expect(!answer.contains("HTTP/1.1 304"), "\(shown)", sourceLocation: sourceLocation)
            #expect(!answer.contains(#""evil":true"#), "\(shown)", sourceLocation: sourceLocation)
            #expect(!answer.isEmpty, "\(shown)", sourceLocation: sourceLocation)
            answers.append(answer)
        }
        return answers
    }

    /// Sends bytes to the door, and gives what comes back until the node ends the connection.
    func exchange(_ text: String) async throws -> String {
        try await fleet.connect(at: door) { wire in
            await wire.send(text)
            return String(decoding: await wire.rest(), as: UTF8.self)
        }
    }

    /// Sends bytes to another port of this machine.
    func exchange(_ text: String, port: Int) async throws -> String {
        try await Wire.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: port)) { wire in
            await wire.send(text)
            return String(decoding: await wire.rest(), as: UTF8.self)
        }
    }
}
