import Foundation
import Testing

@testable import NodeServer

/// Where a request ends, and whether its connection goes on.
struct HTTPListenerFramingTests {
    private let world = ListenerWorld()

    @Test(arguments: [
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -1\r\n", "Bad Header: x\r\n", "Transfer-Encoding: chunked, identity\r\n",
    ])
    func smuggledFramingIsRefused(headers: String) async throws {
        let listener = world.webhook()
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(headers)\r\n{}"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(world.node.with { $0.deliveries.isEmpty })
    }

    @Test(arguments: ["/nothing", "/healthz", "/webhook"])
    func aBodyThatNobodyReadsEndsTheConnection(path: String) async throws {
        let listener = world.webhook()
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                "POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 4"))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test func aClientThatWaitsToSendIsToldTo() async throws {
        let listener = world.webhook()
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                """
                POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
                Expect: 100-continue\r\nConnection: close\r\n\r\n{}
                """
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 401"))
    }

    @Test func answersWithoutABodyKeepTheConnectionInStep() async throws {
        world.node.hold("/repos/o/r/actions/runs", "{}")
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            let runs = "/repos/o/r/actions/runs HTTP/1.1\r\nHost: \(host)\r\n"
            return try await exchange(
                with: address,
                """
                HEAD \(runs)\r\nGET \(runs)If-None-Match: *\r\n\r\nHEAD /user HTTP/1.1\r\nHost: \(host)\r\n\r\n\
                GET /healthz HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n
                """
            )
        }
        let answers = answer.components(separatedBy: "\r\n\r\n")
        let begins = ["HTTP/1.1 200", "HTTP/1.1 304", "HTTP/1.1 200", "HTTP/1.1 200", #"{"status":"o"#]
        #expect(answers.map { String($0.prefix(12)) } == begins)
        #expect(answers[0].lowercased().contains("content-length: 2"))
        #expect(!answers[1].lowercased().contains("content-length"))
    }

    @Test func anOldClientGetsNoChunks() async throws {
        world.gitHub.with { $0.chunks = [Array("one".utf8), Array("two".utf8)] }
        world.gitHub.with { $0.headers = [("Content-Type", "text/plain")] }
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await exchange(
                with: address,
                "GET /user HTTP/1.0\r\nHost: \(host)\r\nConnection: keep-alive\r\n\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.0 200"))
        #expect(answer.hasSuffix("\r\n\r\nonetwo"))
        #expect(!answer.lowercased().contains("transfer-encoding"))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test func anOldClientIsToldThatItsConnectionStays() async throws {
        world.node.hold("/repos/o/r/actions/runs", "{}")
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            let request = "GET /repos/o/r/actions/runs HTTP/1.0\r\nHost: \(host)\r\n"
            return try await exchange(with: address, request + "Connection: keep-alive\r\n\r\n" + request + "\r\n")
        }
        let answers = answer.lowercased().components(separatedBy: "http/1.1 200")
        #expect(answers.count == 3)
        #expect(answers.dropFirst().first?.contains("connection: keep-alive") == true)
        #expect(answers.last?.contains("connection: close") == true)
    }

    @Test func aRequestToSwitchProtocolsIsAnsweredAsItIs() async throws {
        world.node.hold("/repos/o/r/actions/runs", "{}")
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await exchange(
                with: address,
                """
                GET /repos/o/r/actions/runs HTTP/1.1\r\nHost: \(host)\r\nConnection: Upgrade, HTTP2-Settings\r\n\
                Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n
                """
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.lowercased().contains("connection: close"))
    }
}
