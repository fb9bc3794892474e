import AppKeys
import CacheCore
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import RawServers
import Testing

@testable import GitHubClient

/// A node that is a GitHub App, against a GitHub that checks its signatures.
@Suite(.timeLimit(.minutes(1)))
struct AppCredentialTests {
    private static let vault = RepositoryName("octo-tools/vault-ci")!
    private static let other = RepositoryName("octo-labs/other-ci")!
    private static let runs = "/repos/octo-tools/vault-ci/actions/runs"

    /// What a test has at hand.
    private struct World: Sendable {
        let github: SimulatedGitHubServer
        let app: SimulatedGitHub.App
        let origin: GitHubOrigin
        let now: ManualNow
        let log: LogRecord

        /// Whether a path was answered, or why not.
        func ask(_ path: String = AppCredentialTests.runs, held: OriginAnswer? = nil) async -> OriginResult {
            let request = OriginRequest(
                Representation(Resource(path)!),
                validator: held.map { Validator(body: $0.body, etag: nil) },
                priority: .read
            )
            return await origin.fetch(request, as: .node)
        }

        /// How often paths that contain a text were asked.
        func calls(_ text: String) async -> Int {
            await github.calls.entries.count { $0.target.contains(text) }
        }

        var minted: Int { get async { await calls("access_tokens") } }
    }

    private func withWorld(
        clockIsAheadBy ahead: Int = 0,
        key: (AppKeys.AppKey) -> String = \.pkcs1,
        installs: Bool = true,
        _ body: @Sendable (World, Int64) async throws -> Void
    ) async throws {
        let now = ManualNow()
        let log = LogRecord()
        let appKey = try AppKeys.AppKey.shared()
        let pem = key(appKey)
        let clock: @Sendable () -> Timestamp = { now.value.advanced(bySeconds: -ahead) }
        try await SimulatedGitHubServer.withServer(clock: clock) { github, url in
            for name in [Self.vault, Self.other] { try await github.createRepository(name, isPrivate: true) }
            let app = try await github.createApp("octo-cache", owner: "octo-tools", publicKey: appKey.publicKey)
            var id: Int64 = 0
            if installs { id = await github.installApp(app.id, with: "octo-tools", grants: [.read(Self.vault)]) }
            let configuration = GitHubOrigin.Configuration(
                upstream: try Upstream(url),
                app: GitHubApp(id: "\(app.id)", key: try GitHubClient.AppKey(pem: pem)),
                version: "0.0.0-test"
            )
            let origin = GitHubOrigin(configuration, logger: log.logger, now: { now.value }, random: { 0 })
            do {
                try await body(World(github: github, app: app, origin: origin, now: now, log: log), id)
            } catch {
                await origin.shutdown()
                throw error
            }
            await origin.shutdown()
        }
    }

    @Test func aRenewedTokenCostsNoCountedCall() async throws {
        try await withWorld { world, installation in
            #expect(await world.github.statistics.requests == 0, "nothing is asked before it is wanted")
            let answer = try #require(await world.ask().answer)
            #expect(answer.status == 200)
            #expect(await world.github.statistics.requests == 3)
            for hour in 2...4 {
                world.now.advance(bySeconds: 3_600)
                #expect(await world.ask(held: answer).unchanged != nil)
                #expect(await world.ask(held: answer).unchanged != nil)
                #expect(await world.minted == hour)
            }
            let counted = await world.github.statistics.countedByPath
            #expect(counted[Self.runs] == 1)
            #expect(counted["/app/installations"] == 1)
            #expect(world.origin.statistics.computedMatches == 6 && world.origin.statistics.computedMisses == 0)
            let shown = try #require(world.origin.statistics.installations.first)
            #expect(shown.id == installation && shown.owner == "octo-tools" && shown.quota.limit == 5_000)
            // One budget over all tokens, whose hour began anew at GitHub.
            #expect(shown.quota.remaining == 5_000)
            #expect(world.origin.statistics.quota == shown.quota)
        }
    }

