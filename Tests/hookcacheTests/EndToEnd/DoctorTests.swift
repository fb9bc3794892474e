import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import Testing

@testable import hookcache

/// `hookcache doctor` as a user runs it, each cause of trouble made real.
@Suite(.serialized, .timeLimit(.minutes(5))) struct DoctorTests {
    private static let token = "ghp_TheTokenOfTheNode"

    /// What it said, by what it looked at; of one thing that is told several times the worst.
    private struct Visit {
        let status: Int32
        let text: String
        var standings: [String: String] = [:]
        var reasons: [String: String] = [:]

        init(_ outcome: Program.Outcome) {
            self.status = outcome.status
            self.text = outcome.output + outcome.error
            for row in JSONValue(outcome.output.utf8)?.rows() ?? [] {
                guard let name = row["check"]?.string, let standing = row["standing"]?.string else { continue }
                let order = ["pass", "warn", "fail"]
                let known = self.standings[name].flatMap { order.firstIndex(of: $0) } ?? -1
                guard (order.firstIndex(of: standing) ?? 3) > known else { continue }
                self.standings[name] = standing
                self.reasons[name] = "\(row["why"]?.string ?? "") \(row["remedy"]?.string ?? "")"
            }
        }
    }

    private static func visit(
        _ arguments: [String] = [],
        _ environment: [String: String] = [:],
        files: [String: String] = [:]
    ) async throws -> Visit {
        // Whatever else runs on this machine has ports of its own.
        let ports = [
            "CACHE_API_LISTEN": "127.0.0.1:0", "CACHE_WEBHOOK_LISTEN": "127.0.0.1:0", "CACHE_LISTEN_PORT": "0",
        ]
        let environment = ports.merging(environment) { $1 }
        return Visit(
            try await Program.run(["doctor", "--json"] + arguments, environment: environment, files: files)
        )
    }

    private static func withGitHub(
        clockAhead seconds: Int = 0,
        _ work: (SimulatedGitHubServer, [String: String], RepositoryName) async throws -> Void
    ) async throws {
        let clock: @Sendable () -> Timestamp = { SimulatedGitHubServer.now().advanced(bySeconds: seconds) }
        try await SimulatedGitHubServer.withServer(.init(), clock: clock) { github, url in
            let repository = try #require(RepositoryName("octo-org/app"))
            try await github.createRepository(repository)
            await github.createToken(Self.token, grants: [.init(.admin, to: .repository(repository))])
            try await work(github, ["GITHUB_API_URL": url, "GITHUB_TOKEN": Self.token], repository)
        }
    }

    @Test func withoutANodeEverythingElseIsLookedAt() async throws {
        try await Self.withGitHub { _, environment, _ in
            let visit = try await Self.visit([], environment)
            #expect(visit.status == 0, "\(visit.text)")
            #expect(visit.standings["node"] == "warn")
            for name in [
                "settings", "files", "disk", "database", "github", "credential", "rate limit", "clock", "peers",
            ] {
                #expect(visit.standings[name] == "pass", "\(name): \(visit.reasons[name] ?? "not looked at")")
            }
            #expect(!visit.text.contains(Self.token))
        }
    }

    @Test func aPersonReadsWhatToDo() async throws {
        try await Self.withGitHub { _, environment, _ in
            let outcome = try await Program.run(["doctor"], environment: environment)
            #expect(outcome.output.contains("warn  node"))
            #expect(outcome.output.contains("      → hookcache serve\n"))
            #expect(outcome.output.contains(" warn, "))
        }
    }

    @Test func aWrongTokenFails() async throws {
        try await Self.withGitHub { _, environment, _ in
            let visit = try await Self.visit([], environment.merging(["GITHUB_TOKEN": "ghp_NotThis"]) { $1 })
            #expect(visit.status == 1)
            #expect(visit.standings["credential"] == "fail")
            #expect(visit.reasons["credential"]?.contains("Bad credentials") == true)
            #expect(!visit.text.contains("ghp_NotThis"))
        }
    }

    @Test func noTokenIsAWarning() async throws {
        try await Self.withGitHub { _, environment, repository in
            let watch = ["GITHUB_TOKEN": "", "CACHE_WATCH": "\(repository)"]
            let visit = try await Self.visit([], environment.merging(watch) { $1 })
            #expect(visit.status == 0, "\(visit.text)")
            #expect(visit.standings["credential"] == "warn")
            #expect(visit.standings["hook octo-org/app"] == "warn")
        }
    }

    @Test(arguments: [-300, 300]) func aClockThatIsOffFails(_ seconds: Int) async throws {
        try await Self.withGitHub(clockAhead: seconds) { _, environment, _ in
            let visit = try await Self.visit([], environment)
            #expect(visit.status == 1)
            #expect(visit.standings["clock"] == "fail")
            #expect(visit.reasons["clock"]?.contains(seconds > 0 ? "behind" : "ahead of") == true)
        }
    }

    @Test func gitHubThatCannotBeReachedFails() async throws {
        let visit = try await Self.visit([], ["GITHUB_API_URL": "http://127.0.0.1:9"])
        #expect(visit.status == 1)
        #expect(visit.standings["github"] == "fail")
    }

    @Test func aHookThatIsMissingOrSwitchedOffFails() async throws {
        try await Self.withGitHub { github, environment, repository in
            let url = "https://hooks.example.com/webhook"
            let more = ["CACHE_WATCH": "\(repository)", "CACHE_WEBHOOK_URL": url]
            let environment = environment.merging(more) { $1 }
            let name = "hook octo-org/app"
            let missing = try await Self.visit([], environment)
            #expect(missing.status == 1)
            #expect(missing.standings[name] == "fail")
            #expect(missing.reasons[name]?.contains("hookcache hook register octo-org/app") == true)

            let events = ["workflow_run", "push"]
            let scope = GitHubCore.Scope.repository(repository)
            try await github.createHook(in: scope, url: url, secret: "of the tests", events: events)
            let poor = try await Self.visit([], environment)
            #expect(poor.standings[name] == "fail")
            #expect(poor.reasons[name]?.contains("workflow_job") == true)
        }
    }

    @Test func aPortThatIsTakenFails() async throws {
        try await Self.withGitHub { _, environment, _ in
            let address = try #require(environment["GITHUB_API_URL"]).replacing("http://", with: "")
            let visit = try await Self.visit([], environment.merging(["CACHE_API_LISTEN": address]) { $1 })
            #expect(visit.status == 1)
            #expect(visit.standings["port api"] == "fail")
            #expect(visit.standings["port webhook"] == "pass")
        }
    }

    @Test func anAddressOfAnotherMachineFails() async throws {
        let visit = try await Self.visit(
            [],
            ["GITHUB_API_URL": "http://127.0.0.1:9", "CACHE_WEBHOOK_LISTEN": "192.0.2.1:8787"]
        )
        #expect(visit.standings["port webhook"] == "fail")
    }

    @Test func aFolderThatCannotBeWrittenFails() async throws {
        // A file stands where a folder should, which not even root can write into.
        let files = ["file": "", ".env.cache": "CACHE_DIR=~/file/data\nGITHUB_API_URL=http://127.0.0.1:9\n"]
        let visit = try await Self.visit([], files: files)
        #expect(visit.status == 1)
        #expect(visit.standings["disk"] == "fail", "\(visit.text)")
    }

    @Test func aDamagedDatabaseFails() async throws {
        try await TemporaryFolder.with { folder in
            let text = String(repeating: "this is no database ", count: 500)
            try Data(text.utf8).write(to: folder.appending(path: "hookcache.sqlite"))
            let visit = try await Self.visit(
                [],
                ["CACHE_DIR": folder.path, "GITHUB_API_URL": "http://127.0.0.1:9"]
            )
            #expect(visit.standings["database"] == "fail", "\(visit.text)")
        }
    }

    @Test func filesThatOthersMayReadFail() async throws {
        try await TemporaryFolder.with { folder in
            let key = folder.appending(path: "node-key").path
            #expect(
                FileManager.default.createFile(atPath: key, contents: Data(), attributes: [.posixPermissions: 0o644])
            )
            let visit = try await Self.visit(
                [],
                ["CACHE_DIR": folder.path, "GITHUB_API_URL": "http://127.0.0.1:9"]
            )
            #expect(visit.standings["files"] == "fail", "\(visit.text)")
            #expect(visit.reasons["files"]?.contains("chmod 600 \(key)") == true)
        }
    }

    @Test func settingsThatDoNotWorkFailAndAWrongFlagIsWrongUsage() async throws {
        let visit = try await Self.visit([], ["CACHE_TTL_RUNS": "soon"])
        #expect(visit.status == 1)
        #expect(visit.standings == ["settings": "fail"])
        #expect(visit.reasons["settings"]?.contains("CACHE_TTL_RUNS: got \"soon\"") == true)
        let unknown = try await Self.visit([], files: [".env.cache": "CACHE_TLT_RUNS=3\n"])
        #expect(unknown.reasons["settings"]?.contains("CACHE_TTL_RUNS") == true)
        #expect(try await Self.visit(["--log-level", "loud"]).status == 64)
    }

    @Test func aRunningNodeIsAskedWhatItAloneKnows() async throws {
        try await Self.withGitHub { github, environment, repository in
            try await TemporaryFolder.with { folder in
                let watch = ["CACHE_WATCH": "\(repository)"]
                try await RunningNode.with(in: folder, environment.merging(watch) { $1 }) { node in
                    let url = node.webhookURL
                    let arguments = ["--dir", node.directory]
                    // The command has no token of its own here.
                    let own = ["CACHE_WEBHOOK_URL": url, "GITHUB_API_URL": "http://127.0.0.1:9"]
                    let polled = try await Self.visit(arguments, own)
                    #expect(polled.status == 0, "\(polled.text)")
                    #expect(polled.standings["node"] == "pass")
                    #expect(polled.standings["credential"] == "pass")
                    #expect(polled.standings["hook octo-org/app"] == "warn")
                    #expect(polled.standings["webhook url"] == "pass", "\(polled.reasons["webhook url"] ?? "")")
                    #expect(polled.standings["inbox"] == "pass")
                    #expect(polled.standings["database"] == "pass")

                    let door = own.merging(["CACHE_WEBHOOK_URL": node.apiURL]) { $1 }
                    let elsewhere = try await Self.visit(arguments, door)
                    #expect(elsewhere.status == 1)
                    #expect(elsewhere.standings["webhook url"] == "fail")

                    await github.revokeToken(Self.token)
                    let revoked = try await Self.visit(arguments, own)
                    #expect(revoked.status == 1)
                    #expect(revoked.standings["credential"] == "fail")
                }
            }
        }
    }
}
