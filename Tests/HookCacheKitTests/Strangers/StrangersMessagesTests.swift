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
