import Foundation
import Logging
import MeshCore
import Multiformats
import Testing

@testable import HookCacheKit

private let peer = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp"
private let home = ["HOME": "/somewhere"]

private func read(
    flags: [Settings.Key: String] = [:],
    environment: [String: String] = [:],
    file: String = ""
) throws(SettingsError) -> Settings {
    try Settings(
        flags: flags,
        environment: home.merging(environment) { $1 },
        settingsFile: SettingsFile(text: file, path: ".env.cache")
    )
}

private func problems(_ values: [String: String], file: String = "") -> [String] {
    do throws(SettingsError) {
        _ = try read(environment: values, file: file)
        return []
    } catch {
        return error.problems.map(\.description)
    }
}

@Suite struct SettingsTests {
    @Test func withNothingSetTheDefaultsStand() throws {
        let settings = try read()
        #expect(settings == Settings(directory: "/somewhere/.github-cache"))
        #expect(settings.github.apiURL == "https://api.github.com")
        #expect(settings.github.token == nil)
        #expect(settings.webhook.listen == .init(host: "127.0.0.1", port: 8787))
        #expect(settings.webhook.inboxMaximum == 65_536)
        #expect(settings.api.listen == .init(host: "127.0.0.1", port: 8788))
        #expect(settings.api.socket == "/somewhere/.github-cache/hookcache.sock")
        #expect(settings.api.socketIdentity == .none)
        #expect(settings.api.controlTokenFile == "/somewhere/.github-cache/control-token")
        #expect(settings.mesh.listen == .init(host: "127.0.0.1", port: 9000))
        #expect(settings.mesh.membership.isEmpty)
        #expect(settings.mesh.swarmKey == nil)
        #expect(settings.mesh.share == .public)
        #expect(settings.freshness.watch.isEmpty)
        #expect(settings.freshness.defaultTTL == .seconds(300))
        #expect(settings.freshness.repositoriesTTL == .seconds(600))
        #expect(settings.freshness.runsTTL == .seconds(120))
        #expect(settings.freshness.queueTTL == .seconds(60))
        #expect(settings.freshness.runnersTTL == .seconds(300))
        #expect(settings.freshness.proofTTL == .seconds(600))
        #expect(settings.freshness.proofGrace == .seconds(3600))
        #expect(settings.storage.maximumEntries == 10_000)
        #expect(settings.storage.maximumMemory == 67_108_864)
        #expect(settings.log == .init(level: .info, format: .text))
    }

    @Test func everyKeyIsReadFromEachSource() throws {
        let values: [Settings.Key: String] = [
            .githubAPIURL: "https://github.example.com/api/v3/", .githubToken: "ghp_a", .webhookSecret: "one, two",
            .webhookURL: "https://hooks.example.com/webhook", .inboxMaximum: "9", .webhookListen: "[::1]:1",
            .apiListen: "0.0.0.0:2", .socket: "~/s", .socketIdentity: "node", .apiHosts: "Cache.local, other",
            .controlTokenFile: "/none/token", .directory: "/none/d/", .listenHost: "::", .listenPort: "0",
            .bootstrapPeers: "/ip4/192.0.2.7/tcp/9000/p2p/\(peer), /dns4/a.example/tcp/1/p2p/\(peer)",
            .allowedPeers: peer, .share: "none", .watch: "octo-org/app, octo-org,OCTO-ORG", .defaultTTL: "1",
            .repositoriesTTL: "2", .runsTTL: "3", .queueTTL: "4", .runnersTTL: "5", .proofTTL: "6", .proofGrace: "0",
            .maximumEntries: "7", .maximumMemory: "2 GB", .logLevel: "DEBUG", .logFormat: "json", .hookPull: "True",
        ]
        let named = Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
        let settings = try read(flags: values)
        #expect(try read(environment: named) == settings)
        #expect(try read(file: named.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")) == settings)

        #expect(settings.github.apiURL == "https://github.example.com/api/v3")
        #expect(settings.github.token == .init("ghp_a"))
        #expect(settings.webhook.secrets == [.init("one"), .init("two")])
        #expect(settings.webhook.publicURL == "https://hooks.example.com/webhook")
        #expect(settings.webhook.inboxMaximum == 9)
        #expect(settings.webhook.takesLog)
        #expect(settings.webhook.listen == .init(host: "::1", port: 1))
        #expect(settings.api.listen == .init(host: "0.0.0.0", port: 2))
        #expect(settings.api.socket == "/somewhere/s")
        #expect(settings.api.socketIdentity == .node)
        #expect(settings.api.hosts == ["cache.local", "other"])
        #expect(settings.api.controlTokenFile == "/none/token")
        #expect(settings.storage.directory == "/none/d")
        #expect(settings.mesh.listen == .init(host: "::", port: 0))
        #expect(settings.mesh.bootstrapPeers.count == 2)
        #expect(try settings.mesh.allowedPeers == [PeerID(peer)])
        #expect(settings.mesh.share == .none)
        #expect(settings.freshness.watch == [.repository(owner: "octo-org", name: "app"), .owner("octo-org")])
        #expect(settings.freshness.queueTTL == .seconds(4))
        #expect(settings.freshness.proofGrace == .zero)
        #expect(settings.storage.maximumEntries == 7)
        #expect(settings.storage.maximumMemory == 2_000_000_000)
        #expect(settings.log == .init(level: .debug, format: .json))
    }

