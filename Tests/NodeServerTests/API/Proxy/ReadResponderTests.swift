import CacheCore
import CacheNode
import GitHubCore
import HTTPTypes
import Multiformats
import Testing

@testable import NodeServer

struct ReadResponderTests {
    private let runs = "/repos/o/r/actions/runs"
    private let body = #"{"total_count":1,"url":"https://api.github.com/repos/o/r"}"#

    @Test func aHitIsAnsweredWithWhatIsKnownOfIt() async throws {
        let api = API()
        var headers = EntryHeaders(lastModified: "Sun, 06 Nov 1994 08:49:37 GMT")
        headers.link = #"<https://api.github.com/repositories/1/actions/runs?page=2>; rel="next""#
        api.node.hold(runs, body, headers: headers)
        let answer = try await api.get(runs)
        #expect(answer.status == 200)
        #expect(answer.text == #"{"total_count":1,"url":"http://127.0.0.1:8788/repos/o/r"}"#)
        #expect(answer.header("Cache-Status") == "hookcache; hit; ttl=117; detail=webhook")
        #expect(answer.header("Age") == "3")
        #expect(answer.header("Link") == #"<http://127.0.0.1:8788/repositories/1/actions/runs?page=2>; rel="next""#)
        #expect(answer.header("Last-Modified") == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(answer.header("X-GitHub-Media-Type") == "github.v3; format=json")
        #expect(answer.header("X-GitHub-Api-Version-Selected") == "2022-11-28")
        #expect(answer.header("Content-Type") == "application/json; charset=utf-8")
        #expect(answer.header("X-RateLimit-Remaining") == "4999")
        #expect(answer.header("X-Hookcache-CID") == Body(Array(body.utf8)).cid.description)
        #expect(answer.header("Content-Length") == "\(answer.bytes.count)")
        #expect(answer.header("Vary")?.contains("Authorization") == true)
    }

    @Test func thePrefixAndTheSchemeInUseAreThoseOfTheURLs() async throws {
        let api = API { $0.apiHosts = ["cache.example"] }
        api.node.hold(runs, body)
        #expect(try await api.get("/api/v3" + runs).text.contains("http://127.0.0.1:8788/api/v3/repos/o/r"))
        let secure = try await api.get(runs, host: "cache.example", [("X-Forwarded-Proto", "https")])
        #expect(secure.text.contains("https://cache.example/repos/o/r"))
    }

    @Test func forTheUpstreamsOwnHostNothingIsRewritten() async throws {
        let api = API(.unixSocket)
        api.node.hold(runs, body)
        let answer = try await api.get(runs, host: "api.github.com")
        #expect(answer.text == body)
    }

    @Test func headersOnlyHaveTheSameLength() async throws {
        let api = API()
        api.node.hold(runs, body)
        let head = try await api.ask(request(.head, runs))
        #expect(head.bytes.isEmpty)
        #expect(head.header("Content-Length") == (try await api.get(runs)).header("Content-Length"))
    }

    @Test func theEntityTagIsOfWhatThisClientSees() async throws {
        let api = API { $0.apiHosts = ["cache.example"] }
        api.node.hold(runs, body)
        let tag = try #require(try await api.get(runs).header("ETag"))
        #expect(tag.hasPrefix("W/\""))
        #expect(try await api.get(runs).header("ETag") == tag)
        #expect(try await api.get("/api/v3" + runs).header("ETag") != tag)
        #expect(try await api.get(runs, host: "cache.example").header("ETag") != tag)
        var headers = EntryHeaders()
        headers.link = #"<https://api.github.com/x>; rel="next""#
        api.node.hold(runs, body, headers: headers)
        #expect(try await api.get(runs).header("ETag") != tag)
    }

    @Test func aMatchingConditionIsAnsweredWithoutABody() async throws {
        let api = API()
        api.node.hold(runs, body)
        let tag = try #require(try await api.get(runs).header("ETag"))
        let conditions = [tag, String(tag.dropFirst(2)), "\"x\", \(tag)", "*"]
        for condition in conditions {
            let answer = try await api.get(runs, [("If-None-Match", condition)])
            #expect(answer.status == 304)
            #expect(answer.bytes.isEmpty)
            #expect(answer.header("ETag") == tag)
            #expect(answer.header("Cache-Status") != nil)
        }
        #expect(try await api.get(runs, [("If-None-Match", "\"other\"")]).status == 200)
    }

