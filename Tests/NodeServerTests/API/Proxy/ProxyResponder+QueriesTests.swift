import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird
import Multiformats
import NIOCore
import Testing

@testable import NodeServer

struct ProxyResponderQueriesTests {
    private static let query =
        #"{"query":"query($o:String!){repository(owner:$o,name:\"r\"){id}}","variables":{"o":"o"}}"#
    private static let answer = #"{"data":{"a":"https://api.github.com/x","b":"https://github.com/o/r"}}"#
    private static let mine = Caller.credential(authorization: "token mine")

    private func post(
        _ body: String = query,
        to path: String = "/graphql",
        host: String? = "127.0.0.1:8788",
        with headers: [(String, String)] = []
    ) -> Request {
        let standard = [("Authorization", "token mine"), ("Content-Type", "application/json; charset=utf-8")]
        let all = standard.filter { own in !headers.contains { $0.0 == own.0 } } + headers.filter { !$0.1.isEmpty }
        return request(.post, path, host: host, all, body: Array(body.utf8))
    }

    /// An API whose node answers every query.
    private func api(_ address: APIListener.Address = .tcp) -> API {
        let api = API(address)
        let found = FoundAnswer(
            status: 200,
            headers: EntryHeaders(mediaType: "github.v4; format=json"),
            body: Body(Array(Self.answer.utf8)),
            age: 4,
            outcome: Outcome(kind: .hit, source: .upstream, ttl: 56)
        )
        api.node.with { $0.queryAnswer = found }
        return api
    }

    @Test(arguments: ["/graphql", "/api/graphql", "/api/v3/graphql"])
    func aQueryIsAnsweredByTheNode(path: String) async throws {
        let api = api()
        let answer = try await api.ask(post(to: path))
        #expect(answer.status == 200)
        #expect(answer.header("Cache-Status") == "hookcache; hit; ttl=56; detail=upstream")
        #expect(answer.header("Age") == "4")
        #expect(answer.header("X-Hookcache-CID") == Body(Array(Self.answer.utf8)).cid.description)
        #expect(answer.header("X-GitHub-Media-Type") == "github.v4; format=json")
        #expect(answer.header("X-RateLimit-Resource") == "graphql")
        #expect(answer.header("X-RateLimit-Remaining") == nil)
        #expect(answer.header("ETag") == nil)
        #expect(answer.header("Cache-Control") == "no-cache")
        let read = try #require(api.node.with { $0.reads.first })
        #expect(read.caller == Self.mine)
        #expect(read.query?.body == Array(Self.query.utf8))
        #expect(read.query?.query.tags == GraphQL.Tags("o/r"))
        #expect(api.gitHub.with { $0.seen.isEmpty })
        #expect(api.node.with { $0.writes.isEmpty })
    }

    @Test func onlyURLsOfTheAPIAreRewritten() async throws {
        let api = api()
        let base = "http://127.0.0.1:8788/api/v3"
        let rewritten = Self.answer.replacing("https://api.github.com", with: base)
        #expect(try await api.ask(post(to: "/api/graphql")).text == rewritten)
        let socket = self.api(.unixSocket)
        #expect(try await socket.ask(post(host: "api.github.com")).text == Self.answer)
    }

    @Test func whatChangesTheAnswerIsPartOfTheKey() async throws {
        let api = api()
        let kinds: [[(String, String)]] = [
            [], [("Accept", "application/vnd.github.nebula-preview")], [("GraphQL-Features", "merge_queue")],
            [("Time-Zone", "Europe/Berlin")], [("X-GitHub-Api-Version", "2026-03-10")],
        ]
        for headers in kinds { _ = try await api.ask(post(with: headers)) }
        // The same as nothing at all.
        for accept in ["*/*", "application/json"] { _ = try await api.ask(post(with: [("Accept", accept)])) }
        let keys = api.node.with { $0.reads.map(\.representation) }
        #expect(Set(keys).count == kinds.count)
        #expect(keys[5] == keys[0] && keys[6] == keys[0])
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func wishesReachTheNode() async throws {
        let api = api()
        _ = try await api.ask(post(with: [("Cache-Control", "no-cache, max-stale=5")]))
        _ = try await api.ask(post(with: [("X-GH-Cache-TTL", "1m0s")]))
        let wishes = api.node.with { $0.reads.map(\.directives) }
        #expect(wishes[0].noCache && wishes[0].maxStale == 5)
        #expect(wishes[1].maxAge == 60)
    }

    @Test(arguments: [
        #"{"query":"mutation{addStar(input:{}){id}}"}"#, #"[{"query":"{a}"}]"#, #"{"query":"{a"}"#, "", "{}", "no JSON",
        #"{"query":"query A{a} mutation B{b}","operationName":"B"}"#, #"{"query":"{a}","id":"persisted"}"#,
    ])
    func whatMayWriteIsHandedOnAndEndsWhatTheCallerAsked(body: String) async throws {
        let api = api()
        api.gitHub.with { $0.chunks = [Array(#"{"data":null}"#.utf8)] }
        let answer = try await api.ask(post(body))
        #expect(answer.text == #"{"data":null}"#)
        #expect(answer.header("Cache-Status") == "hookcache; fwd=method")
        let seen = try #require(api.gitHub.with { $0.seen.first })
        #expect(seen.method == "POST")
        #expect(seen.target == "/graphql")
        #expect(seen.body == Array(body.utf8))
        #expect(seen.headers["authorization"] == "token mine")
        #expect(api.node.with { $0.writes.map(\.caller) } == [Self.mine])
        #expect(api.node.with { $0.reads.isEmpty })
    }

    @Test func whatIsTrueOnlyAtOnceIsHandedOnAndEndsNothing() async throws {
        let api = api()
        _ = try await api.ask(post(#"{"query":"{rateLimit{remaining}}"}"#))
        #expect(api.gitHub.with { $0.seen.count } == 1)
        #expect(api.node.with { $0.writes.isEmpty })
    }

    @Test(arguments: [
        ("Authorization", ""), ("Content-Type", "application/graphql"), ("Content-Type", ""), ("Range", "bytes=0-1"),
        ("Content-Encoding", "gzip"), ("X-HTTP-Method-Override", "DELETE"), ("X-GitHub-OTP", "1"), ("Cookie", "a=b"),
        ("X-GitHub-Next-Global-ID", "1"), ("Accept", "text/html"), ("X-GitHub-Api-Version", "latest"),
        ("Transfer-Encoding", "chunked"),
    ])
    func whatIsNotAskedPlainlyIsHandedOn(name: String, value: String) async throws {
        let api = api()
        _ = try await api.ask(post(with: [(name, value)]))
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.first?.body } == Array(Self.query.utf8))
        #expect(api.node.with { $0.writes.count } == 1)
    }

    @Test func parametersAndOtherMethodsAreHandedOn() async throws {
        let api = api()
        _ = try await api.ask(post(to: "/graphql?a=1"))
        _ = try await api.get("/graphql")
        let digest = String(repeating: "a", count: 64)
        _ = try await api.get("/graphql/\(digest)")
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.map(\.target) } == ["/graphql?a=1", "/graphql", "/graphql/\(digest)"])
        #expect(api.node.with { $0.writes.count } == 1)
    }

    @Test func aLargeBodyIsHandedOnUnread() async throws {
        let api = api()
        let body = Self.query + String(repeating: " ", count: GraphQL.Limits.bodyBytes)
        _ = try await api.ask(post(body))
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.first?.body.count } == body.utf8.count)
    }

