import CacheCore
import GitHubClient
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import RawServers
import Testing

/// The client against a GitHub that behaves, and counts what it is asked.
@Suite(.timeLimit(.minutes(1)))
struct SimulatedGitHubTests {
    private static let hello = RepositoryName("octo-tools/hello-ci")!
    private static let runs = "/repos/octo-tools/hello-ci/actions/runs"
    private let reader = Identity.caller(CredentialID("reader"), authorization: "token reader")

    /// What a test has at hand.
    private struct World: Sendable {
        let github: SimulatedGitHubServer
        let url: String
        let origin: GitHubOrigin
        let now: ManualNow

        func body(of path: String, as identity: Identity = .node) async throws -> OriginAnswer {
            try #require(await origin.fetch(question(path), as: identity).answer)
        }
    }

    private func withWorld(
        isPrivate: Bool = false,
        callsPerHour: Int? = nil,
        timeouts: GitHubOrigin.Timeouts = .init(),
        clock: any Clock<Duration> = ContinuousClock(),
        _ body: @Sendable (World) async throws -> Void
    ) async throws {
        let now = ManualNow()
        try await SimulatedGitHubServer.withServer(clock: { now.value }) { github, url in
            try await github.createRepository(Self.hello, isPrivate: isPrivate)
            await github.createToken("node-token", grants: [.admin(Self.hello)], callsPerHour: callsPerHour)
            await github.createToken("reader", login: "hubot", grants: [.read(Self.hello)])
            try await withOrigin(at: url, timeouts: timeouts, clock: clock, now: now) { origin in
                try await body(World(github: github, url: url, origin: origin, now: now))
            }
        }
    }

    private func held(_ answer: OriginAnswer, _ path: String, etag: String? = nil) -> OriginRequest {
        OriginRequest(
            Representation(Resource(path)!),
            validator: Validator(body: answer.body, etag: etag),
            priority: .read
        )
    }

    @Test(arguments: [true, false])
    func aFullLastPageThatGainedASuccessorSaysSo(repeatsLink: Bool) async throws {
        try await withWorld { world in
            await world.github.setRepeatsLink(repeatsLink)
            let path = "/users/octo-tools/repos?per_page=1"
            let before = try await world.body(of: path)
            #expect(before.headers.link == nil)
            try await world.github.createRepository(RepositoryName("octo-tools/zebra")!)
            let result = await world.origin.fetch(held(before, path), as: .node)
            let link = result.answer?.headers.link ?? result.unchanged?.link
            #expect(link?.contains("rel=\"next\"") == true)
            // A 304 that says `Link` is enough; one that does not is worth a whole answer.
            #expect((result.unchanged != nil) == repeatsLink)
            #expect(result.answer.map { $0.body == before.body } ?? true)
            #expect(await world.github.statistics.notModified == 1)
            #expect(await world.github.statistics.requests == (repeatsLink ? 2 : 3))
        }
    }

    @Test func whatIsHeldCostsNothingAsWhoeverAsks() async throws {
        try await withWorld(isPrivate: true) { world in
            let run = try await world.github.startRun(.init(Self.hello))
            let paths = [Self.runs, "\(Self.runs)/\(run)", "\(Self.runs)/\(run)/jobs"]
            for path in paths {
                let answer = try await world.body(of: path)
                let before = await world.github.statistics
                for identity in [Identity.node, reader, reader] {
                    let etag = answer.headers.etag
                    let result = await world.origin.fetch(held(answer, path, etag: etag), as: identity)
                    #expect(result.unchanged != nil)
                }
                let after = await world.github.statistics
                #expect(after.counted == before.counted)
                #expect(after.notModified == before.notModified + 3)
            }
            #expect(world.origin.statistics.callsMade == 3)
            #expect(world.origin.statistics.callsFree == 9)
            #expect(world.origin.statistics.computedMatches == 9)
            #expect(world.origin.statistics.computedMisses == 0)
            #expect(world.origin.statistics.quota?.remaining == 4_997)
        }
    }

    @Test func whatChangedComesWhole() async throws {
        try await withWorld { world in
            let run = try await world.github.startRun(.init(Self.hello))
            let path = "\(Self.runs)/\(run)"
            let before = try await world.body(of: path)
            try await world.github.finish(run: run)
            let after = try #require(await world.origin.fetch(held(before, path), as: .node).answer)
            #expect(after.body != before.body)
            #expect(String(decoding: after.body.bytes, as: UTF8.self).contains(#""status":"completed""#))
            #expect(world.origin.statistics.computedMisses == 0)
        }
    }

