import HTTPTypes
import Testing

@testable import NodeServer

struct APIResponderTests {
    @Test(arguments: ["evil.example", "evil.example:8788", "127.0.0.1:1"])
    func aForeignHostIsMisdirected(host: String) async throws {
        let api = API()
        for path in ["/repos/o/r/actions/runs", "/_hookcache/v1/stats", "/metrics", "/user"] {
            let answer = try await api.get(path, host: host)
            #expect(answer.status == 421)
            #expect(answer.text.contains(#""status":"421""#))
            #expect(answer.header("Cache-Status") == "hookcache")
        }
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func aMissingOrRepeatedHostIsRefused() async throws {
        let api = API()
        #expect(try await api.ask(request(.get, "/user", host: nil)).status == 400)
        #expect(try await api.ask(request(.get, "/user", [("Host", "127.0.0.1:8788")])).status == 400)
        #expect(try await api.ask(request(.get, "/user", host: "a b")).status == 400)
    }

    @Test func twoCredentialsAreRefused() async throws {
        let api = API()
        let answer = try await api.get("/user", [("Authorization", "token a"), ("authorization", "token b")])
        #expect(answer.status == 400)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test(arguments: ["/repos/../_hookcache", "/repos/%2e%2e/x", "/a%00", "/a\\b", "*", "/a%5cb"])
    func pathTricksAreRefused(path: String) async throws {
        let api = API()
        #expect(try await api.get(path).status == 400)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func theControlTokenNeverGoesToGitHub() async throws {
        let api = API()
        let answer = try await api.get("/user", [("Authorization", "Bearer control-secret")])
        #expect(answer.status == 401)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func theControlAPIIsNotBelowThePrefix() async throws {
        let api = API()
        let answer = try await api.get("/api/v3/_hookcache/v1/stats")
        #expect(answer.header("Cache-Status") == "hookcache; fwd=bypass")
    }

    @Test func probesAnswerUnderAnyName() async throws {
        let api = API()
        #expect(try await api.get("/healthz", host: "10.0.0.9:80").text == #"{"status":"ok"}"#)
        #expect(try await api.get("/readyz", host: "10.0.0.9:80").status == 200)
        api.node.with { $0.notReady = "the inbox is being replayed" }
        let answer = try await api.get("/readyz")
        #expect(answer.status == 503)
        #expect(answer.text == #"{"status":"not ready","reason":"the inbox is being replayed"}"#)
        #expect(try await api.ask(request(.head, "/readyz")).bytes.isEmpty)
    }

    @Test func metricsCountReadsByOutcome() async throws {
        let api = API()
        api.node.hold("/repos/o/r/actions/runs", "{}")
        _ = try await api.get("/repos/o/r/actions/runs")
        _ = try await api.get("/user")
        let answer = try await api.get("/metrics")
        #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        #expect(answer.text.contains("hookcache_answers_total{outcome=\"hit\"} 1\n"))
        #expect(answer.text.contains("hookcache_answers_total{outcome=\"bypass\"} 1\n"))
    }
}
