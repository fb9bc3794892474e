import CacheCore
import CacheNode
import HTTPTypes
import Logging
import Testing

@testable import NodeServer

struct ProxyResponderTests {
    private let runs = "/repos/o/r/actions/runs"

    @Test(arguments: [HTTPRequest.Method.connect, .trace])
    func theseMethodsAreServedNowhere(method: HTTPRequest.Method) async throws {
        let api = API()
        api.node.hold(runs, "{}")
        let answer = try await api.ask(request(method, runs, [("Authorization", "token abc")]))
        #expect(answer.status == 405)
        #expect(answer.header("Allow")?.contains("GET") == true)
        #expect(!answer.text.contains("abc"))
        #expect(api.gitHub.with { $0.seen.isEmpty })
        #expect(api.node.with { $0.reads.isEmpty })
    }

    @Test func aTargetThatIsTooLongIsCalledSo() async throws {
        let api = API()
        #expect(try await api.get("/user?x=" + String(repeating: "a", count: 8192)).status == 414)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test(arguments: ["Bearer ä", "Bearer \u{FFFD}"])
    func aCredentialThatIsNoTextIsRefused(value: String) async throws {
        let api = API()
        let answer = try await api.get(runs, [("Authorization", value)])
        #expect(answer.status == 400)
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test(arguments: ["token control-secret", "Basic control-secret", "control-secret", "Bearer  control-secret"])
    func theControlTokenGoesToGitHubUnderNoScheme(value: String) async throws {
        let api = API()
        #expect(try await api.get("/user", [("Authorization", value)]).status == 401)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func aMethodInAHeaderIsNotReadAsAGet() async throws {
        let api = API()
        api.node.hold(runs, "{}")
        let answer = try await api.get(runs, [("X-HTTP-Method-Override", "DELETE")])
        #expect(answer.header("Cache-Status") == "hookcache; fwd=bypass")
        #expect(api.node.with { $0.reads.isEmpty })
    }

    @Test func whatIsNotCachedIsNotAskedForWhereThatIsForbidden() async throws {
        let api = API()
        let answer = try await api.get("/user", [("Cache-Control", "only-if-cached")])
        #expect(answer.status == 504)
        #expect(answer.header("Cache-Status") == "hookcache")
        #expect(api.gitHub.with { $0.seen.isEmpty })
        // A write is never answered from a store, so the wish says nothing about it.
        _ = try await api.ask(request(.post, "/user/repos", [("Cache-Control", "only-if-cached")]))
        #expect(api.gitHub.with { $0.seen.count } == 1)
    }

    @Test func whatMayNotBeStoredIsServedFromTheStoreOrHandedOn() async throws {
        let api = API()
        api.gitHub.with { $0.chunks = [Array("{}".utf8)] }
        let wish = [("Cache-Control", "no-store")]
        let passed = try await api.get(runs, wish)
        #expect(passed.header("Cache-Status") == "hookcache; fwd=bypass")
        #expect(api.node.with { $0.reads.map(\.directives.onlyIfCached) } == [true])
        #expect(api.gitHub.with { $0.seen.first?.target } == runs)
        api.node.hold(runs, #"{"held":1}"#)
        #expect(try await api.get(runs, wish).text == #"{"held":1}"#)
        #expect(api.gitHub.with { $0.seen.count } == 1)
    }

    @Test func whatMayNotBeStoredIsServedStaleWhereGitHubIsAway() async throws {
        let api = API()
        api.gitHub.with { $0.failure = .unreachable("no route") }
        let wish = [("Cache-Control", "no-store")]
        #expect(try await api.get(runs, wish).status == 502)
        let directives = api.node.with { $0.reads.last?.directives }
        #expect(directives?.onlyIfCached == true)
        #expect(directives?.maxStale == .max)
        let refused = try await api.get(runs, [("Cache-Control", "no-store, only-if-cached")])
        #expect(refused.status == 504)
        #expect(refused.header("Cache-Status") == "hookcache")
    }

    @Test func everyAnswerIsCountedOnceByItsOutcome() async throws {
        let api = API()
        api.node.hold(runs, "{}")
        _ = try await api.get(runs)
        _ = try await api.get(runs + "/1")
        _ = try await api.get(runs + "/1", [("Cache-Control", "only-if-cached")])
        _ = try await api.get("/user")
        _ = try await api.ask(request(.post, "/user/repos"))
        #expect(api.counters.snapshot.outcomes == [.hit: 1, .failed: 1, .refused: 1, .bypass: 2])
    }

    @Test func theLogNamesTheOutcomeAndNoSecret() async throws {
        let log = LogBook()
        let api = API(logger: log.logger(level: .debug))
        api.node.hold(runs, "{}")
        _ = try await api.get(runs + "?actor=secret-actor", [("Authorization", "token secret-token")])
        _ = try await api.get("/user?access_token=secret-token")
        #expect(log.lines.count == 2)
        #expect(log.lines[0].contains("outcome=failed") && log.lines[0].contains("data=runs"))
        #expect(log.lines[1].contains("outcome=bypass"))
        #expect(!log.lines.contains { $0.contains("secret") || $0.contains("/repos") || $0.contains("/user") })
    }

    @Test func aRequestIsNoNewsToWhoLogsTheUsual() async throws {
        let log = LogBook()
        let api = API(logger: log.logger(level: .info))
        _ = try await api.get(runs)
        _ = try await api.get("/user")
        #expect(log.lines.isEmpty)
    }
}
