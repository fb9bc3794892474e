import CacheCore
import GitHubClient
import GitHubCore
import RawServers
import Testing

@Suite struct GitHubOriginTests {
    private static let body = #"{"id":7,"status":"queued"}"#
    private let reset = Timestamp(seconds: 1_800_003_600)

    private static func good(_ headers: [String: String] = json) -> ScriptedServer.Reply {
        .answer(200, headers, Array(body.utf8))
    }

    @Test func asksAsDocumentedAndAsNobodyElse() async throws {
        try await ScriptedServer.run { _, _ in
            Self.good()
        } _: { server in
            try await withOrigin(at: "\(server.url)/api/v3") { origin in
                let runs = question("/repos/octo/hello/actions/runs?status=queued")
                #expect(await origin.fetch(runs, as: .node).answer?.status == 200)
                _ = await origin.fetch(runs, as: .anonymous)
                _ = await origin.fetch(runs, as: .caller(CredentialID("c"), authorization: "token caller"))
            }
            let requests = server.requests
            #expect(requests.allSatisfy { $0.method == "GET" })
            #expect(requests[0].target == "/api/v3/repos/octo/hello/actions/runs?status=queued")
            #expect(requests[0]["Accept"] == "application/vnd.github+json")
            #expect(requests[0]["User-Agent"] == "hookcache/0.0.0-test")
            #expect(requests[0]["X-GitHub-Api-Version"] == "2022-11-28")
            #expect(requests[0]["Host"] == "127.0.0.1:\(server.port)")
            #expect(requests[0]["If-None-Match"] == nil)
            #expect(requests.map { $0["Authorization"] } == ["Bearer node-token", nil, "token caller"])
        }
    }

    @Test func aNodeWithoutATokenAsksNothing() async throws {
        try await withOrigin(at: "http://127.0.0.1:1", token: nil) { origin in
            #expect(await origin.fetch(question(), as: .node).failure == .noCredential)
            #expect(origin.rateLimitHeaders(for: .node).isEmpty)
            #expect(origin.statistics == OriginStatistics())
        }
    }

