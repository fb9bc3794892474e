import CacheCore
import GitHubClient
import GitHubCore
import RawServers
import Testing

@Suite struct GitHubOriginPassThroughTests {
    private func stream(_ chunks: [[UInt8]]) -> AsyncThrowingStream<[UInt8], any Error> {
        AsyncThrowingStream { continuation in
            for chunk in chunks { continuation.yield(chunk) }
            continuation.finish()
        }
    }

    private func request(
        _ method: String,
        _ target: String,
        headers: [(name: String, value: String)] = [("User-Agent", "mine")],
        body: [[UInt8]] = [],
        contentLength: Int? = nil
    ) -> PassThroughRequest {
        PassThroughRequest(
            method: method,
            target: target,
            headers: headers,
            body: stream(body),
            contentLength: contentLength
        )
    }

    private static func collect(_ response: PassThroughResponse) async throws -> [UInt8] {
        var body: [UInt8] = []
        for try await chunk in response.body { body += chunk }
        return body
    }

    @Test func goesOnAsItCameAndNeverAsTheNode() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(
                302,
                ["Location": "https://elsewhere.example/signed", "X-Mine": "1", "Keep-Alive": "timeout=1"],
                []
            )
        } _: { server in
            try await withOrigin(at: "\(server.url)/api/v3") { origin in
                let headers = [
                    (name: "Accept", value: "a"), ("Accept", "b"), ("User-Agent", "mine"), ("Connection", "X-Gone"),
                    ("X-Gone", "1"), ("If-None-Match", "\"theirs\""), ("Host", "localhost:1"),
                ]
                let target = "/repos/o/r/actions/jobs/7/logs?a=%2F&b=c+d"
                let response = try await origin.forward(request("GET", target, headers: headers))
                #expect(response.status == 302)
                #expect(response.headers.contains { $0.name == "Location" && $0.value.hasSuffix("/signed") })
                #expect(!response.headers.contains { $0.name == "Keep-Alive" })
                #expect(try await Self.collect(response) == [])
                #expect(origin.statistics == OriginStatistics())
            }
            let seen = server.requests[0]
            #expect(seen.target == "/api/v3/repos/o/r/actions/jobs/7/logs?a=%2F&b=c+d")
            #expect(seen.headers.filter { $0.name.lowercased() == "accept" }.map(\.value) == ["a", "b"])
            #expect(seen["Host"] == "127.0.0.1:\(server.port)")
            #expect(seen["User-Agent"] == "mine")
            #expect(seen["If-None-Match"] == "\"theirs\"")
            for name in ["Authorization", "X-Gone", "Transfer-Encoding", "Accept-Encoding"] {
                #expect(seen[name] == nil)
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: [nil, 11])
    func bodiesGoUpAsTheyCome(length: Int?) async throws {
        try await ScriptedServer.run { _, request in
            .answer(201, json, request.body)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let chunks = [Array("hello ".utf8), Array("world".utf8)]
                let sent = request("POST", "/repos/o/r/issues", body: chunks, contentLength: length)
                let response = try await origin.forward(sent)
                #expect(response.status == 201)
                #expect(try await Self.collect(response) == Array("hello world".utf8))
            }
            #expect(server.requests[0]["Content-Length"] == length.map { "\($0)" })
        }
    }

    @Test(arguments: ["GET", "POST", "DELETE", "PATCH"])
    func noBodyStaysNone(method: String) async throws {
        try await ScriptedServer.run { _, _ in
            .answer(204, [:], [])
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request(method, "/x"))
                #expect(response.status == 204)
            }
            #expect(server.requests[0].method == method)
            #expect(server.requests[0]["Transfer-Encoding"] == nil)
            #expect(server.requests[0]["Content-Length"] ?? "0" == "0")
        }
    }

    @Test func aLargeBodyComesDownAtTheReadersPace() async throws {
        let chunk = [UInt8](repeating: 0x5A, count: 65_536)
        let total = 1_024 * chunk.count
        // What two sockets on loopback may hold; the process itself holds next to nothing.
        let room = 24 * 1_048_576
        try await ScriptedServer.run { _, _ in
            .chunks(1_024, of: chunk)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request("GET", "/big"))
                let length = response.headers.first { $0.name.lowercased() == "content-length" }?.value
                #expect(length == "\(total)")
                var count = 0
                for try await piece in response.body {
                    count += piece.count
                    if piece.contains(where: { $0 != 0x5A }) { Issue.record("a byte was lost") }
                    if server.bytesTaken > count + room { Issue.record("read ahead of the reader") }
                }
                #expect(count == total)
            }
        }
    }

    @Test func aHeadHasNoBody() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
        try await ScriptedServer.run { _, _ in
            .bytes(head)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request("HEAD", "/x"))
                let body = try await Self.collect(response)
                #expect(body.isEmpty)
                #expect(response.headers.contains { $0.name == "Content-Length" && $0.value == "5" })
            }
        }
    }

    @Test func aReaderMayLeaveEarly() async throws {
        let chunk = [UInt8](repeating: 0x5A, count: 65_536)
        try await ScriptedServer.run { _, _ in
            .chunks(512, of: chunk)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request("GET", "/big"))
                for try await _ in response.body { break }
            }
        }
    }

    @Test func compressedBodiesAreNotTouched() async throws {
        let zipped: [UInt8] = [31, 139, 8, 0, 1, 2, 3]
        try await ScriptedServer.run { _, _ in
            .answer(200, ["Content-Encoding": "gzip"], zipped)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request("GET", "/x"))
                #expect(try await Self.collect(response) == zipped)
                #expect(response.headers.contains { $0.name.lowercased() == "content-encoding" })
            }
        }
    }

    @Test func itsQuotaIsNotedForItsCredential() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(200, quotaHeaders(remaining: 42), Array("{}".utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let headers = [(name: "Authorization", value: "token theirs")]
                _ = try await Self.collect(try await origin.forward(request("GET", "/user", headers: headers)))
                let caller = Identity.caller(CredentialID("c"), authorization: "Bearer theirs")
                let told = origin.rateLimitHeaders(for: caller)
                #expect(told.first { $0.name == "X-RateLimit-Remaining" }?.value == "42")
                #expect(origin.rateLimitHeaders(for: .node).isEmpty)
            }
        }
    }

    private static let limitInWords = #"{"message":"You have exceeded a secondary rate limit."}"#

    /// The same, by Python's gzip.
    private static let limitInWordsZipped: [UInt8] = [
        31, 139, 8, 0, 0, 0, 0, 0, 2, 255, 171, 86, 202, 77, 45, 46, 78, 76, 79, 85, 178, 82, 138, 204, 47, 85, 200, 72,
        44,
        75, 85, 72, 173, 72, 78, 77, 77, 73, 77, 81, 72, 84, 40, 78, 77, 206, 207, 75, 73, 44, 170, 84, 40, 74, 44, 73,
        85, 200, 201, 204, 205, 44, 209, 83, 170, 5, 0, 232, 246, 230, 117, 55, 0, 0, 0,
    ]

    @Test(arguments: [true, false]) func aLimitThatOnlyTheBodyTellsIsSeen(isZipped: Bool) async throws {
        let body = isZipped ? Self.limitInWordsZipped : Array(Self.limitInWords.utf8)
        let headers = isZipped ? json.merging(["Content-Encoding": "gzip"]) { $1 } : json
        try await ScriptedServer.run { _, _ in
            .answer(403, headers, body)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let mine = [(name: "Authorization", value: "token mine")]
                let response = try await origin.forward(request("POST", "/repos/o/r/issues", headers: mine))
                #expect(response.status == 403)
                #expect(try await Self.collect(response) == body, "what was looked at goes on")
                // A minute, at least, without any call of that credential: GitHub does not see them.
                await #expect(throws: OriginFailure.limited(until: Timestamp(seconds: 1_800_000_060))) {
                    try await origin.forward(request("GET", "/user", headers: mine))
                }
                let caller = Identity.caller(CredentialID("c"), authorization: "Bearer mine")
                #expect(
                    await origin.fetch(question(), as: caller).failure
                        == .limited(until: Timestamp(seconds: 1_800_000_060))
                )
                #expect(server.requests.count == 1)
                // The question for the limits is free, and another credential has its own.
                for (target, token) in [("/rate_limit", "token mine"), ("/user", "token other")] {
                    let other = [(name: "Authorization", value: token)]
                    let answer = try await origin.forward(request("GET", target, headers: other))
                    #expect(answer.status == 403)
                }
                #expect(server.requests.count == 3)
            }
        }
    }

    @Test func anOrdinaryRefusalIsNoLimit() async throws {
        let words = Array(#"{"message":"Must have admin rights to Repository."}"#.utf8)
        try await ScriptedServer.run { _, _ in
            .answer(403, quotaHeaders(remaining: 4_000), words)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                for _ in 0..<2 {
                    let response = try await origin.forward(request("PUT", "/repos/o/r/topics"))
                    #expect(try await Self.collect(response) == words)
                }
            }
        }
    }

    @Test func onlyTheBeginningOfARefusalIsWaitedFor() async throws {
        let head = "HTTP/1.1 403 No\r\nContent-Length: 100000\r\n\r\n"
        try await ScriptedServer.run { _, _ in
            .hold(head + String(repeating: "Z", count: 5_000))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request("GET", "/x"))
                #expect(response.status == 403, "the server still holds most of it")
                var count = 0
                for try await chunk in response.body {
                    count += chunk.count
                    if count == 5_000 { break }
                }
                #expect(count == 5_000)
            }
        }
    }

    @Test func whenTheQuotaIsSpentGitHubSaysSoItself() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(403, quotaHeaders(remaining: 0), Array(#"{"message":"API rate limit exceeded"}"#.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                for count in 1...3 {
                    let answer = try await origin.forward(request("GET", "/user"))
                    #expect(answer.status == 403)
                    #expect(server.requests.count == count)
                }
                #expect(
                    await origin.fetch(question(), as: .anonymous).failure
                        == .limited(until: Timestamp(seconds: 1_800_003_600))
                )
                #expect(server.requests.count == 3, "but nothing is asked of the cache's own accord")
            }
        }
    }

    @Test(arguments: ["uploads.github.com", "codeload.github.com"])
    func aHostOfFilesSeesACredentialOnlyIfItIsOfTheAPI(name: String) async throws {
        let host = try #require(FileHost(name))
        try await ScriptedServer.run { _, _ in
            .answer(302, quotaHeaders(remaining: 7).merging(["Set-Cookie": "a=b", "Location": "/y"]) { $1 }, [])
        } _: { server in
            try await withOrigin(at: "http://127.0.0.1:1", fileHosts: [name: Upstream(server.url)]) { origin in
                let headers = [
                    (name: "Authorization", value: "token theirs"), ("Cookie", "c"), ("X-GitHub-OTP", "1"),
                    ("Range", "bytes=1-"),
                ]
                let sent = PassThroughRequest(
                    method: "GET",
                    host: host,
                    target: "/a%2Fb?sig=c%2Bd",
                    headers: headers,
                    body: stream([]),
                    contentLength: 0
                )
                let response = try await origin.forward(sent)
                #expect(response.status == 302)
                #expect(!response.headers.contains { $0.name == "Set-Cookie" })
                #expect(response.headers.contains { $0.name == "Location" && $0.value == "/y" })
                let caller = Identity.caller(CredentialID("c"), authorization: "token theirs")
                #expect(origin.rateLimitHeaders(for: caller).isEmpty == !host.isOfAPI)
            }
            #expect(server.requests.count == 1)
            let seen = server.requests[0]
            #expect(seen.target == "/a%2Fb?sig=c%2Bd")
            #expect(seen["Range"] == "bytes=1-")
            for name in ["Authorization", "Cookie", "X-GitHub-OTP"] { #expect((seen[name] != nil) == host.isOfAPI) }
        }
    }

    @Test(arguments: ["@evil.example/", "http://evil.example/", "", "/a b"])
    func targetsThatLeadElsewhereAreRefused(target: String) async throws {
        try await withOrigin(at: "http://127.0.0.1:1") { origin in
            await #expect(throws: OriginFailure.self) { try await origin.forward(request("GET", target)) }
        }
    }

    @Test func failuresAreTold() async throws {
        try await ScriptedServer.run { _, _ in
            .close
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                await #expect(throws: OriginFailure.self) { try await origin.forward(request("POST", "/x")) }
            }
            #expect(server.requests.count == 1, "nothing is sent twice")
        }
        try await ScriptedServer.run { _, _ in
            .silence
        } _: { server in
            try await withOrigin(at: server.url, timeouts: .init(forwardHead: .milliseconds(20))) { origin in
                await #expect(throws: OriginFailure.timedOut) { try await origin.forward(request("GET", "/x")) }
            }
        }
    }

    @Test func aBodyThatBreaksOffIsAnErrorToItsReader() async throws {
        let cut = "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"
        try await ScriptedServer.run { _, _ in
            .bytes(cut)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let response = try await origin.forward(request("GET", "/x"))
                await #expect(throws: (any Error).self) { try await Self.collect(response) }
            }
        }
    }
}