    @Test func anErrorHasNoTagAndIsNeverUnchanged() async throws {
        let api = API()
        api.node.hold(runs, #"{"message":"Not Found"}"#, status: 404)
        let answer = try await api.get(runs, [("If-None-Match", "*")])
        #expect(answer.status == 404)
        #expect(answer.header("ETag") == nil)
    }

    @Test func largeBodiesAreCompressedForWhoAcceptsIt() async throws {
        let api = API()
        let large = "{\"a\":\"" + String(repeating: "x", count: 5000) + "\"}"
        api.node.hold(runs, large)
        let answer = try await api.get(runs, [("Accept-Encoding", "gzip, deflate")])
        #expect(answer.header("Content-Encoding") == "gzip")
        #expect(answer.bytes.count < 200)
        #expect(answer.header("Content-Length") == "\(answer.bytes.count)")
        let plain = try await api.get(runs)
        #expect(plain.header("Content-Encoding") == nil)
        #expect(plain.header("ETag") == answer.header("ETag"))
        api.node.hold(runs, body)
        #expect(try await api.get(runs, [("Accept-Encoding", "gzip")]).header("Content-Encoding") == nil)
    }

    @Test func whatIsStoredCompressedIsServedAsItIs() async throws {
        let api = API(.unixSocket)
        let large = "{\"a\":\"" + String(repeating: "x", count: 5000) + "\"}"
        api.node.hold(runs, large)
        api.node.with { $0.packed[Body(Array(large.utf8)).cid] = Array("as stored".utf8) }
        let gzip = [("Accept-Encoding", "gzip")]
        let answer = try await api.get(runs, host: "api.github.com", gzip)
        #expect(answer.text == "as stored")
        #expect(answer.header("Content-Encoding") == "gzip")
        #expect(answer.header("Content-Length") == "9")
        let head = try await api.ask(request(.head, runs, host: "api.github.com", gzip))
        #expect(head.header("Content-Length") == "9" && head.header("Content-Encoding") == "gzip")
        for refused in ["identity", "gzip;q=0", ""] {
            let plain = try await api.get(runs, host: "api.github.com", [("Accept-Encoding", refused)])
            #expect(plain.text == large)
            #expect(plain.header("Content-Encoding") == nil)
            #expect(plain.header("ETag") == answer.header("ETag"))
        }
        // For another address the URLs are other ones, and so are the bytes.
        #expect(try await api.get(runs, gzip).text != "as stored")
    }

    @Test func aHotEntryIsRewrittenAndCompressedOnce() async throws {
        let api = API()
        api.node.hold(runs, "{\"url\":\"https://api.github.com/" + String(repeating: "x", count: 5000) + "\"}")
        var bodies: Set<[UInt8]> = []
        for _ in 0..<10 { bodies.insert(try await api.get(runs, [("Accept-Encoding", "gzip")]).bytes) }
        #expect(bodies.count == 1)
        #expect(api.counters.snapshot.renditionsMade == 1)
        for _ in 0..<10 { bodies.insert(try await api.get(runs).bytes) }
        #expect(bodies.count == 2)
        #expect(api.counters.snapshot.renditionsMade == 2)
        // Who has it gets no body, so none is made.
        let tag = try #require(try await api.get(runs).header("ETag"))
        let other = "/api/v3" + runs
        #expect(try await api.get(other, [("If-None-Match", "*")]).status == 304)
        #expect(try await api.get(runs, [("If-None-Match", tag)]).status == 304)
        #expect(api.counters.snapshot.renditionsMade == 2)
        // Another body under the same path is made anew.
        api.node.hold(runs, "{\"url\":\"https://api.github.com/y\"}")
        #expect(try await api.get(runs).text == #"{"url":"http://127.0.0.1:8788/y"}"#)
        #expect(api.counters.snapshot.renditionsMade == 3)
    }

    @Test func aClientWithoutATagMayAskByDate() async throws {
        let api = API()
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        api.node.hold(runs, body, headers: EntryHeaders(lastModified: date))
        #expect(try await api.get(runs, [("If-Modified-Since", date)]).status == 304)
        let changed = try await api.get(runs, [("If-Modified-Since", date), ("If-None-Match", "\"other\"")])
        #expect(changed.status == 200)
        api.node.hold(runs, body)
        #expect(try await api.get(runs, [("If-Modified-Since", date)]).status == 200)
    }

    @Test func theHostIsWrittenOneWay() async throws {
        let api = API { $0.apiHosts = ["cache.example"] }
        api.node.hold(runs, body)
        let answer = try await api.get(runs, host: "CACHE.example:08080", [("X-Forwarded-Host", "evil.example")])
        #expect(answer.text.contains("http://cache.example:8080/repos/o/r"))
        let secure = try await api.get(runs, host: "cache.example", [("X-Forwarded-Proto", "HTTPS, http")])
        #expect(secure.text.contains("https://cache.example/repos/o/r"))
        #expect(
            !(try await api.get(runs, host: "cache.example", [("X-Forwarded-Proto", "javascript")])).text.contains(
                "java"
            )
        )
    }