    @Test func pagesAreToldByTheirLinks() async throws {
        try await withWorld { world in
            for _ in 0..<3 { try await world.github.startRun(.init(Self.hello)) }
            let answer = try await world.body(of: "\(Self.runs)?per_page=2")
            let link = try #require(answer.headers.link.flatMap { LinkHeader($0) })
            let next = try #require(link.target(relation: "next"))
            #expect(next.hasPrefix("\(world.url)/repositories/"))
            #expect(answer.headers.contentType == "application/json; charset=utf-8")
            #expect(answer.headers.mediaType == "github.v3; format=json")
        }
    }

    @Test func privateDataIsForThoseWhoMay() async throws {
        try await withWorld(isPrivate: true) { world in
            let stranger = Identity.caller(CredentialID("x"), authorization: "Bearer unknown")
            #expect(await world.origin.fetch(question(Self.runs), as: .anonymous).answer?.status == 404)
            #expect(await world.origin.fetch(question(Self.runs), as: stranger).answer?.status == 401)
            #expect(await world.origin.fetch(question(Self.runs), as: reader).answer?.status == 200)
        }
    }

    @Test func theQuotaIsSpentInTheRightOrder() async throws {
        try await withWorld(callsPerHour: 10) { world in
            for left in (2...9).reversed() {
                #expect(await world.origin.fetch(question(Self.runs, priority: .prewarm), as: .node).answer != nil)
                #expect(world.origin.statistics.quota?.remaining == left)
            }
            let reset = try #require(world.origin.statistics.quota?.reset)
            for priority in [FetchPriority.poll, .prewarm] {
                let result = await world.origin.fetch(question(Self.runs, priority: priority), as: .node)
                #expect(result.failure == .reserved(until: reset))
            }
            for _ in 0..<2 { #expect(await world.origin.fetch(question(Self.runs), as: .node).answer != nil) }
            #expect(await world.origin.fetch(question(Self.runs), as: .node).failure == .limited(until: reset))
            #expect(await world.github.statistics.requests == 10, "a spent quota is not asked")
            #expect(await world.origin.fetch(question(Self.runs), as: reader).answer != nil)
            world.now.advance(bySeconds: 3_600)
            #expect(await world.origin.fetch(question(Self.runs, priority: .poll), as: .node).answer != nil)
        }
    }

    @Test func othersMaySpendTheQuotaToo() async throws {
        try await withWorld(callsPerHour: 1) { world in
            let headers = [(name: "Authorization", value: "Bearer node-token"), ("User-Agent", "other")]
            let request = PassThroughRequest(
                method: "GET",
                target: "/user",
                headers: headers,
                body: AsyncThrowingStream { nil },
                contentLength: nil
            )
            let response = try await world.origin.forward(request)
            for try await _ in response.body {}
            guard case .limited? = await world.origin.fetch(question(Self.runs), as: .node).failure else {
                Issue.record("a spent quota was asked")
                return
            }
            #expect(world.origin.statistics.callsMade == 0)
        }
    }

    @Test(arguments: [(30, 30), (nil, 60)] as [(Int?, Int)])
    func secondaryLimitsAreWaitedOut(retryAfter: Int?, wait: Int) async throws {
        try await withWorld { world in
            await world.github.addFault(.secondaryLimit(retryAfter: retryAfter), times: 1)
            let until = world.now.value.advanced(bySeconds: wait)
            for _ in 0..<2 {
                #expect(await world.origin.fetch(question(Self.runs), as: .node).failure == .limited(until: until))
            }
            #expect(await world.github.statistics.requests == 1)
            world.now.advance(bySeconds: wait)
            #expect(await world.origin.fetch(question(Self.runs), as: .node).answer != nil)
        }
    }

    @Test(arguments: [Faults.OfAnswers.serverError(500), .serverError(503), .html, .truncated, .reset])
    func faultsAreNoData(fault: Faults.OfAnswers) async throws {
        try await withWorld { world in
            await world.github.addFault(fault)
            #expect(await world.origin.fetch(question(Self.runs), as: .node).failure != nil)
            await world.github.clearFaults()
            #expect(await world.origin.fetch(question(Self.runs), as: .node).answer != nil)
            #expect(await world.github.statistics.counted == world.origin.statistics.callsMade)
        }
    }

    @Test func aSlowAnswerIsNotWaitedFor() async throws {
        try await withWorld(timeouts: .init(head: .milliseconds(20))) { world in
            await world.github.addFault(.slow(200), times: 1)
            #expect(await world.origin.fetch(question(Self.runs), as: .node).failure == .timedOut)
            #expect(world.origin.statistics.quota == nil)
        }
    }

    @Test func aFormerNameIsFollowed() async throws {
        try await withWorld { world in
            let run = try await world.github.startRun(.init(Self.hello))
            let newName = RepositoryName("octo-tools/renamed")!
            try await world.github.perform { (github, now) throws(SimulatedGitHub.Misuse) in
                try github.rename(Self.hello, to: newName, at: now)
            }
            let answer = try await world.body(of: "\(Self.runs)/\(run)")
            #expect(String(decoding: answer.body.bytes, as: UTF8.self).contains("octo-tools/renamed"))
            let admin = GitHubHookAdmin(world.origin)
            #expect(try await admin.hooks(of: .repository(Self.hello)).isEmpty)
            let settings = HookSettings(url: "http://127.0.0.1:9/webhook", secret: "s")
            await #expect(throws: HookFailure.moved("octo-tools/hello-ci has moved: use its new name")) {
                try await admin.create(settings, in: .repository(Self.hello))
            }
        }
    }