    @Test func aTokenIsMadeOnceForAllWhoWait() async throws {
        try await withWorld { world, _ in
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { await world.ask().answer?.status == 200 } }
                for await isAnswered in group { #expect(isAnswered) }
            }
            #expect(await world.minted == 1)
            #expect(await world.calls("/app/installations?") == 1)
            world.now.advance(bySeconds: 3_400)
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<50 { group.addTask { await world.ask().answer?.status == 200 } }
                for await isAnswered in group { #expect(isAnswered) }
            }
            #expect(await world.minted == 2)
        }
    }

    @Test func aTokenThatWasTakenBackIsMadeAnewOnce() async throws {
        try await withWorld { world, installation in
            #expect(await world.ask().answer?.status == 200)
            await world.github.perform { (github, _) in github.revokeTokens(ofInstallation: installation) }
            #expect(await world.ask().answer?.status == 200)
            #expect(await world.minted == 2)
        }
    }

    @Test func eachOwnerIsReadByItsOwnInstallation() async throws {
        try await withWorld { world, first in
            let second = await world.github.installApp(
                world.app.id,
                with: "octo-labs",
                grants: [.read(Self.other)]
            )
            #expect(await world.ask().answer?.status == 200)
            #expect(await world.ask("/repos/octo-labs/other-ci/actions/runs").answer?.status == 200)
            #expect(await world.ask("/orgs/octo-labs/repos").answer?.status == 200)
            let used = world.origin.statistics.installations
            #expect(used.map(\.owner) == ["octo-labs", "octo-tools"])
            #expect(used.map(\.id) == [second, first])
            #expect(used.map(\.quota.remaining) == [4_998, 4_999])
            #expect(world.origin.statistics.quota?.remaining == 4_998)
            func left(_ scope: Scope) -> String? {
                world.origin.rateLimitHeaders(for: .node, of: .core, in: scope)
                    .first { $0.name.lowercased() == "x-ratelimit-remaining" }?.value
            }
            #expect(left(.repository(Self.vault)) == "4999")
            #expect(left(.owner("octo-labs")) == "4998" && left(.owner("")) == "4998")
            #expect(left(.owner("octocat")) == nil)
            #expect(await world.calls("/app/installations?") == 1)
        }
    }

    @Test func whereTheAppIsNotInstalledItSaysSo() async throws {
        try await withWorld(installs: false) { world, _ in
            for _ in 0..<3 {
                let failure = await world.ask().failure
                #expect(failure?.description.contains("not installed with octo-tools") == true)
            }
            #expect(await world.github.statistics.requests == 1)
            _ = await world.github.installApp(world.app.id, with: "octo-tools", grants: [.read(Self.vault)])
            #expect(await world.ask().failure != nil)
            world.origin.accessChanged(of: "Octo-Tools")
            #expect(await world.ask().answer?.status == 200)
        }
    }

    @Test func aSuspendedInstallationIsToldOf() async throws {
        try await withWorld { world, installation in
            try await world.github.setSuspended(true, installation: installation)
            for _ in 0..<3 {
                let failure = await world.ask().failure
                #expect(failure?.description.contains("This installation has been suspended") == true)
            }
            #expect(await world.minted == 1)
            try await world.github.setSuspended(false, installation: installation)
            world.now.advance(bySeconds: 60)
            #expect(await world.ask().answer?.status == 200)
        }
    }

    @Test func anUninstalledAppIsToldOf() async throws {
        try await withWorld { world, installation in
            #expect(await world.ask().answer?.status == 200)
            try await world.github.uninstall(installation)
            #expect(await world.ask().failure?.description.contains("octo-tools") == true)
            #expect(await world.ask().failure?.description.contains("octo-tools") == true)
            #expect(await world.minted == 2)
        }
    }

    @Test func whatNamesNobodyIsReadByNoInstallation() async throws {
        try await withWorld { world, _ in
            for path in ["/user/repos", "/installation/repositories"] {
                let failure = await world.ask(path).failure
                #expect(failure?.description.contains("this names neither") == true)
            }
            #expect(await world.github.statistics.requests == 0)
        }
    }

    @Test(arguments: [-900, 900])
    func aClockThatIsWrongIsSetByGitHubs(ahead: Int) async throws {
        try await withWorld(clockIsAheadBy: ahead) { world, _ in
            #expect(await world.ask().answer?.status == 200)
            #expect(await world.minted == 1)
            #expect(await world.calls("/app/installations?") == 2)
            #expect(world.log.text.contains("clock differs"))
            world.now.advance(bySeconds: 3_310)
            #expect(await world.ask().answer?.status == 200)
            #expect(await world.minted == 2)
            #expect(await world.calls("/app/installations?") == 2)
        }
    }

    @Test func aKeyOfAnotherAppIsToldOf() async throws {
        let stranger = try AppKeys.AppKey()
        try await withWorld(key: { _ in stranger.pkcs8 }) { world, _ in
            for _ in 0..<3 {
                let failure = await world.ask().failure
                #expect(failure?.description.contains("GitHub does not take the key") == true)
            }
            #expect(await world.github.statistics.requests == 1)
        }
    }

    @Test func anOutageIsOver() async throws {
        try await withWorld(key: \.pkcs8) { world, _ in
            await world.github.addFault(.serverError(502), toPathsWith: "access_tokens", times: 1)
            #expect(await world.ask().failure != nil)
            #expect(await world.ask().failure != nil)
            #expect(await world.minted == 1)
            world.now.advance(bySeconds: 5)
            #expect(await world.ask().answer?.status == 200)
        }
    }

    @Test func hooksAreCaredForByTheInstallation() async throws {
        try await withWorld { world, installation in
            try await world.github.setGrants([.admin(Self.vault)], ofInstallation: installation)
            let admin = GitHubHookAdmin(world.origin)
            let settings = HookSettings(url: "http://127.0.0.1:9/webhook", secret: "s")
            let hook = try await admin.create(settings, in: .repository(Self.vault))
            #expect(try await admin.hooks(of: .repository(Self.vault)).map(\.id) == [hook.id])
            let failure = await #expect(throws: HookFailure.self) {
                try await admin.hooks(of: .repository(Self.other))
            }
            guard case .forbidden(let why)? = failure else {
                Issue.record("an owner without the App has hooks")
                return
            }
            #expect(why.contains("not installed with octo-labs"))
        }
    }

    @Test func theAppsOwnLogIsReadAsTheApp() async throws {
        try await withWorld { world, _ in
            let admin = GitHubHookAdmin(world.origin)
            let address = HookAddress(ofApp: .poll)
            await #expect(throws: HookFailure.self) {
                try await admin.deliveries(DeliveryQuery(failedOnly: false), of: address)
            }
            let url = "https://hookcache.invalid/webhook"
            let hook = try await world.github.setHook(ofApp: world.app.id, url: url, secret: "s")
            for _ in 0..<60 { try await world.github.startRun(.init(Self.vault)) }
            await world.github.settle()
            let sent = await world.github.deliveries(ofHook: hook)
            #expect(sent.count > 100)
            var query = DeliveryQuery(failedOnly: true)
            var listed: [LoggedDelivery] = []
            while let page = try await admin.deliveries(query, of: address) {
                listed += page.deliveries
                guard let next = page.next else { break }
                query.cursor = next
            }
            #expect(listed.map(\.id) == sent.map(\.delivery.id))
            let payload = try await admin.payload(ofDelivery: sent[0].delivery.id, of: address)
            #expect(payload == sent[0].delivery.payload)
            try await admin.redeliver(sent[0].delivery.id, of: address)
            await world.github.settle()
            #expect(await world.github.deliveries(ofHook: hook).first?.delivery.guid == sent[0].delivery.guid)
            // Unchanged, a page costs nothing.
            let page = try #require(try await admin.deliveries(DeliveryQuery(failedOnly: true), of: address))
            let same = DeliveryQuery(failedOnly: true, etag: page.etag)
            #expect(try await admin.deliveries(same, of: address) == nil)
            #expect(await world.minted == 0, "no installation is asked for")
        }
    }

    @Test func queriesAreAskedByWhatTheyName() async throws {
        try await withWorld { world, _ in
            let body = Array(
                #"{"query":"{repository(owner:\"octo-tools\",name:\"vault-ci\"){name}}"}"#.utf8
            )
            guard case .query(let query) = GraphQL.Request(body: body) else {
                Issue.record("it is no query")
                return
            }
            let request = OriginRequest(
                Representation(Resource(.graphQL(query.digest))),
                query: PostedQuery(query, body: body),
                priority: .read
            )
            let answer = try #require(await world.origin.fetch(request, as: .node).answer)
            #expect(
                String(decoding: answer.body.bytes, as: UTF8.self) == #"{"data":{"repository":{"name":"vault-ci"}}}"#
            )
        }
    }

    @Test func tokensAndKeysReachNoLog() async throws {
        try await withWorld { world, installation in
            #expect(await world.ask().answer?.status == 200)
            try await world.github.setSuspended(true, installation: installation)
            world.origin.accessChanged(of: "octo-tools")
            #expect(await world.ask().failure != nil)
            let text = world.log.text
            #expect(text.contains("A token was made"))
            #expect(!text.contains("ghs_") && !text.contains("eyJ") && !text.contains("PRIVATE"))
        }
    }
}
