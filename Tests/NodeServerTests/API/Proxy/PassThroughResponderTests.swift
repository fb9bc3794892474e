import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Testing

@testable import NodeServer

struct PassThroughResponderTests {
    @Test func aRequestGoesOnAsItCame() async throws {
        let api = API()
        let headers = [
            ("Authorization", "token abc"), ("Accept", "application/json"), ("Connection", "close, X-Hop"),
            ("X-Hop", "1"),
            ("Keep-Alive", "5"), ("TE", "trailers"), ("X-Gh-Cache-Ttl", "1h"), ("X-Custom", "kept"),
            ("Expect", "100-continue"),
            ("X-Forwarded-For", "10.0.0.1"),
        ]
        _ = try await api.ask(request(.post, "/api/v3/repos/o/r/issues?a=%2F", headers, body: Array("{}".utf8)))
        let seen = try #require(api.gitHub.with { $0.seen.first })
        #expect(seen.method == "POST")
        #expect(seen.target == "/repos/o/r/issues?a=%2F")
        #expect(seen.body == Array("{}".utf8))
        #expect(seen.contentLength == 2)
        #expect(seen.headers == ["authorization": "token abc", "accept": "application/json", "x-custom": "kept"])
    }

    @Test func withoutABodyNoneIsTold() async throws {
        let api = API()
        _ = try await api.get("/user")
        #expect(api.gitHub.with { $0.seen.first?.contentLength } == 0)
    }

    @Test func theAnswerComesBackWithoutItsConnectionsHeaders() async throws {
        let api = API()
        api.gitHub.with { state in
            state.status = 201
            state.headers = [
                ("Content-Type", "text/plain"), ("Connection", "keep-alive, x-hop"), ("X-Hop", "1"),
                ("Transfer-Encoding", "chunked"), ("Set-Thing", "a"), ("Set-Thing", "b"), ("Bad Name", "x"),
            ]
            state.chunks = [Array("one".utf8), Array("two".utf8)]
        }
        let answer = try await api.ask(request(.put, "/user/starred/o/r"))
        #expect(answer.status == 201)
        #expect(answer.text == "onetwo")
        #expect(answer.header("Cache-Status") == "hookcache; fwd=method")
        #expect(answer.header("Connection") == nil)
        #expect(answer.header("X-Hop") == nil)
        #expect(answer.header("Transfer-Encoding") == nil)
        #expect(answer.header("Set-Thing") == "a, b")
    }

