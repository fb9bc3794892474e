import CacheNode
import Foundation
import GitHubCore
import NIOCore
import ServiceLifecycle
import Testing

@testable import NodeServer

/// Requests and answers as whole connections carry them.
struct HTTPListenerTests {
    private let world = ListenerWorld()

    @Test func aDeliveryIsTakenOverTCP() async throws {
        let delivery = try #require(DeliveryID("d-1"))
        world.node.with { $0.webhookAnswer = .accepted(delivery) }
        let listener = world.webhook()
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                """
                POST /webhook HTTP/1.1\r\nHost: x\r\nCONTENT-TYPE: application/json\r\nx-gitHub-event: ping\r\n\
                Content-Length: 2\r\nConnection: close\r\n\r\n{}
                """
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 202 Accepted\r\n"))
        #expect(answer.hasSuffix(#"{"delivery":"d-1","status":"accepted"}"#))
        #expect(world.node.with { $0.deliveries.first?.event } == "ping")
    }

    @Test func aConnectionServesSeveralRequests() async throws {
        let listener = world.webhook()
        let answer = try await serving(listener) {
            let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            return try await exchange(
                with: await listener.boundAddress(),
                health + health + "GET /healthz HTTP/1.0\r\n\r\n"
            )
        }
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
    }

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        let count = 50
        for number in 0..<count { world.node.hold("/repos/o/r/actions/runs/\(number + 1)", "{\"id\":\(number + 1)}") }
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            let requests = (1...count).map { number in
                let last = number == count ? "Connection: close\r\n" : ""
                return "GET /repos/o/r/actions/runs/\(number) HTTP/1.1\r\nHost: \(host)\r\n\(last)\r\n"
            }
            return try await exchange(with: address, requests.joined())
        }
        let bodies = answer.components(separatedBy: "\r\n\r\n").dropFirst().map { $0.prefix { $0 != "}" } }
        #expect(bodies == (1...count).map { "{\"id\":\($0)" })
        #expect(answer.components(separatedBy: "HTTP/1.1 200").count == count + 1)
    }

    @Test func largeBodiesStreamThroughBothWays() async throws {
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        world.gitHub.with { state in
            state.headers = [("Content-Type", "application/octet-stream")]
            state.chunks = Array(repeating: chunk, count: 128)
        }
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let head = """
                POST /repos/o/r/releases/1/assets HTTP/1.1\r\nHost: 127.0.0.1:\(try #require(address?.port))\r\n\
                Content-Length: 4194304\r\nConnection: close\r\n\r\n
                """
            return try await exchange(with: address, Array(head.utf8) + [UInt8](repeating: 1, count: 4_194_304))
        }
        #expect(answer.hasPrefix("HTTP/1.1 200 OK"))
        #expect(answer.utf8.count { $0 == UInt8(ascii: "x") } >= 128 * 65_536)
        #expect(world.gitHub.with { $0.seen.first?.body.count } == 4_194_304)
    }

    @Test func anAnswerMayComeBeforeTheRequestsEnd() async throws {
        world.gitHub.with { state in
            state.readsBody = false
            state.status = 413
            state.chunks = [Array("too large".utf8)]
        }
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let head = """
                POST /repos/o/r/issues HTTP/1.1\r\nHost: 127.0.0.1:\(try #require(address?.port))\r\n\
                Content-Length: 4194304\r\n\r\n
                """
            return try await exchange(with: address, Array(head.utf8) + [UInt8](repeating: 1, count: 4_194_304))
        }
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.contains("too large"))
    }

    @Test func tooLargeADeliveryIsRefusedBeforeItIsSent() async throws {
        let listener = world.webhook()
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                """
                POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 26214401\r\n\r\n
                """
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.lowercased().contains("connection: close"))
        #expect(world.node.with { $0.deliveries.isEmpty })
    }

    @Test func aStreamOfEventsEndsWithTheNode() async throws {
        world.node.with { $0.open = [] }
        let listener = world.api(.tcp)
        let text = try await serving(listener) { group in
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await connect(to: address).executeThenClose { inbound, outbound in
                try await outbound.write(
                    ByteBuffer(string: "GET /_hookcache/v1/events HTTP/1.1\r\nHost: \(host)\r\n\r\n")
                )
                var text = ""
                for try await chunk in inbound {
                    text += String(buffer: chunk)
                    if text.contains("hello") { await group.triggerGracefulShutdown() }
                }
                return text
            }
        }
        #expect(text.hasSuffix("0\r\n\r\n"))
    }
}