    @Test func computesTheValidatorForTheCredentialInUse() async throws {
        try await ScriptedServer.run { _, request in
            let etag = ETagFormula.etag(
                of: Array(Self.body.utf8),
                accept: request["Accept"],
                authorization: request["Authorization"]
            )
            guard ETagFormula.matches(ifNoneMatch: request["If-None-Match"] ?? "", etag: etag) else {
                return Self.good(json.merging(["ETag": etag]) { first, _ in first })
            }
            return .answer(304, ["ETag": etag, "Link": "<y>"], [])
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let held = question(held: Self.body, etag: "\"of somebody else\"")
                for identity in [Identity.node, .caller(CredentialID("c"), authorization: "token other"), .anonymous] {
                    #expect(await origin.fetch(held, as: identity).unchanged?.link == "<y>")
                }
                #expect(origin.statistics.computedMatches == 3)
                #expect(origin.statistics.callsFree == 2)
                #expect(origin.statistics.callsMade == 1, "nobody's calls count, changed or not")
            }
        }
    }

    @Test func aFullPageIsAskedForAgainWhereNothingTellsOfTheNext() async throws {
        try await ScriptedServer.run { _, request in
            request["If-None-Match"] == nil
                ? Self.good(json.merging(["Link": "<next>; rel=\"next\""]) { first, _ in first })
                : .answer(304, [:], [])
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let full = question("/orgs/octo/repos?per_page=2", held: "[1,2]")
                #expect(await origin.fetch(full, as: .node).answer?.headers.link == "<next>; rel=\"next\"")
                #expect(server.requests.count == 2)
                for (path, held) in [
                    ("/orgs/octo/repos?per_page=2", "[1]"), ("/orgs/octo/repos", "[1,2]"),
                    ("/repos/octo/hello/actions/runs?per_page=1", #"{"total_count":1,"workflow_runs":[1]}"#),
                ] {
                    #expect(await origin.fetch(question(path, held: held), as: .node).unchanged != nil)
                }
                #expect(server.requests.count == 5)
            }
        }
    }

    @Test func aFullPageThatTellsOfTheNextIsUnchanged() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(304, ["Link": "<next>; rel=\"next\""], [])
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let full = question("/orgs/octo/repos?per_page=2", held: "[1,2]")
                #expect(await origin.fetch(full, as: .node).unchanged?.link == "<next>; rel=\"next\"")
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func storedValidatorsTakeOverWhenComputedOnesMiss() async throws {
        try await ScriptedServer.run { _, request in
            request["If-None-Match"] == "\"stored\"" ? .answer(304, ["ETag": "\"stored\""], []) : Self.good()
        } _: { server in
            let now = ManualNow()
            let record = LogRecord()
            try await withOrigin(
                at: server.url,
                computedETags: .init(misses: 2, pause: 60),
                logger: record.logger,
                now: now
            ) { origin in
                let held = question(held: Self.body, etag: "\"stored\"")
                #expect(await origin.fetch(held, as: .node).answer != nil)
                #expect(await origin.fetch(held, as: .node).answer != nil)
                #expect(await origin.fetch(held, as: .node).unchanged != nil)
                now.advance(bySeconds: 60)
                #expect(await origin.fetch(held, as: .node).answer != nil)
                #expect(await origin.fetch(held, as: .node).unchanged != nil)
                #expect(origin.statistics.computedMisses == 3)
                #expect(origin.statistics.computedMatches == 0)
                #expect(origin.statistics.callsMade == 3)
                #expect(origin.statistics.callsFree == 2)
            }
            #expect(record.text.contains("computed ETags do not match"))
        }
    }

    @Test func aChangedBodyIsNoMiss() async throws {
        try await ScriptedServer.run { _, _ in
            Self.good()
        } _: { server in
            try await withOrigin(at: server.url, computedETags: .init(misses: 1, pause: 60)) { origin in
                #expect(await origin.fetch(question(held: "{}"), as: .node).answer != nil)
                #expect(origin.statistics.computedMisses == 0)
            }
        }
    }

    @Test func quotaHeadersAreKeptPerCredential() async throws {
        try await ScriptedServer.run { number, _ in
            Self.good(quotaHeaders(remaining: 100 + number))
        } _: { server in
            let now = ManualNow()
            try await withOrigin(at: server.url, now: now) { origin in
                let caller = Identity.caller(CredentialID("c"), authorization: "token other")
                _ = await origin.fetch(question(), as: .node)
                _ = await origin.fetch(question(), as: caller)
                let same = Identity.caller(CredentialID("d"), authorization: "token node-token")
                for (identity, remaining) in [(Identity.node, "100"), (caller, "101"), (same, "100")] {
                    let headers = origin.rateLimitHeaders(for: identity)
                    #expect(headers.first { $0.name == "X-RateLimit-Remaining" }?.value == remaining)
                    #expect(headers.count == 5)
                }
                #expect(origin.rateLimitHeaders(for: .anonymous).isEmpty)
                #expect(origin.statistics.quota == .init(limit: 5_000, remaining: 100, reset: reset))
                now.advance(bySeconds: 3_600)
                let later = origin.rateLimitHeaders(for: .node)
                #expect(later.first { $0.name == "X-RateLimit-Remaining" }?.value == "5000")
            }
        }
    }

    @Test func withoutATokenTheQuotaIsTheAddresss() async throws {
        try await ScriptedServer.run { _, _ in
            Self.good(quotaHeaders(remaining: 59, limit: 60))
        } _: { server in
            try await withOrigin(at: server.url, token: nil) { origin in
                _ = await origin.fetch(question(), as: .anonymous)
                #expect(origin.statistics.quota == .init(limit: 60, remaining: 59, reset: reset))
            }
        }
    }

    @Test func aSpentQuotaIsNotAskedAgainUntilItsReset() async throws {
        let refusal = #"{"message":"API rate limit exceeded for user ID 1."}"#
        try await ScriptedServer.run { number, _ in
            number == 0 ? .answer(403, quotaHeaders(remaining: 0), Array(refusal.utf8)) : Self.good()
        } _: { server in
            let now = ManualNow()
            try await withOrigin(at: server.url, now: now) { origin in
                #expect(await origin.fetch(question(), as: .node).failure == .limited(until: reset))
                #expect(await origin.fetch(question(), as: .node).failure == .limited(until: reset))
                #expect(server.requests.count == 1)
                #expect(await origin.fetch(question(), as: .anonymous).answer != nil)
                now.advance(bySeconds: 3_600)
                #expect(await origin.fetch(question(), as: .node).answer != nil)
            }
        }
    }

    @Test func aSecondaryLimitIsObeyed() async throws {
        let refusal = #"{"message":"You have exceeded a secondary rate limit. Please wait."}"#
        try await ScriptedServer.run { _, _ in
            let headers = quotaHeaders(remaining: 900).merging(["Retry-After": "30"]) { first, _ in first }
            return .answer(429, headers, Array(refusal.utf8))
        } _: { server in
            let now = ManualNow()
            try await withOrigin(at: server.url, now: now) { origin in
                let until = now.value.advanced(bySeconds: 30)
                #expect(await origin.fetch(question(), as: .node).failure == .limited(until: until))
                #expect(await origin.fetch(question(priority: .poll), as: .node).failure == .limited(until: until))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func backgroundWorkLeavesTheReserve() async throws {
        try await ScriptedServer.run { _, _ in
            Self.good(quotaHeaders(remaining: 1_000))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                #expect(await origin.fetch(question(priority: .prewarm), as: .node).answer != nil)
                #expect(
                    await origin.fetch(question(priority: .prewarm), as: .node).failure == .reserved(until: reset)
                )
                #expect(await origin.fetch(question(priority: .poll), as: .node).failure == .reserved(until: reset))
                #expect(await origin.fetch(question(), as: .node).answer != nil)
            }
        }
    }

    @Test func aPlainRefusalIsGitHubsOwnAnswer() async throws {
        let refusal = #"{"message":"Must have admin rights to Repository."}"#
        try await ScriptedServer.run { _, _ in
            .answer(403, quotaHeaders(remaining: 9), Array(refusal.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let answer = await origin.fetch(question(), as: .node).answer
                #expect(answer?.status == 403)
                #expect(answer?.body.bytes == Array(refusal.utf8))
            }
        }
    }

    @Test func aRenamedRepositoryIsFollowedWithinGitHub() async throws {
        try await ScriptedServer.run { _, request in
            guard request.target == "/repositories/5/actions/runs/7" else {
                let host = request["Host"] ?? ""
                let location = ["Location": "http://\(host)/repositories/5/actions/runs/7"]
                return .answer(301, json.merging(location) { first, _ in first }, Array("{}".utf8))
            }
            return Self.good()
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                guard case .moved(let target, let result) = await origin.fetch(question(), as: .node) else {
                    Issue.record("a permanent redirect is told")
                    return
                }
                #expect(target == "/repositories/5/actions/runs/7")
                #expect(result.answer?.body.bytes == Array(Self.body.utf8))
            }
            #expect(server.requests.map { $0["Authorization"] } == ["Bearer node-token", "Bearer node-token"])
        }
    }

    @Test(arguments: [(302, 200), (307, 200), (301, 404)])
    func aRedirectThatIsNotForeverOrLeadsToNothingNamesNothing(redirect: Int, status: Int) async throws {
        try await ScriptedServer.run { _, request in
            guard request.target == "/elsewhere" else {
                return .answer(
                    redirect,
                    json.merging(["Location": "/elsewhere"]) { first, _ in first },
                    Array("{}".utf8)
                )
            }
            return .answer(status, json, Array(Self.body.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                #expect(await origin.fetch(question(), as: .node).answer?.status == status)
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test func redirectsElsewhereAndCirclesEnd() async throws {
        try await ScriptedServer.run { _, request in
            let location = request["Authorization"] == nil ? request.target : "http://127.0.0.1:1/x"
            return .answer(301, json.merging(["Location": location]) { first, _ in first }, Array("{}".utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                guard case .unusable(301, _)? = await origin.fetch(question(), as: .node).failure else {
                    Issue.record("followed elsewhere")
                    return
                }
                #expect(server.requests.count == 1)
                guard case .unusable(301, _)? = await origin.fetch(question(), as: .anonymous).failure else {
                    Issue.record("no end")
                    return
                }
                #expect(server.requests.count == 5)
            }
        }
    }
}