    @Test func aBodyThatEndsEarlyIsRefused() async throws {
        let api = api()
        var request = post()
        request.body = RequestBody(buffer: ByteBuffer(string: String(Self.query.dropLast())))
        let answer = try await api.ask(request)
        #expect(answer.status == 400)
        #expect(answer.header("Connection") == "close")
        #expect(answer.text.contains(#""errors":[{"message":"#))
        #expect(api.node.with { $0.reads.isEmpty } && api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func aLimitIsSaidAsGitHubSaysIt() async throws {
        let api = api()
        api.node.with { $0.failure = .failed(status: 503, "GitHub's rate limit is reached", retryAfter: 77) }
        let answer = try await api.ask(post())
        #expect(answer.status == 200)
        #expect(
            answer.text
                == #"{"data":null,"errors":[{"type":"RATE_LIMITED","message":"GitHub's rate limit is reached"}]}"#
        )
        #expect(answer.header("Retry-After") == "77")
        #expect(answer.header("X-RateLimit-Resource") == "graphql")
        #expect(answer.header("Cache-Status") == "hookcache; fwd=miss")
        let told = try #require(GraphQL.Answer(answer.bytes))
        #expect(told.refusal(resetAt: nil, retryAfter: nil, now: 0) != nil)
    }

    @Test(arguments: [502, 504])
    func anOutageIsSaidInBothShapes(status: Int) async throws {
        let api = api()
        api.node.with { $0.failure = .failed(status: status, "no way", retryAfter: 5) }
        let answer = try await api.ask(post())
        #expect(answer.status == status)
        let shape = #"{"data":null,"errors":[{"message":"no way"}],"message":"no way","status":"\#(status)"}"#
        #expect(answer.text == shape)
        #expect(answer.header("Retry-After") == "5")
    }

    @Test func aMutationThatIsNotHandedOnIsRefusedInGraphQLsShape() async throws {
        let api = api()
        let mutation = #"{"query":"mutation{addStar(input:{}){id}}"}"#
        api.gitHub.with { $0.failure = .limited(until: WallClock.now().advanced(bySeconds: 60)) }
        let limited = try await api.ask(post(mutation))
        #expect(limited.status == 200)
        #expect(limited.text.contains(#""type":"RATE_LIMITED""#))
        #expect(limited.header("Retry-After").flatMap { Int($0) } ?? 0 >= 58)
        #expect(api.node.with { $0.writes.isEmpty })
        api.gitHub.with { $0.failure = .timedOut }
        let lost = try await api.ask(post(mutation))
        #expect(lost.status == 504)
        #expect(lost.text.contains(#""errors":[{"message":"#))
        #expect(api.node.with { $0.writes.map(\.status) } == [nil])
    }

    @Test func whatMayNotBeStoredIsServedFromTheStoreOrHandedOn() async throws {
        let api = api()
        let kept = try await api.ask(post(with: [("Cache-Control", "no-store")]))
        #expect(kept.text.contains("data"))
        #expect(api.node.with { $0.reads.first?.directives.onlyIfCached } == true)
        #expect(api.node.with { $0.reads.first?.query } != nil)
        api.node.with { $0.queryAnswer = nil }
        _ = try await api.ask(post(with: [("Cache-Control", "no-store")]))
        #expect(api.gitHub.with { $0.seen.first?.body } == Array(Self.query.utf8))
        #expect(api.node.with { $0.writes.isEmpty })
    }

    @Test func theNodesIdentityIsForReadingByPathsAlone() async throws {
        let api = API(.unixSocket) { $0.socketIsNode = true }
        _ = try await api.ask(post(host: "api.github.com", with: [("Authorization", "")]))
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.first?.headers["authorization"] } == nil)
    }
}
