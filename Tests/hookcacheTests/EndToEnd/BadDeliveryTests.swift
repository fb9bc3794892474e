import Foundation
import GitHubSimulatorCore
import NIOCore
import NIOHTTP1
import NIOPosix
import Testing

@testable import hookcache

/// What comes to the webhook listener and is no good delivery is answered as what it is, and the node lives on.
@Suite(.serialized) struct BadDeliveryTests {
    @Test(.timeLimit(.minutes(5))) func badDeliveriesAreRefusedAndGoodOnesTaken() async throws {
        try await TemporaryFolder.with { folder in
            let steps = try Workload(runs: 1, apiURL: "http://127.0.0.1:1").steps
            let environment = ["GITHUB_API_URL": "http://127.0.0.1:1"]
            try await RunningNode.with(in: folder, environment) { node in
                let good = steps[0].delivery.body
                var refused = 0
                for (name, body, headers, status) in Self.bad(good) {
                    let answer = try await node.post(body, headers)
                    #expect(answer.status == status, "\(name)")
                    let text = String(decoding: answer.body, as: UTF8.self)
                    #expect(answer.json?["error"]?.string?.isEmpty == false, "\(name) says \(text)")
                    #expect(!text.contains(RunningNode.secret), "\(name)")
                    refused += 1
                }
                #expect(try await node.isReady())
                #expect(try await node.stored(steps[0].path).status == 504, "nothing of a refused delivery is stored")
                #expect(try await node.statistics()["deliveries.accepted"] == .integer(0))
                for step in steps { #expect(try await node.deliver(step.delivery).status == 202) }
                let last = try #require(steps.last)
                try await eventually("the run is completed") {
                    String(decoding: try await node.stored(last.path).body, as: UTF8.self).contains("\"completed\"")
                }
                #expect(try await node.statistics()["deliveries.accepted"] == .integer(Int64(steps.count)))
            }
        }
    }

    @Test(.timeLimit(.minutes(5))) func aBodyThatIsCutOffIsNotTaken() async throws {
        try await TemporaryFolder.with { folder in
            let steps = try Workload(runs: 1, apiURL: "http://127.0.0.1:1").steps
            let environment = ["GITHUB_API_URL": "http://127.0.0.1:1"]
            try await RunningNode.with(in: folder, environment) { node in
                let delivery = steps[0].delivery
                let fields = delivery.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
                let head =
                    "POST /webhook HTTP/1.1\r\nHost: h\r\n\(fields)Content-Length: \(delivery.body.count)\r\n\r\n"
                let port = try node.port("CACHE_WEBHOOK_LISTEN")
                for kept in [0, 1, delivery.body.count / 2, delivery.body.count - 1] {
                    let answer = try await RawConnection.exchange(
                        port: port,
                        sending: Array(head.utf8) + delivery.body.prefix(kept),
                        thenClosing: true
                    )
                    #expect(!answer.contains(" 202 "), "\(kept) bytes of \(delivery.body.count)")
                }
                // What is no HTTP at all is no request.
                for garbage in ["\0\u{1}\u{2}\r\n\r\n", "POST\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                    let answer = try await RawConnection.exchange(
                        port: port,
                        sending: Array(garbage.utf8),
                        thenClosing: true
                    )
                    #expect(!answer.contains(" 202 "))
                }
                // A body that is announced as too large is refused before it is sent.
                let large = "POST /webhook HTTP/1.1\r\nHost: h\r\n\(fields)Content-Length: 26214401\r\n\r\n"
                let answer = try await RawConnection.exchange(port: port, sending: Array(large.utf8))
                #expect(answer.hasPrefix("HTTP/1.1 413 "))
                #expect(try await node.isReady())
                #expect(try await node.deliver(delivery).status == 202)
            }
        }
    }

    private static func bad(_ good: [UInt8]) -> [(name: String, body: [UInt8], headers: HTTPHeaders, status: Int)] {
        func signed(_ body: [UInt8], event: String = "workflow_run") -> HTTPHeaders {
            RunningNode.headers(of: body, event: event, id: "bad-1")
        }
        func changed(_ name: String, to value: String?) -> HTTPHeaders {
            var headers = signed(good)
            headers.remove(name: name)
            if let value { headers.add(name: name, value: value) }
            return headers
        }
        let array = Array("[1]".utf8)
        let deep = Array((String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)).utf8)
        let nonsense = Array("{\"action\":\u{1}".utf8)
        let cut = Array(good.prefix(good.count / 2))
        let other = Array(#"{"action":"completed","repository":{"id":1,"full_name":"o/r"}}"#.utf8)
        return [
            ("a wrong secret", good, RunningNode.headers(of: good, id: "bad-1", secret: "another"), 401),
            ("the signature of another body", good, signed(cut), 401),
            ("no signature", good, changed("X-Hub-Signature-256", to: nil), 401),
            ("a signature that is none", good, changed("X-Hub-Signature-256", to: "sha256=zz"), 401),
            ("no event", good, changed("X-GitHub-Event", to: nil), 400),
            ("no delivery id", good, changed("X-GitHub-Delivery", to: nil), 400),
            ("a long delivery id", good, changed("X-GitHub-Delivery", to: String(repeating: "x", count: 129)), 400),
            ("another content type", good, changed("Content-Type", to: "text/plain"), 415),
            ("half of a body, signed", cut, signed(cut), 400),
            ("no JSON", nonsense, signed(nonsense), 400),
            ("no object", array, signed(array), 400),
            ("a deep body", deep, signed(deep), 400),
            ("nothing", [], signed([]), 400),
            ("the body of another event", good, signed(good, event: "workflow_job"), 400),
            ("a body without the event's object", other, signed(other), 400),
        ]
    }
}

/// A TCP connection on which anything can be said.
enum RawConnection {
    /// Says something, and gives what the other side says until it closes.
    static func exchange(port: Int, sending bytes: [UInt8], thenClosing: Bool = false) async throws -> String {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(isOutboundHalfClosureEnabled: true)
                    )
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var heard: [UInt8] = []
            do {
                if !bytes.isEmpty { try await outbound.write(ByteBuffer(bytes: bytes)) }
                if thenClosing { outbound.finish() }
                for try await buffer in inbound { heard += buffer.readableBytesView }
            } catch let error as ChannelError {
                // A side that has enough may close while the other still speaks.
                guard error == .ioOnClosedChannel || error == .alreadyClosed || error == .eof else { throw error }
            } catch is IOError {
                return String(decoding: heard, as: UTF8.self)
            }
            return String(decoding: heard, as: UTF8.self)
        }
    }
}
