import CacheCore
import GitHubClient
import GitHubCore
import RawServers
import Synchronization
import Testing

/// What the origin makes of connections that break, answers that are none, and silence.
@Suite struct GitHubOriginOutageTests {
    private static let body = #"{"id":7,"status":"queued"}"#

    private static func good(_ headers: [String: String] = json) -> ScriptedServer.Reply {
        .answer(200, headers, Array(body.utf8))
    }

    @Test func aBrokenConnectionIsTriedOnceMore() async throws {
        try await ScriptedServer.run { number, _ in
            number == 0 ? .close : Self.good()
        } _: { server in
            try await withOrigin(at: server.url, clock: ContinuousClock()) { origin in
                #expect(await origin.fetch(question(), as: .node).answer != nil)
            }
            #expect(server.requests.count == 2)
        }
        try await ScriptedServer.run { _, _ in
            .close
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                guard case .unreachable? = await origin.fetch(question(), as: .node).failure else {
                    Issue.record("an answer out of nothing")
                    return
                }
                #expect(origin.statistics.callsMade == 0)
            }
            #expect(server.requests.count == 2)
        }
    }

    @Test(arguments: [
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{\"id\":1}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 4\r\n\r\n{\"id\":1}",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{\"id\":1}\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
        "HTTP/1.1 500 No\r\nContent-Type: application/json\r\nContent-Length: 8\r\n\r\n{\"id\":1}",
    ])
    func damagedAnswersAreUnusable(text: String) async throws {
        try await ScriptedServer.run { _, _ in
            .bytes(text)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                guard case .unusable? = await origin.fetch(question(), as: .node).failure else {
                    Issue.record("passed for data")
                    return
                }
            }
        }
    }

    @Test(arguments: ["SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 200 OK\r\nno colon here\r\n\r\n", ""])
    func whatIsNoHTTPIsNoAnswer(text: String) async throws {
        try await ScriptedServer.run { _, _ in
            .bytes(text)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                #expect(await origin.fetch(question(), as: .node).failure != nil)
            }
        }
    }

    @Test func gzipIsUndoneOnce() async throws {
        let once: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 202, 76, 81, 178, 50, 172, 5, 0, 197, 248, 93, 68, 8, 0, 0, 0,
        ]
        try await ScriptedServer.run { number, request in
            #expect(request["Accept-Encoding"] == "gzip")
            return .answer(200, zipped, number == 0 ? once : doublyZipped)
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                #expect(await origin.fetch(question(), as: .node).answer?.body.bytes == Array(#"{"id":1}"#.utf8))
                guard case .unusable? = await origin.fetch(question(), as: .node).failure else {
                    Issue.record("passed for data")
                    return
                }
            }
        }
    }

    @Test func silenceEndsInTime() async throws {
        try await ScriptedServer.run { _, _ in
            .silence
        } _: { server in
            try await withOrigin(at: server.url, timeouts: .init(head: .milliseconds(20))) { origin in
                #expect(await origin.fetch(question(), as: .node).failure == .timedOut)
            }
            try await withOrigin(at: server.url, clock: ImpatientClock()) { origin in
                #expect(await origin.fetch(question(), as: .node).failure == .timedOut)
            }
        }
    }

    @Test func aReaderIsToldWithinItsPatienceWhateverHappens() async throws {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n"
        try await ScriptedServer.run { number, _ in
            number == 0 ? .close : .hold(head + "{")
        } _: { server in
            // It is asked twice, and the second answer never ends.
            try await withOrigin(at: server.url, timeouts: .init(answer: .milliseconds(300))) { origin in
                #expect(await origin.fetch(question(), as: .node).failure == .timedOut)
            }
            #expect(server.requests.count == 2)
        }
    }

    enum Trouble: CaseIterable {
        case reset, silent, failing, page, truncated, mislabelled, zippedTwice

        var reply: ScriptedServer.Reply {
            switch self {
            case .reset: .close
            case .silent: .silence
            case .failing: .answer(502, json, Array("{}".utf8))
            case .page: .answer(200, ["Content-Type": "text/html"], Array("<html></html>".utf8))
            case .truncated: .bytes("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{")
            case .mislabelled: .answer(200, zipped, Array("{}".utf8))
            case .zippedTwice: .answer(200, zipped, doublyZipped)
            }
        }
    }

    @Test(arguments: Trouble.allCases)
    func whenGitHubFailsAgainAndAgainItIsLeftAloneAndItsReturnIsSeen(trouble: Trouble) async throws {
        let isBack = Mutex(false)
        let now = ManualNow()
        try await ScriptedServer.run { _, _ in
            isBack.withLock { $0 } ? .answer(200, json, Array("{}".utf8)) : trouble.reply
        } _: { server in
            let timeouts = GitHubOrigin.Timeouts(head: .milliseconds(50), forwardHead: .milliseconds(50))
            try await withOrigin(at: server.url, timeouts: timeouts, now: now) { origin in
                for _ in 0..<5 { #expect(await origin.fetch(question(), as: .node).failure != nil) }
                let asked = server.requests.count
                for _ in 0..<20 { #expect(await origin.fetch(question(), as: .node).failure != nil) }
                #expect(server.requests.count == asked, "everybody is told without asking")
                // A client's own call goes out all the same.
                _ = try? await origin.forward(
                    PassThroughRequest(
                        method: "GET",
                        target: "/user",
                        headers: [],
                        body: AsyncThrowingStream { nil },
                        contentLength: 0
                    )
                )
                #expect(server.requests.count == asked + 1)
                isBack.withLock { $0 = true }
                now.advance(bySeconds: 2)
                #expect(await origin.fetch(question(), as: .node).answer != nil, "the longest pause is over")
                for _ in 0..<5 { #expect(await origin.fetch(question(), as: .node).answer != nil) }
            }
        }
    }

    @Test func nonsenseOfAClientTellsNothingOfGitHub() async throws {
        try await ScriptedServer.run { _, _ in
            .answer(200, json, Array("{}".utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let nonsense = Identity.caller(CredentialID("c"), authorization: "Bearer x\r\nX: y")
                for _ in 0..<10 { #expect(await origin.fetch(question(), as: nonsense).failure != nil) }
                #expect(await origin.fetch(question(), as: .node).answer != nil)
            }
        }
    }

    @Test func nobodyThereIsToldAtOnce() async throws {
        let port = try await ScriptedServer.run { _, _ in
            .close
        } _: {
            $0.port
        }
        try await withOrigin(at: "http://127.0.0.1:\(port)") { origin in
            guard case .unreachable(let reason)? = await origin.fetch(question(), as: .node).failure else {
                Issue.record("somebody answers")
                return
            }
            #expect(reason.contains("refused"))
        }
    }

    @Test func tokensReachNoLogAndNoError() async throws {
        let record = LogRecord()
        let refusal = #"{"message":"You have exceeded a secondary rate limit."}"#
        try await ScriptedServer.run { number, _ in
            number == 0 ? .close : .answer(403, json, Array(refusal.utf8))
        } _: { server in
            try await withOrigin(at: server.url, token: "ghp_hidden", logger: record.logger) { origin in
                let callers = ["Bearer ghp_hidden", "Bearer ghp_hidden\r\nX: y", "Bearer ghp_hidden\u{0}"]
                for authorization in callers {
                    let identity = Identity.caller(CredentialID("c"), authorization: authorization)
                    let failure = await origin.fetch(question(), as: identity).failure
                    #expect(failure != nil)
                    #expect(!"\(String(describing: failure))".contains("ghp_hidden"))
                }
            }
        }
        #expect(!record.text.contains("ghp_hidden"))
        #expect(record.text.contains("GitHub asks for a pause"))
    }
}
