import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import hookcache

@Suite struct ControlClientTests {
    @Test func withNoSocketNoNodeAnswers() async throws {
        let client = ControlClient(socket: "/nowhere/at/all.sock")
        let error = try await #require(throws: CommandError.self) { try await client.get("stats") }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("/nowhere/at/all.sock"))
        #expect(error.message.contains("hookcache serve"))
    }

    @Test func aSocketThatNobodyListensOnIsNoNode() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).sock").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        // A node that was killed leaves its socket behind.
        let group = MultiThreadedEventLoopGroup.singleton
        let server = try await ServerBootstrap(group: group).bind(unixDomainSocketPath: path).get()
        try await server.close()
        let error = try await #require(throws: CommandError.self) { try await ControlClient(socket: path).get("stats") }
        #expect(error.code == .unavailable)
    }

    @Test func queriesAreEncodedAndAbsentItemsLeftOut() {
        let query: [(String, String?)] = [("path", "/repos/a/b?c=d&e"), ("x", nil), ("n", "ä +")]
        #expect(ControlClient.queryString(query) == "?path=/repos/a/b%3Fc%3Dd%26e&n=%C3%A4%20%2B")
        #expect(ControlClient.queryString([]) == "")
    }

    @Test(
        arguments: [
            (#"{"error":"no such hook"}"#, "no such hook (404)"), (#"{"message":"Not Found"}"#, "Not Found (404)"),
            ("<html>", "the node answered 404 Not Found"), ("", "the node answered 404 Not Found"),
        ]
    )
    func anErrorAnswerTellsItsReason(body: String, reason: String) {
        #expect(ControlClient.reason(status: .notFound, bytes: Array(body.utf8)) == reason)
    }
}