    @Test func flagsWinOverTheEnvironmentAndThatOverTheFile() throws {
        let file = "CACHE_TTL_RUNS=1\nCACHE_TTL_QUEUE=1\nCACHE_TTL_REPOS=1"
        let environment = ["CACHE_TTL_RUNS": "2", "CACHE_TTL_QUEUE": "2"]
        let freshness = try read(flags: [.runsTTL: "3"], environment: environment, file: file).freshness
        #expect(freshness.runsTTL == .seconds(3))
        #expect(freshness.queueTTL == .seconds(2))
        #expect(freshness.repositoriesTTL == .seconds(1))
    }

    @Test func anEmptyValueIsUnset() throws {
        #expect(
            try read(environment: ["CACHE_TTL_RUNS": ""], file: "CACHE_TTL_RUNS=7").freshness.runsTTL == .seconds(7)
        )
        #expect(
            try read(file: "GITHUB_TOKEN=\nCACHE_WATCH= , \nCACHE_DIR=\"\"").storage.directory
                == "/somewhere/.github-cache"
        )
    }

    @Test func eitherNameOfTheTokenIsRead() throws {
        #expect(try read(environment: ["GH_TOKEN": "b"]).github.token == .init("b"))
        #expect(try read(environment: ["GH_TOKEN": "b", "GITHUB_TOKEN": "a"]).github.token == .init("a"))
        #expect(try read(environment: ["GH_TOKEN": "b"], file: "GITHUB_TOKEN=c").github.token == .init("b"))
    }

    @Test(
        arguments: [
            ("GITHUB_API_URL", "api.github.com", "an http or https URL"),
            ("GITHUB_API_URL", "https://me:secret@github.com", "an http or https URL"),
            ("CACHE_WEBHOOK_URL", "ftp://a", "the http or https URL that GitHub can reach"),
            ("CACHE_INBOX_MAX", "0", "a whole number from 1 to 10000000"),
            ("CACHE_WEBHOOK_LISTEN", "8787", "host:port"),
            ("CACHE_API_LISTEN", "::1:8788", "host:port"),
            ("CACHE_API_LISTEN", "127.0.0.1:8787", "another port than CACHE_WEBHOOK_LISTEN"),
            ("CACHE_SOCKET", "/" + String(repeating: "a", count: 120), "a path of at most 107 bytes"),
            ("CACHE_SOCKET_IDENTITY", "root", "none or node"),
            ("CACHE_API_HOSTS", "http://a", "host names"),
            ("CACHE_LISTEN_HOST", "localhost", "an IP address"),
            (
                "CACHE_LISTEN_HOST", "0.0.0.0",
                "a loopback address as long as neither CACHE_SWARM_KEY_FILE nor CACHE_ALLOWED_PEERS"
            ),
            ("CACHE_LISTEN_PORT", "70000", "a whole number from 0 to 65535"),
            ("CACHE_BOOTSTRAP_PEERS", "/ip4/192.0.2.7/tcp/9000", "an address with its peer id"),
            ("CACHE_BOOTSTRAP_PEERS", "/ip4/192.0.2.7/udp/9000/p2p/\(peer)", "an address with its peer id"),
            ("CACHE_BOOTSTRAP_PEERS", "192.0.2.7:9000", "an address with its peer id"),
            ("CACHE_ALLOWED_PEERS", "somebody", "peer ids"),
            ("CACHE_SHARE", "some", "public or all or none"),
            ("CACHE_SHARE", "all", "public or none where CACHE_SWARM_KEY_FILE is not set"),
            ("CACHE_SWARM_KEY_FILE", "/nowhere/swarm.key", "a readable file"),
            ("CACHE_WATCH", "a/b/c", "OWNER or OWNER/REPO"),
            ("CACHE_DEFAULT_TTL", "5m", "whole seconds from 1 to 31536000"),
            ("CACHE_TTL_RUNS", "0", "whole seconds from 1 to 31536000"),
            ("CACHE_PROOF_GRACE", "-1", "whole seconds from 0 to 31536000"),
            ("CACHE_MAX_ENTRIES", "many", "a whole number from 1 to 100000000"),
            ("CACHE_MAX_MEMORY", "64 MiBs", "at least 1MiB"),
            ("CACHE_MAX_MEMORY", "1000", "at least 1MiB"),
            ("CACHE_HOOK_PULL", "maybe", "true or false"),
            ("LOG_LEVEL", "loud", "one of trace"),
            ("LOG_FORMAT", "xml", "text or json"),
        ]
    )
    func aMalformedValueNamesKeyAndValueAndWhatIsWanted(key: String, value: String, wants: String) {
        let found = problems([key: value])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("\(key): got \"\(value)\", wants \(wants)") == true, "\(found)")
    }

    @Test func everyProblemIsToldAtOnce() {
        #expect(problems(["CACHE_TTL_RUNS": "x", "LOG_LEVEL": "x"], file: "CACHE_TTL_RUN=1").count == 3)
    }

    @Test func aSecretIsNeverShown() {
        let found = problems(["GITHUB_TOKEN": "two words", "WEBHOOK_SECRET": "hush", "WEBHOOK_SECRET_FILE": "/none"])
        #expect(found.count == 2)
        #expect(!found.joined().contains("words") && !found.joined().contains("hush"))
        let secret = Settings.Secret("hush")
        #expect(
            "\(secret) \(String(reflecting: secret)) \(Mirror(reflecting: secret).children.count)"
                == "<secret> <secret> 0"
        )
    }

    @Test func aNodeIdentityOverTheSocketNeedsAToken() throws {
        #expect(
            problems(["CACHE_SOCKET_IDENTITY": "node"]) == [
                "GITHUB_TOKEN: wants a token, or a GitHub App in its place, where CACHE_SOCKET_IDENTITY=node"
            ]
        )
        #expect(try read(environment: ["CACHE_SOCKET_IDENTITY": "node", "GH_TOKEN": "a"]).api.socketIdentity == .node)
    }

    @Test func aFolderInNoHomeIsRefused() {
        #expect(throws: SettingsError.self) {
            try Settings(flags: [:], environment: [:], settingsFile: SettingsFile())
        }
    }

    @Test func unknownKeysOfTheEnvironmentAreWarnings() throws {
        let warnings = try read(environment: ["CACHE_TTL_RUN": "1", "CACHE_ZZZZZZZZZZZZZ": "1", "PATH": "/bin"])
            .warnings
        #expect(
            warnings == [
                "CACHE_TTL_RUN in the environment is not a setting; did you mean CACHE_TTL_RUNS?",
                "CACHE_ZZZZZZZZZZZZZ in the environment is not a setting",
            ]
        )
    }

    @Test func theExampleFileHoldsEveryKeyWithItsDefault() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "deploy/.env.cache.example"), encoding: .utf8)
        let file = SettingsFile(text: text, path: ".env.cache.example")
        #expect(file.problems.isEmpty)
        let unnamed = Settings.Key.allCases.filter { file.values[$0.rawValue] == nil }
        #expect(unnamed == [.ghToken])
        #expect(try read(file: text) == Settings(directory: "/somewhere/.github-cache"))
        #expect(file.values["CACHE_MAX_MEMORY"] == "64MiB")
    }

    @Test func withoutAListTheBootstrapPeersAreTheMembers() throws {
        let address = "/ip6/::1/tcp/9000/p2p/\(peer)"
        let membership = try read(environment: ["CACHE_BOOTSTRAP_PEERS": address]).mesh.membership
        let expected = Membership(allowed: [try PeerID(peer)], bootstrap: [])
        #expect(membership == expected)
    }
}
