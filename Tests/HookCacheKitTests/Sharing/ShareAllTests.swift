import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import LibP2PCore
import Logs
import NIOHTTP1
import Testing

/// `CACHE_SHARE=all` between real nodes of a private network: what is private travels, and everyone still proves access.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ShareAllTests {
    private static let vault = RepositoryName("octo-tools/vault-ci")!
    private static let hello = RepositoryName("octo-tools/hello-ci")!
    private static let list = "/repos/\(vault)/actions/runs"

    private static func headers(_ token: String, isCacheOnly: Bool = false) -> HTTPHeaders {
        var headers: HTTPHeaders = ["Authorization": "Bearer \(token)"]
        if isCacheOnly { headers.add(name: "Cache-Control", value: "only-if-cached") }
        return headers
    }

    /// Runs two nodes of a private network, of which the first takes the deliveries of a private and a public repository;
    /// a reader who may has read both lists of runs on both nodes.
    private static func withVault(
        _ share: Settings.Mesh.Share,
        logger: Logs.LogBook = LogBook(),
        _ work: @Sendable @escaping (Fleet) async throws -> Void
    ) async throws {
        let key = try SwarmKey(bytes: Array(repeating: 7, count: SwarmKey.length))
        let adjust: (Int, inout Settings) -> Void = { _, settings in
            settings.mesh.swarmKey = key
            settings.mesh.allowedPeers = nil
            settings.mesh.share = share
        }
        try await Fleet.with(nodes: 2, settings: adjust, logger: logger.logger) { fleet in
            try await fleet.github.createRepository(vault, isPrivate: true)
            // What GitHub lists tells whose it is.
            try await fleet.github.startRun(.init(vault))
            await fleet.github.createToken("reader", login: "monalisa", grants: [.read(vault)])
            await fleet.github.createToken("other", login: "hubot", grants: [])
            let port = try #require(await fleet.nodes[0].webhookPort())
            for repository in [vault, hello] {
                try await fleet.github.createHook(
                    in: .repository(repository),
                    url: "http://127.0.0.1:\(port)/webhook",
                    secret: Fleet.secret
                )
            }
            for node in 0...1 {
                for path in [list, "/repos/\(hello)/actions/runs"] {
                    #expect(try await fleet.get(path, from: node, headers: headers("reader")).status == 200)
                }
            }
            try await fleet.settleMesh()
            if share == .all {
                try await fleet.eventually("every node follows the private repository") {
                    fleet.nodes.allSatisfy { $0.followers(of: "\(vault)") == 1 }
                }
            }
            try await work(fleet)
        }
    }

    /// What a node has of a path for a credential, without asking GitHub.
    private static func stored(_ path: String, for token: String, on fleet: Fleet) async throws -> String? {
        let answer = try await fleet.get(path, from: 1, headers: headers(token, isCacheOnly: true))
        return answer.status == 200 ? String(decoding: answer.body, as: UTF8.self) : nil
    }

    /// What the second node says of an answer that it gives.
    private static func told(_ path: String, to token: String, by fleet: Fleet) async throws -> String {
        let answer = try await fleet.get(path, from: 1, headers: headers(token))
        #expect(answer.status == 200)
        return answer.headers.first(name: "Cache-Status") ?? ""
    }

    @Test func newsOfAPrivateRepositoryServesThoseWhoProvedAccessAndNobodyElse() async throws {
        try await Self.withVault(.all) { fleet in
            let run = try await fleet.github.startRun(.init(Self.vault))
            try await fleet.github.finish(run: run)
            await fleet.github.settle()
            let path = "\(Self.list)/\(run)"
            try await fleet.eventually("the run is over on the second node") {
                try await Self.stored(path, for: "reader", on: fleet)?.contains(#""status":"completed""#) ?? false
            }
            #expect(try await Self.told(path, to: "reader", by: fleet).contains("hit; "))
            #expect(try await Self.told(path, to: "reader", by: fleet).contains("detail=peer"))
            // Whoever was not shown to reach it is told what GitHub tells, and nothing where that is away.
            #expect(try await Self.stored(path, for: "other", on: fleet) == nil)
            #expect(try await fleet.get(path, from: 1, headers: Self.headers("other")).status == 404)
            #expect(try await fleet.get(path, from: 1).status == 404)
            // A second who may see it proves that with a free question.
            await fleet.github.createToken("second", login: "octodog", grants: [.read(Self.vault)])
            #expect(try await Self.told(path, to: "second", by: fleet).contains("fwd-status=304"))
        }
    }

    @Test func whatIsSharedIsPublicAloneUnlessAllIs() async throws {
        let log = LogBook()
        try await Self.withVault(.public, logger: log) { fleet in
            try await fleet.eventually("nobody follows what is known to be private") {
                fleet.nodes.allSatisfy { $0.followers(of: "\(Self.vault)") == 0 }
            }
            let secret = try await fleet.github.startRun(.init(Self.vault))
            let open = try await fleet.github.startRun(.init(Self.hello))
            await fleet.github.settle()
            // What came after it on the same way is here.
            let path = "/repos/\(Self.hello)/actions/runs/\(open)"
            try await fleet.eventually("the public run is on the second node") {
                try await Self.stored(path, for: "reader", on: fleet) != nil
            }
            #expect(try await Self.stored("\(Self.list)/\(secret)", for: "reader", on: fleet) == nil)
        }
    }

    @Test func aMissOfWhoProvedAccessIsAnsweredByAPeer() async throws {
        try await Self.withVault(.all) { fleet in
            let run = try await fleet.github.startRun(.init(Self.vault, jobs: ["build"]))
            await fleet.github.settle()
            let path = "\(Self.list)/\(run)/jobs"
            // The first node asks GitHub for it, and what it fetched for a reader is announced.
            #expect(try await fleet.get(path, from: 0, headers: Self.headers("reader")).status == 200)
            let told = try await Self.told(path, to: "reader", by: fleet)
            #expect(told.contains("hit; ") && told.contains("detail=peer"))
            #expect(try await fleet.get(path, from: 1, headers: Self.headers("other")).status == 404)
        }
    }
}
