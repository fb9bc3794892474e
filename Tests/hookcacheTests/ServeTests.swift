import Foundation
import Testing

@testable import hookcache

/// A node as an operator starts, asks and stops it.
@Suite struct ServeTests {
    private static let anyPort = [
        "--api-listen", "127.0.0.1:0", "--webhook-listen", "127.0.0.1:0", "--listen-port", "0", "--github-api-url",
        "http://127.0.0.1:9",
    ]

    @Test func aNodeAnswersOverItsSocketAndEndsInOrder() async throws {
        try await self.withFolder { folder in
            let outcome = try await Program.start(["serve", "--dir", folder, "--log-format", "json"] + Self.anyPort) {
                process in
                try await self.untilAnswered(at: folder, while: process)
                let stats = try await Program.run(["stats", "--json", "--dir", folder])
                #expect(stats.status == 0)
                #expect(JSONValue(stats.output.utf8)?["total_requests"] == .integer(0))
                let id = try await Program.run(["peers", "id", "--json", "--dir", folder])
                #expect(JSONValue(id.output.utf8)?["peer_id"] == JSONValue(stats.output.utf8)?["peer_id"])
                // The port that the system picked is in its address.
                let addresses = JSONValue(id.output.utf8)?.rows("addresses").compactMap(\.string) ?? []
                #expect(addresses.count == 1 && !addresses.contains { $0.contains("/tcp/0/") })
                #expect(try await Program.run(["cache", "verify", "--dir", folder]).status == 0)
                #expect(try await Program.run(["cache", "clear", "--dir", folder]).output == "removed  0\n")
                #expect(try await Program.run(["cache", "get", "/repos/o/r", "--dir", folder]).status == 1)
                #expect(try await Program.run(["prewarm", "o/r", "--dir", folder]).status == 1)

                let second = try await Program.run(["serve", "--dir", folder] + Self.anyPort)
                #expect(second.status == 1)
                #expect(second.error.contains(folder))
                process.terminate()
            }
            #expect(outcome.status == 0, "\(outcome.error)")
            let lines = outcome.error.split(separator: "\n")
            #expect(!lines.contains { JSONValue($0.utf8)?["message"] == nil }, "\(outcome.error)")
            #expect(lines.contains { $0.contains("\"peer_id\":\"12D3KooW") })
        }
    }

    @Test func aPortInUseIsNamedWithItsKey() async throws {
        try await StubNode.during([:]) { stub in
            try await self.withFolder { folder in
                let taken = stub.url.replacing("http://", with: "")
                let outcome = try await Program.run(
                    ["serve", "--dir", folder] + Self.anyPort + ["--api-listen", taken]
                )
                #expect(outcome.status == 1)
                #expect(outcome.error.contains("CACHE_API_LISTEN: cannot listen on \(taken): the address is in use"))
            }
        }
    }

    @Test func aFolderThatCannotBeMadeIsNamed() async throws {
        let outcome = try await Program.run(["serve", "--dir", "/dev/null/node"] + Self.anyPort)
        #expect(outcome.status == 1)
        #expect(outcome.error.contains("/dev/null/node"))
    }

    @Test func theDemoEndsByItselfWithEveryEventEverywhere() async throws {
        let outcome = try await Program.run(["demo", "--json"])
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.error)")
        #expect(JSONValue(outcome.output.utf8)?["complete"] == .bool(true))
    }

    private func untilAnswered(at folder: String, while process: Process) async throws {
        let client = ControlClient(socket: folder + "/hookcache.sock")
        let deadline = ContinuousClock.now + .seconds(30)
        while (try? await client.get("stats")) == nil {
            try #require(process.isRunning && ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = "/tmp/hookcache-\(UUID().uuidString.prefix(13))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }
}
