import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Multiformats
import Testing

@testable import NodeServer

struct ControlResponderTests {
    private let token = [("Authorization", "Bearer control-secret")]

    private func page(_ api: API, _ page: String, _ headers: [(String, String)] = []) async throws -> Answer {
        try await api.get("/_hookcache/v1/\(page)", headers)
    }

    private func post(
        _ api: API,
        _ page: String,
        _ body: String,
        _ headers: [(String, String)] = [],
        method: HTTPRequest.Method = .post
    ) async throws -> Answer {
        let host = api.address == .tcp ? "127.0.0.1:8788" : "localhost"
        return try await api.ask(request(method, "/_hookcache/v1/\(page)", host: host, headers, body: Array(body.utf8)))
    }

    @Test(arguments: [
        "peers", "hooks", "hooks?scope=o", "hooks/deliveries", "prewarm", "query?path=/repos/o/r", "doctor",
    ])
    func privatePagesNeedTheToken(path: String) async throws {
        let api = API()
        let answer = try await page(api, path)
        #expect(answer.status == 401)
        #expect(answer.header("WWW-Authenticate") == "Bearer")
        #expect(try await page(api, path, token).status == 200)
        #expect(try await page(API(.unixSocket), path).status == 200)
    }

    @Test(arguments: ["hooks", "hooks/ping", "hooks/rotate", "hooks/recover", "prewarm", "peers", "entries/verify"])
    func changesNeedTheToken(path: String) async throws {
        let api = API()
        #expect(try await post(api, path, "{}").status == 401)
        #expect(try await post(api, path, "{}", [("Authorization", "Bearer wrong")]).status == 401)
    }

    @Test(arguments: [
        "Bearer wrong", "Bearer control-secre", "Bearer control-secret2", "Basic control-secret", "control-secret",
        "Bearer",
    ])
    func aWrongTokenIsRefusedEverywhere(authorization: String) async throws {
        #expect(try await page(API(), "stats", [("Authorization", authorization)]).status == 401)
    }

    @Test func withoutATokenConfiguredNoneIsRight() async throws {
        let api = API { $0.controlToken = nil }
        #expect(try await page(api, "peers", [("Authorization", "Bearer ")]).status == 401)
        #expect(try await page(api, "peers", token).status == 401)
    }

    @Test func clearingNeedsTheToken() async throws {
        let api = API()
        #expect(try await post(api, "entries?stale=true", "", method: .delete).status == 401)
        #expect(api.node.with { $0.cleared.isEmpty })
        let answer = try await post(api, "entries?stale=true&pattern=/repos/o/*", "", token, method: .delete)
        #expect(answer.text == #"{"removed":3}"#)
        #expect(api.node.with { $0.cleared.first?.pattern } == "/repos/o/*")
    }