    @Test func anEnterpriseServersPrefixIsTheClientsOwn() async throws {
        let api = API { $0.upstreamURL = "https://ghe.example/api/v3" }
        api.node.hold(runs, #"{"url":"https://ghe.example/api/v3/repos/o/r","html_url":"https://ghe.example/o/r"}"#)
        #expect(
            try await api.get("/api/v3" + runs).text
                == #"{"url":"http://127.0.0.1:8788/api/v3/repos/o/r","html_url":"https://ghe.example/o/r"}"#
        )
        #expect(try await api.get(runs).text.contains(#""http://127.0.0.1:8788/repos/o/r""#))
        let own = try await api.get("/api/v3" + runs, host: "ghe.example")
        #expect(own.text.contains(#""https://ghe.example/api/v3/repos/o/r""#))
    }

    @Test func whatGitHubSaidToOneCallerIsNotSaidToAnother() async throws {
        let api = API()
        api.node.hold(runs, body)
        let live = ["X-RateLimit-Remaining": "7"]
        api.node.with { $0.rateLimit = live.map { (name: $0.key, value: $0.value) } }
        let answer = try await api.get(runs, [("Authorization", "token abc")])
        #expect(answer.header("X-RateLimit-Remaining") == "7")
        let ofOneCaller = [
            "X-OAuth-Scopes", "X-Accepted-OAuth-Scopes", "X-Accepted-GitHub-Permissions", "X-GitHub-SSO",
        ]
        for name in ofOneCaller { #expect(answer.header(name) == nil) }
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
    }

    @Test func aFailureIsInGitHubsShape() async throws {
        let api = API()
        let answer = try await api.get(runs, [("Cache-Control", "only-if-cached")])
        #expect(answer.status == 504)
        #expect(
            answer.text
                == #"{"message":"nothing stored","documentation_url":"https://docs.github.com/rest","status":"504"}"#
        )
        #expect(answer.header("Retry-After") == "7")
        #expect(answer.header("Cache-Status") == "hookcache")
        #expect(api.node.with { $0.reads.first?.directives.onlyIfCached } == true)
    }

    @Test func theCallerIsWhoTheRequestSays() async throws {
        let tcp = API()
        _ = try await tcp.get(runs)
        _ = try await tcp.get(runs, [("Authorization", "token abc")])
        #expect(tcp.node.with { $0.reads.map(\.caller) } == [.anonymous, .credential(authorization: "token abc")])
        let socket = API(.unixSocket)
        _ = try await socket.get(runs)
        #expect(socket.node.with { $0.reads.map(\.caller) } == [.anonymous])
        let asNode = API(.unixSocket) { $0.socketIsNode = true }
        _ = try await asNode.get(runs)
        _ = try await asNode.get(runs, [("Authorization", "token abc")])
        #expect(asNode.node.with { $0.reads.map(\.caller) } == [.node, .credential(authorization: "token abc")])
        let tcpAsNode = API { $0.socketIsNode = true }
        _ = try await tcpAsNode.get(runs)
        #expect(tcpAsNode.node.with { $0.reads.map(\.caller) } == [.anonymous])
    }

    @Test func theVersionAndTheMediaAreOfTheRepresentation() async throws {
        let api = API()
        _ = try await api.get(runs, [("X-GitHub-Api-Version", "2026-03-10"), ("Accept", "application/vnd.github.raw")])
        let representation = try #require(api.node.with { $0.reads.first?.representation })
        #expect(representation.apiVersion == "2026-03-10")
        #expect(representation.media == .raw)
    }

    @Test(arguments: [
        ("Range", "bytes=0-1"), ("Accept", "text/html"), ("X-GitHub-Api-Version", "latest version"),
        ("If-Match", "\"a\""), ("X-GitHub-OTP", "123456"),
    ])
    func whatTheCacheCannotAnswerGoesToGitHub(name: String, value: String) async throws {
        let api = API()
        api.node.hold(runs, body)
        let answer = try await api.get(runs, [(name, value)])
        #expect(answer.header("Cache-Status") == "hookcache; fwd=bypass")
        #expect(api.node.with { $0.reads.isEmpty })
        #expect(api.gitHub.with { $0.seen.first?.headers[name.lowercased()] } == value)
    }

    @Test func pageLinksByIDReachTheSameEntry() async throws {
        let api = API()
        api.node.with { $0.names[7] = RepositoryName("o/r") }
        api.node.hold(runs, body)
        #expect(try await api.get("/repositories/7/actions/runs").header("Cache-Status")?.contains("hit") == true)
        let unknown = try await api.get("/repositories/8/actions/runs")
        #expect(unknown.header("Cache-Status") == "hookcache; fwd=bypass")
    }
}