    @Test func smallJSONIsRewrittenAndSoAreLinksAndRedirects() async throws {
        let api = API()
        api.gitHub.with { state in
            state.headers = [
                ("Content-Type", "application/json; charset=utf-8"), ("Content-Length", "48"),
                ("Location", "https://api.github.com/repositories/1"),
                ("Link", #"<https://api.github.com/user/repos?page=2>; rel="next""#),
            ]
            state.chunks = [Array(#"{"url":"https://api.gi"#.utf8), Array(#"thub.com/users/octocat"}"#.utf8)]
        }
        let answer = try await api.get("/user", [("Accept-Encoding", "gzip")])
        #expect(answer.text == #"{"url":"http://127.0.0.1:8788/users/octocat"}"#)
        #expect(answer.header("Content-Length") == "\(answer.bytes.count)")
        #expect(answer.header("Location") == "http://127.0.0.1:8788/repositories/1")
        #expect(answer.header("Link") == #"<http://127.0.0.1:8788/user/repos?page=2>; rel="next""#)
        #expect(api.gitHub.with { $0.seen.first?.headers["accept-encoding"] } == nil)
    }

    @Test func forGhNothingIsRewritten() async throws {
        let api = API(.unixSocket)
        api.gitHub.with { $0.chunks = [Array(#"{"url":"https://api.github.com/"}"#.utf8)] }
        let answer = try await api.get("/user", host: "api.github.com", [("Accept-Encoding", "gzip")])
        #expect(answer.text == #"{"url":"https://api.github.com/"}"#)
        #expect(api.gitHub.with { $0.seen.first?.headers["accept-encoding"] } == "gzip")
    }

    @Test func largeJSONStreamsAsItIs() async throws {
        let api = API { $0.limits.rewrittenPassThrough = 100 }
        let chunks = (0..<50).map { _ in Array(#""https://api.github.com/","#.utf8) }
        api.gitHub.with { $0.chunks = chunks }
        #expect(try await api.get("/user").bytes == Array(chunks.joined()))
    }

    @Test func aRedirectToADownloadIsHandedBack() async throws {
        let api = API()
        api.gitHub.with { state in
            state.status = 302
            state.headers = [("Location", "https://x.blob.core.windows.net/log?sig=1"), ("Content-Length", "0")]
        }
        let answer = try await api.get("/repos/o/r/actions/runs/1/logs")
        #expect(answer.status == 302)
        #expect(answer.header("Location") == "https://x.blob.core.windows.net/log?sig=1")
        #expect(answer.header("Cache-Status") == "hookcache; fwd=bypass")
    }

    @Test func headersOnlyKeepTheLengthTheyTell() async throws {
        let api = API()
        api.gitHub.with { $0.headers = [("Content-Length", "1234"), ("Content-Type", "application/json")] }
        let answer = try await api.ask(request(.head, "/user"))
        #expect(answer.header("Content-Length") == "1234")
        #expect(answer.bytes.isEmpty)
        api.gitHub.with { $0.headers = [] }
        let unknown = try await api.ask(request(.head, "/user"))
        #expect(unknown.header("Content-Length") == nil)
    }

    @Test func theNodeHearsOfAWriteBeforeItsAnswerGoesBack() async throws {
        let api = API()
        api.gitHub.with { state in
            state.status = 202
            state.chunks = [Array("{}".utf8)]
        }
        let target = "/repos/o/r/actions/runs/7/cancel"
        let answer = try await api.ask(request(.post, "/api/v3\(target)", [("Authorization", "token abc")]))
        #expect(answer.status == 202)
        let write = try #require(api.node.with { $0.writes.first })
        #expect(write.method == "POST")
        #expect(write.target == target)
        #expect(write.status == 202)
        #expect(write.caller == .credential(authorization: "token abc"))
    }

    @Test func whatGitHubMayHaveDoneCountsAsDoneAndWhatNeverWentOutDoesNot() async throws {
        for (failure, count) in [
            (OriginFailure.timedOut, 1), (.unreachable("reset"), 1), (.unusable(status: 400, "malformed target"), 0),
            (.limited(until: .init(seconds: 1)), 0),
        ] {
            let api = API()
            api.gitHub.with { $0.failure = failure }
            _ = try await api.ask(request(.delete, "/repos/o/r/actions/runs/7"))
            #expect(api.node.with { $0.writes.count } == count)
            #expect(api.node.with { $0.writes.first?.status } == nil)
        }
    }

    @Test func readsAreNoWritesUnlessTheySayOtherwise() async throws {
        let api = API()
        for method in [HTTPRequest.Method.get, .head, .options] {
            _ = try await api.ask(request(method, "/repos/o/r/actions/runs/7/logs"))
        }
        #expect(api.node.with { $0.writes.isEmpty })
        let headers = [("X-HTTP-Method-Override", "delete")]
        _ = try await api.ask(request(.post, "/repos/o/r/actions/runs/7", headers))
        #expect(api.node.with { $0.writes.map(\.method) } == ["DELETE"])
    }

    @Test(arguments: [
        (OriginFailure.unreachable("secret.internal"), 502), (.timedOut, 504),
        (.unusable(status: 500, "secret"), 502), (.unusable(status: 400, "malformed target"), 400),
    ])
    func aFailureIsInGitHubsShape(failure: OriginFailure, status: Int) async throws {
        let api = API()
        api.gitHub.with { $0.failure = failure }
        let answer = try await api.ask(request(.post, "/graphql", body: Array("{}".utf8)))
        #expect(answer.status == status)
        #expect(answer.text.contains("\"status\":\"\(status)\""))
        #expect(!answer.text.contains("secret"))
        #expect(answer.header("Cache-Status") == "hookcache; fwd=method")
    }
}