    @Test func statisticsHaveTheContractsNames() async throws {
        let api = API()
        api.node.with { state in
            state.statistics.localHits = 3
            state.statistics.misses = 1
            state.statistics.peerID = "12D3"
            state.statistics.deliveries.rejected = 1
            state.statistics.eventToFresh.p50 = 2.5
            state.statistics.quota = OriginStatistics.Quota(limit: 5000, remaining: 4990, reset: Timestamp(seconds: 9))
        }
        api.counters.refusedDelivery()
        #expect(
            try await page(api, "stats").text == """
                {"local_hits":3,"peer_hits":0,"misses":1,"total_requests":4,"hit_rate":0.75,"api_calls_made":0,\
                "api_calls_free":0,"api_calls_saved":0,"cache_size":0,"connected_peers":0,"peer_id":"12D3",\
                "deliveries":{"accepted":0,"duplicate":0,"ignored":0,"rejected":2,"recovered":0,"pending":0},\
                "event_to_fresh_ms":{"p50":2.5,"p99":null},\
                "rate_limit":{"limit":5000,"remaining":4990,"reset":9},"installations":[],\
                "webhooks":{"live":0,"suspect":0,"absent":0,"audits":{"asked":0,"clean":0,"found":0}}}
                """
        )
    }

    @Test func whoseWebhookIsInTroubleIsNotForEverybody() async throws {
        let api = API()
        let standing = HookHealth.Standing(.suspect, .missing, since: Timestamp(seconds: 0))
        api.node.with { state in
            state.health.counts = [.suspect: 1]
            state.health.repositories = [
                .init(
                    name: RepositoryName("o/vault")!,
                    standing: standing,
                    lastDelivery: Timestamp(seconds: 60),
                    lastAudit: nil
                )
            ]
        }
        let open = try await page(api, "stats").text
        #expect(open.contains(#""suspect":1"#) && !open.contains("vault"))
        let full = try await page(api, "stats", token).text
        #expect(
            full.contains(
                """
                "repositories":[{"repository":"o/vault","last_delivery":"1970-01-01T00:01:00Z","last_audit":null,\
                "state":"suspect","reason":"\(HookHealth.Reason.missing.words)","since":"1970-01-01T00:00:00Z"}]
                """
            )
        )
    }

    @Test func privateEntriesAreNotForEverybody() async throws {
        let api = API()
        let body = Body([1])
        let entries = [Audience.public, .credential(CredentialID("ab"))].compactMap { audience in
            Resource("/repos/o/r").map { resource in
                Entry(
                    key: ResourceKey(Representation(resource), audience: audience),
                    cid: body.cid,
                    size: 1,
                    validatedAt: Timestamp(seconds: 0),
                    freshUntil: Timestamp(seconds: 0),
                    source: .poll
                )
            }
        }
        api.node.with { $0.entries = entries }
        let open = try await page(api, "entries?prefix=/repos").text
        #expect(open.contains(#""public":true"#) && !open.contains(#""public":false"#))
        #expect(open.contains(#""path":"/repos/o/r","cid":""#) && open.contains(#""origin":"poll""#))
        #expect(try await page(api, "entries", token).text.contains(#""public":false"#))
        #expect(try await page(api, "entries?limit=1", token).text.contains(#""cursor":"more""#))
        #expect(try await page(api, "entries?limit=x").status == 400)
    }

    @Test func theQueueOfEverybodyIsThePublicOne() async throws {
        let api = API()
        let answer = try await page(api, "queue?repo=o/r&labels=linux,x64")
        #expect(
            answer.text == """
                {"queued":1,"in_progress":0,"by_labels":[{"labels":["linux","x64"],"queued":1,"in_progress":0}]}
                """
        )
        #expect(try await page(api, "queue?owner=o", token).text.contains(#""queued":2"#))
        #expect(try await page(api, "queue").status == 400)
        #expect(try await page(api, "queue?owner=o&repo=o/r").status == 400)
        #expect(try await page(api, "queue?repo=nonsense").status == 400)
    }

    @Test func hooksAreRegisteredListedAndRemoved() async throws {
        let api = API(.unixSocket)
        let hook = """
            {"scope":"o/r","id":7,"url":"https://x.example/webhook","events":["workflow_job","workflow_run"],\
            "active":true,"ours":true,"rotation":null,"outcome":null,"changes":[],"health":null,"log":null}
            """
        let made = try await post(api, "hooks", #"{"scope":"o/r","url":"https://x.example/webhook"}"#)
        #expect(made.text == hook)
        #expect(try await page(api, "hooks?scope=o/r").text == "{\"hooks\":[\(hook)]}")
        #expect(try await post(api, "hooks/ping", #"{"scope":"o/r"}"#).text == #"{"scope":"o/r","status":"pong"}"#)
        let rotated = try await post(api, "hooks/rotate", #"{"scope":"o/r"}"#)
        #expect(rotated.text == #"{"scope":"o/r","status":"changed","old_until":"1970-01-01T00:01:00Z"}"#)
        #expect(try await post(api, "hooks?scope=o/r", "", method: .delete).status == 200)
        #expect(try await page(api, "hooks").text == #"{"hooks":[]}"#)
        let refused = try await post(api, "hooks", #"{"scope":"o/r"}"#)
        #expect(refused.status == 422)
        #expect(refused.text.contains("CACHE_WEBHOOK_URL"))
        #expect(try await post(api, "hooks", #"{"scope":"a/b/c"}"#).status == 400)
        #expect(try await post(api, "hooks?scope=", "", method: .delete).status == 400)
    }

    @Test func whatTheNodeFindsOutIsTold() async throws {
        let answer = try await page(API(.unixSocket), "doctor")
        let check =
            #"{"check":"hook o/r","standing":"fail","why":"there is none","#
            + #""remedy":"hookcache hook register o/r"}"#
        #expect(answer.text.contains(check), "\(answer.text)")
        #expect(answer.text.contains(#""not_ready":null"#))
        #expect(answer.text.contains(#""has_secret":false"#))
    }

    @Test func deliveriesAreShownAndRecovered() async throws {
        let api = API(.unixSocket)
        let failed = try await page(api, "hooks/deliveries?scope=o/r&failed=true&limit=7")
        #expect(
            failed.text == """
                {"deliveries":[{"at":"1970-01-01T00:00:07Z","scope":"o/r","delivery":"d1","event":"workflow_run",\
                "action":null,"id":null,"status":null,"redelivery":false,"here":"failed","reason":"it cannot be read"}]}
                """
        )
        #expect(try await page(api, "hooks/deliveries").text.contains(#""scope":"*""#))
        #expect(try await page(api, "hooks/deliveries?limit=0").status == 400)
        #expect(try await page(api, "hooks/deliveries?failed=perhaps").status == 400)
        #expect(try await page(api, "hooks/deliveries?scope=a/b/c").status == 400)
        #expect(
            try await post(api, "hooks/recover", #"{"scope":"o/r"}"#).text == """
                {"scope":"o/r","listed":0,"recovered":3,"set_aside":0,"redelivered":0,"api_calls":0,"gap":false,\
                "complete":true,"reason":null}
                """
        )
        #expect(try await post(api, "hooks/recover", "{}").status == 400)
    }

    @Test func prewarmTakesRepositoriesAndResources() async throws {
        let api = API(.unixSocket)
        let answer = try await post(api, "prewarm", #"{"repositories":["o/r"],"resources":["runs"]}"#)
        #expect(answer.text == #"{"resources":[{"path":"/repos/o/r","result":"fetched","counted":true}]}"#)
        #expect(api.node.with { $0.prewarmed.first?.1 } == ["runs"])
        for body in ["[]", "{", #"{"repositories":[]}"#, #"{"repositories":["x"]}"#, #"{"repositories":[1]}"#, "{}"] {
            #expect(try await post(api, "prewarm", body).status == 400)
        }
    }

    @Test func prewarmTellsWhichRepositoriesPatternsName() async throws {
        let api = API(.unixSocket)
        let answer = try await post(api, "prewarm", #"{"matching":["o/*","*/x"]}"#)
        #expect(answer.text == #"{"repositories":["o/r","any/r"]}"#)
        #expect(try await post(api, "prewarm", #"{"matching":["o"]}"#).status == 400)
        #expect(api.node.with { $0.prewarmed.isEmpty })
    }

    @Test func declaredPrewarmJobsAreListedAndStarted() async throws {
        let api = API(.unixSocket)
        let moment = Timestamp(seconds: 1_785_578_400)
        var cost = PrewarmRecord.Cost()
        (cost.counted, cost.free) = (3, 2)
        let job = PrewarmJob(
            name: "nightly",
            patterns: ["o/*"].compactMap { RepositoryPattern($0) },
            resources: [.runs],
            trigger: .schedule(try CronSchedule("@daily"))
        )
        let record = PrewarmRecord(
            name: "nightly",
            job: job.digest,
            settledThrough: moment,
            open: .init(slot: moment, since: moment, place: "o/r runs", resumesAt: moment.advanced(bySeconds: 60)),
            last: .init(startedAt: moment, outcome: .stopped, reason: "reserve", cost: cost)
        )
        let report = PrewarmJobReport(
            job: job,
            record: record,
            nextRun: moment.advanced(bySeconds: 60),
            isRunningHere: false,
            peer: nil
        )
        api.node.with { $0.jobs = [report] }
        let text = try await page(api, "prewarm").text
        for part in [
            #""name":"nightly","schedule":"0 0 * * *","on":[],"repositories":["o/*"],"resources":["runs"]"#,
            #""running":null,"next_run":"2026-08-01T10:01:00Z","last_run":"2026-08-01T10:00:00Z","last_end":null"#,
            #""outcome":"stopped","reason":"reserve","stopped_at":"o/r runs","resumes_at":"2026-08-01T10:01:00Z""#,
            #""runner":"this node","api_calls":3,"api_calls_free":2,"refused":0"#,
        ] {
            #expect(text.contains(part), "\(text)")
        }
        let started = try await post(api, "prewarm", #"{"job":"nightly"}"#)
        #expect(started.text == #"{"job":"nightly","status":"started"}"#)
        #expect(try await post(api, "prewarm", #"{"job":"daily"}"#).status == 404)
    }

    @Test func bodiesOfControlRequestsAreBounded() async throws {
        let api = API(.unixSocket) { $0.limits.controlBody = 10 }
        #expect(try await post(api, "prewarm", #"{"repositories":["o/r"]}"#).status == 413)
    }

    @Test func aPeersRefusalIsTold() async throws {
        let api = API(.unixSocket)
        let answer = try await post(api, "peers", #"{"address":"nonsense"}"#)
        #expect(answer.status == 422)
        #expect(answer.text == #"{"error":"not a multiaddr"}"#)
    }

    @Test func aStoredBodyIsShownRaw() async throws {
        let api = API()
        let body = #"{"url":"https://api.github.com/"}"#
        api.node.hold("/repos/o/r/actions/runs", body)
        let answer = try await page(api, "entries/body?path=/repos/o/r/actions/runs")
        #expect(answer.text == body)
        #expect(answer.header("X-Hookcache-CID") == Body(Array(body.utf8)).cid.description)
        #expect(api.node.with { $0.reads.first?.caller } == .anonymous)
        #expect(api.node.with { $0.reads.first?.directives.onlyIfCached } == true)
        api.node.with { $0.names[7] = RepositoryName("o/r") }
        #expect(try await page(api, "entries/body?path=/repositories/7/actions/runs").status == answer.status)
        #expect(try await page(api, "entries/body?path=/repositories/8/actions/runs").status == 400)
        _ = try await page(api, "entries/body?path=/repos/o/r/actions/runs", token)
        #expect(api.node.with { $0.reads.last?.caller } == .node)
        #expect(try await page(api, "entries/body?path=/repos/o/r").status == 404)
        #expect(try await page(api, "entries/body?path=/nonsense").status == 400)
    }

    @Test(arguments: ["", "nonsense", "stats/", "../v1/stats", "v2/stats"])
    func otherPagesAreNotThere(path: String) async throws {
        #expect(try await page(API(), path).status == 404)
    }

    @Test func aPageTakesItsMethodsOnly() async throws {
        let api = API(.unixSocket)
        #expect(try await post(api, "stats", "{}").status == 405)
        #expect(try await page(api, "hooks/ping").status == 405)
        #expect(try await post(api, "entries", "{}", method: .put).status == 405)
    }
}
