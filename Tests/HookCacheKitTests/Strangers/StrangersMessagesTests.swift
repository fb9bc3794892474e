import Fleet
import Foundation
import GitHubSimulator
import GitHubSimulatorCore
import Testing

/// No way of framing messages or writing headers makes one request into another, or lends it a credential.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StrangersMessagesTests {
    /// A request hidden in another; that GitHub hears of this path means that it got through.
    private static let hidden = "/repos/octo-tools/smuggled-ci"

    private func smuggles(_ framings: [String], status: String) async throws {
        try await Vault.with { vault in
            for framing in framings {
                let head = "POST /user/repos HTTP/1.1\r\nHost: \(vault.host)\r\nConnection: close\r\n"
                let answers = try await vault.refuses("\(head)\(framing)\r\n\r\n\(Self.inner(vault))")
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 \(status)") }, "\(framing)")
                #expect(answers.allSatisfy { $0.components(separatedBy: "HTTP/1.1 ").count == 2 }, "\(framing)")
            }
            let targets = await vault.fleet.github.calls.entries.map(\.target)
            #expect(!targets.contains { $0.hasPrefix(Self.hidden) })
        }
    }

    private static func inner(_ vault: Vault) -> String { "0\r\n\r\n" + vault.get(hidden) }

    @Test func lengthAndChunksTogether() async throws {
        try await smuggles(
            [
                "Content-Length: 4\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: 4",
                "Content-Length: 4\r\nTransfer-Encoding: identity", "Content-Length: 4\r\nTransfer-Encoding: xchunked",
                "Content-Length: 4\r\nTransfer-Encoding: chunked, identity", "Content-Length: 4\r\nTransfer-Encoding:",
            ],
            status: "400"
        )
    }

    @Test func odd() async throws {
        try await smuggles(
            [
                "Transfer-Encoding : chunked", "Transfer-Encoding: identity, chunked, identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: cow", " Transfer-Encoding: chunked",
            ],
            status: "400"
        )
    }

    @Test func twoLengths() async throws {
        try await smuggles(
            [
                "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 5, 6", "Content-Length: +5",
                "Content-Length: -1",
                "Content-Length: 0x5", "Content-Length: 5 6", "Content-Length: 99999999999999999999",
                "Content-Length : 5",
                "Content-Length: 5\r\n Content-Length: 6",
            ],
            status: "400"
        )
    }

    @Test func requestsInBodies() async throws {
        try await Vault.with { vault in
            let hidden = vault.get(Self.hidden)
            let size = String(hidden.utf8.count, radix: 16)
            for method in ["POST", "GET", "HEAD", "DELETE"] {
                let head = "\(method) /user/repos HTTP/1.1\r\nHost: \(vault.host)\r\nConnection: close\r\n"
                let answers = try await vault.refuses(
                    "\(head)Content-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)",
                    "\(head)Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(hidden)\r\n0\r\n\r\n",
                    "\(head)Transfer-Encoding: chunked\r\n\r\n\(size);a=b\r\n\(hidden)\r\n0\r\n\r\n",
                    // More than was announced is no request either, once the connection is to end.
                    "\(head)Content-Length: 1\r\n\r\nx\(hidden)"
                )
                #expect(answers.allSatisfy { $0.components(separatedBy: "HTTP/1.1 ").count == 2 }, "\(method)")
            }
            let targets = await vault.fleet.github.calls.entries.map(\.target)
            #expect(!targets.contains { $0.hasPrefix(Self.hidden) })
        }
    }

    @Test func chunksOfNoSize() async throws {
        try await Vault.with { vault in
            let head = "POST /user/repos HTTP/1.1\r\nHost: \(vault.host)\r\nConnection: close\r\n"
            for chunk in [
                "-1\r\n", "0x5\r\nhello\r\n", "FFFFFFFFFFFFFFFFF\r\n", "5 5\r\nhello\r\n", "5\r\nhelloX\r\n", "\r\n",
                "5\nhello\n", "5\rhello\r\n", ";5\r\nhello\r\n", "5;\0\r\nhello\r\n", "0\r\nX",
            ] {
                let answers = try await vault.refuses(
                    "\(head)Transfer-Encoding: chunked\r\n\r\n\(chunk)0\r\n\r\n\(vault.get(Self.hidden))"
                )
                #expect(answers.allSatisfy { $0.components(separatedBy: "HTTP/1.1 ").count == 2 }, "\(chunk)")
            }
            let targets = await vault.fleet.github.calls.entries.map(\.target)
            #expect(!targets.contains { $0.hasPrefix(Self.hidden) })
        }
    }

    @Test func headersBehindTheBody() async throws {
        // Trailers are no headers: a credential in one is nobody's.
        try await Vault.with { vault in
            for line in [vault.runs, "/user"] {
                for method in ["POST", "GET"] {
                    let head = "\(method) \(line) HTTP/1.1\r\nHost: \(vault.host)\r\nConnection: close\r\n"
                    let chunks = "Trailer: Authorization\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n"
                    let trailer = "Authorization: token \(Vault.keeper)\r\nHost: \(vault.evil)\r\n\r\n"
                    let answers = try await vault.refuses(head + chunks + trailer)
                    #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
                }
            }
        }
    }

    @Test func linesThatEndOtherwise() async throws {
        try await Vault.with { vault in
            let whole = vault.get(vault.runs, "Authorization: token \(Vault.keeper)")
            let answers = try await vault.refuses(
                vault.get(vault.runs, "X-A: b\nAuthorization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\n\rAuthorization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\r\rAuthorization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\u{0B}Authorization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\u{2028}Authorization: token \(Vault.keeper)"),
                whole.replacing("\r\n", with: "\n"),
                whole.replacing("\r\n", with: "\r")
                    // Without an end it would wait for one.
                    + "\r\n\r\n"
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }

    @Test func requestLinesThatAreNone() async throws {
        try await Vault.with { vault in
            let rest = "\r\nHost: \(vault.host)\r\nConnection: close\r\n\r\n"
            for line in [
                "GET  \(vault.runs) HTTP/1.1", "GET \(vault.runs)  HTTP/1.1", "GET\t\(vault.runs)\tHTTP/1.1",
                " GET \(vault.runs) HTTP/1.1", "get \(vault.runs) HTTP/1.1", "GET \(vault.runs) http/1.1",
                "GET \(vault.runs) HTTP/1.1 x", "GET \(vault.runs) x HTTP/1.1", "GET \(vault.runs) HTTP/1.10",
                "GET \(vault.runs)\u{0} HTTP/1.1", "GET /\u{0}\(vault.runs) HTTP/1.1",
                "G\u{0}ET \(vault.runs) HTTP/1.1",
                "GET \(vault.runs)\u{FF} HTTP/1.1", "GET \(vault.runs)\rX HTTP/1.1", "GET HTTP/1.1", "HTTP/1.1 200 OK",
                "\u{16}\u{3}\u{1}\u{2}\u{0}",
            ] {
                let answers = try await vault.refuses(
                    line + rest,
                    "\(line)\r\nHost: \(vault.host)\r\nAuthorization: token \(Vault.stranger)\r\nConnection: close\r\n\r\n"
                )
                #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") }, "\(line)")
            }
        }
    }

    @Test func foldedLines() async throws {
        try await Vault.with { vault in
            let answers = try await vault.refuses(
                vault.get(vault.runs, "Authorization: token\r\n \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\r\n Authorization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\r\n\tAuthorization: token \(Vault.keeper)"),
                vault.get(vault.runs, " Authorization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\rAuthorization: token \(Vault.keeper)")
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }

    @Test func namesThatAreNone() async throws {
        try await Vault.with { vault in
            let answers = try await vault.refuses(
                vault.get(vault.runs, "Authorization : token \(Vault.keeper)"),
                vault.get(vault.runs, ": token \(Vault.keeper)"),
                vault.get(vault.runs, "Author\u{0}ization: token \(Vault.keeper)"),
                vault.get(vault.runs, "X-A: b\u{0}c"),
                vault.get(vault.runs, "Authorization token \(Vault.keeper)")
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 400") })
        }
    }

    @Test func tooManyOrTooLarge() async throws {
        try await Vault.with { vault in
            let many = (0..<500).map { "X-\($0): a" }.joined(separator: "\r\n")
            let answers = try await vault.refuses(
                vault.get(vault.runs, many),
                vault.get(vault.runs, "X-A: " + String(repeating: "a", count: 100_000)),
                vault.get(vault.runs, "Authorization: token " + String(repeating: "a", count: 100_000))
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 400") || $0.hasPrefix("HTTP/1.1 431") })
        }
    }

    @Test func anotherMethodInAHeader() async throws {
        try await Vault.with { vault in
            for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
                for method in ["GET", "DELETE", "HEAD"] {
                    let post =
                        "POST \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\nConnection: close\r\nContent-Length: 0\r\n"
                    let answers = try await vault.refuses(
                        vault.get(vault.runs, "\(name): \(method)"),
                        "\(post)\(name): \(method)\r\n\r\n",
                        "\(post)\(name): \(method)\r\nAuthorization: token \(Vault.stranger)\r\n\r\n"
                    )
                    #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
                }
            }
        }
    }

    @Test func anotherProtocol() async throws {
        try await Vault.with { vault in
            let h2c = "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nConnection: Upgrade, HTTP2-Settings"
            let head = "GET \(vault.runs) HTTP/1.1\r\nHost: \(vault.host)\r\n"
            let answers = try await vault.refuses(
                "\(head)\(h2c)\r\n\r\n",
                "\(head)\(h2c)\r\n\r\nPRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + vault.get(vault.runs),
                "\(head)Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: eA==\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
                "GET \(vault.runs) HTTP/2.0\r\nHost: \(vault.host)\r\n\r\n",
                "GET \(vault.runs)\r\n\r\n",
                "GET \(vault.runs) HTTP/0.9\r\nHost: \(vault.host)\r\n\r\n",
                "GET \(vault.runs) HTTPS/1.1\r\nHost: \(vault.host)\r\n\r\n"
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 4") })
        }
    }

    @Test func hopByHopHeadersThatTakeTheCredentialAway() async throws {
        // What `Connection` names does not go on; it may not turn somebody's request into nobody's, or the node's.
        try await Vault.with { vault in
            let answers = try await vault.refuses(
                vault.get(vault.runs, "Connection: Authorization", "Authorization: token \(Vault.stranger)"),
                vault.get("/user", "Connection: Authorization", "Authorization: token \(Vault.stranger)"),
                vault.get(vault.runs, "Connection: Host, Authorization")
            )
            #expect(answers.allSatisfy { $0.hasPrefix("HTTP/1.1 40") })
        }
    }
}