    @Test func aLogsRedirectIsHandedBack() async throws {
        try await withWorld { world in
            let run = try await world.github.startRun(.init(Self.hello))
            try await world.github.finish(run: run)
            let request = PassThroughRequest(
                method: "GET",
                target: "\(Self.runs)/\(run)/logs",
                headers: [("Authorization", "token reader"), ("User-Agent", "gh")],
                body: AsyncThrowingStream { nil },
                contentLength: nil
            )
            let response = try await world.origin.forward(request)
            #expect(response.status == 302)
            #expect(response.headers.contains { $0.name.lowercased() == "location" })
        }
    }

    @Test func aHookLivesItsLife() async throws {
        let scope = Scope.repository(Self.hello)
        try await ScriptedServer.run { _, _ in
            .answer(202, [:], [])
        } _: { receiver in
            try await withWorld { world in
                let admin = GitHubHookAdmin(world.origin)
                let settings = HookSettings(url: "\(receiver.url)/webhook", secret: "first")
                let hook = try await admin.create(settings, in: scope)
                #expect(hook.url == settings.url)
                #expect(hook.events.sorted() == settings.events)
                #expect(hook.isActive)
                #expect(hook.contentType == "json")
                #expect(hook.verifiesTLS)
                #expect(try await admin.hooks(of: scope) == [hook])
                await world.github.settle()
                let changed = HookSettings(url: settings.url, secret: "second", events: ["workflow_run"])
                #expect(try await admin.update(hook.id, to: changed, in: scope).events == ["workflow_run"])
                try await admin.ping(hook.id, in: scope)
                await world.github.settle()
                let pings = receiver.requests
                #expect(pings.map { $0["X-GitHub-Event"] } == ["ping", "ping"])
                for (ping, secret) in zip(pings, ["first", "second"]) {
                    let signature = ping["X-Hub-Signature-256"].flatMap { WebhookSignature($0) }
                    #expect(signature?.firstSigner(of: ping.body, among: [.init(secret)]) == 0)
                }
                try await admin.remove(hook.id, in: scope)
                #expect(try await admin.hooks(of: scope).isEmpty)
                await #expect(throws: HookFailure.self) { try await admin.ping(hook.id, in: scope) }
            }
        }
    }

    @Test func hooksNeedAnAdministrator() async throws {
        try await withWorld { world in
            await world.github.createToken("node-token", grants: [.read(Self.hello)])
            let admin = GitHubHookAdmin(world.origin)
            for (scope, classic) in [("octo-tools/hello-ci", "admin:repo_hook"), ("octo-tools", "admin:org_hook")] {
                let failure = await #expect(throws: HookFailure.self) { try await admin.hooks(of: Scope(scope)!) }
                switch failure {
                case .notFound(let words), .forbidden(let words): #expect(words.contains(classic))
                default: Issue.record("the permission is not named")
                }
            }
        }
    }

    @Test func anInvalidHookIsRefusedInGitHubsWords() async throws {
        try await withWorld { world in
            let admin = GitHubHookAdmin(world.origin)
            let settings = HookSettings(url: "http://127.0.0.1:9/webhook", secret: "s")
            _ = try await admin.create(settings, in: .repository(Self.hello))
            let failure = await #expect(throws: HookFailure.self) {
                try await admin.create(settings, in: .repository(Self.hello))
            }
            guard case .refused(let words)? = failure else {
                Issue.record("two hooks alike")
                return
            }
            #expect(words.contains("Hook already exists on this repository"))
        }
    }
}
