import Foundation
import Testing

@testable import hookcache

/// The deliveries of `fixtures/`, sent as its README says.
@Suite(.serialized) struct FixtureTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    /// Bodies without their suffix, by folder in their order.
    private static let bodies: [String] = {
        let all = FileManager.default.enumerator(atPath: root + "/fixtures/deliveries")?.compactMap { $0 as? String }
        return (all ?? []).filter { $0.hasSuffix(".json") || $0.hasSuffix(".form") }.sorted()
    }()

    private static let hasTools = ["/usr/bin/curl", "/usr/bin/openssl", "/bin/sh"].allSatisfy {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    /// The README's lines: a delivery with its own headers, and one that is signed with another secret.
    private static let script = """
        set -eu
        cd "$ROOT"
        for body in $BODIES; do
            file="fixtures/deliveries/${body%.*}"
            curl -s -S "$WEBHOOK" -H "@$file.headers" --data-binary "@fixtures/deliveries/$body" \\
                -w ' %{http_code}\\n'
            event=$(sed -n 's/^X-GitHub-Event: *//p' "$file.headers" | tr -d '\\r')
            type=$(sed -n 's/^Content-Type: *//p' "$file.headers" | tr -d '\\r')
            signature=$(openssl dgst -sha256 -hmac "$OWN" -r < "fixtures/deliveries/$body" | cut -d' ' -f1)
            curl -s -S "$WEBHOOK" --data-binary "@fixtures/deliveries/$body" -H "Content-Type: $type" \\
                -H "X-GitHub-Event: $event" -H "X-GitHub-Delivery: try-$body" \\
                -H "X-Hub-Signature-256: sha256=$signature" -w ' %{http_code}\\n'
        done
        """

    @Test(.enabled(if: hasTools, "curl and openssl are here"), .timeLimit(.minutes(5)))
    func eachIsAcceptedAsTheReadmeSays() async throws {
        #expect(!Self.bodies.isEmpty)
        try await TemporaryFolder.with { folder in
            let settings = [
                "WEBHOOK_SECRET": "It's a Secret to Everybody,one of my own", "GITHUB_API_URL": "http://127.0.0.1:1",
            ]
            try await RunningNode.with(in: folder, settings) { node in
                let environment = [
                    "ROOT": Self.root, "WEBHOOK": node.webhookURL, "OWN": "one of my own",
                    "BODIES": Self.bodies.joined(separator: " "),
                ]
                let first = try await Program.run(
                    ["-c", Self.script],
                    of: URL(filePath: "/bin/sh"),
                    environment: environment
                )
                #expect(first.status == 0, "\(first.error)")
                Self.check(first.output, deliveries: "accepted")
                let second = try await Program.run(
                    ["-c", Self.script],
                    of: URL(filePath: "/bin/sh"),
                    environment: environment
                )
                Self.check(second.output, deliveries: "duplicate")
                let pings = Self.bodies.count { $0.hasPrefix("ping/") }
                let statistics = try await node.statistics()
                let expected = Int64(2 * (Self.bodies.count - pings))
                #expect(statistics["deliveries.accepted"] == .integer(expected))
                #expect(statistics["deliveries.duplicate"] == .integer(expected))
                #expect(statistics["deliveries.rejected"] == .integer(0))
            }
        }
    }

    /// Each body was sent twice: with its own signature and with one made for it.
    private static func check(_ output: String, deliveries word: String) {
        let lines = output.split(separator: "\n")
        #expect(lines.count == 2 * Self.bodies.count)
        for (index, line) in lines.enumerated() {
            let body = Self.bodies[index / 2 % Self.bodies.count]
            let isPing = body.hasPrefix("ping/")
            #expect(line.hasSuffix(isPing ? " 200" : " 202"), "\(body): \(line)")
            #expect(line.contains("\"\(isPing ? "pong" : word)\""), "\(body): \(line)")
        }
    }
}
