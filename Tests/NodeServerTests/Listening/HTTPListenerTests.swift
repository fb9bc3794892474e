import CacheNode
import Foundation
import GitHubCore
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import NodeServer

struct HTTPListenerTests {
    private let node = FakeNode()
    private let gitHub = FakeGitHub()

    private func configuration(_ change: (inout ListenerConfiguration) -> Void = { _ in }) -> ListenerConfiguration {
        var configuration = ListenerConfiguration()
        configuration.webhookPort = 0
        configuration.apiPort = 0
        change(&configuration)
        return configuration
    }

    private func webhook(_ configuration: ListenerConfiguration) -> WebhookListener {
        WebhookListener(configuration, node: node, counters: ServerCounters(), logger: quiet)
    }

    private func api(_ address: APIListener.Address, _ configuration: ListenerConfiguration) -> APIListener {
        APIListener(
            address,
            configuration,
            node: node,
            passThrough: gitHub,
            counters: ServerCounters(),
            logger: quiet
        )
    }

    private func temporaryFolder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appending(path: "hc-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func aDeliveryIsTakenOverTCP() async throws {
        let delivery = try #require(DeliveryID("d-1"))
        node.with { $0.webhookAnswer = .accepted(delivery) }
        let listener = webhook(configuration())
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
        #expect(node.with { $0.deliveries.first?.event } == "ping")
    }

    @Test func tooLargeADeliveryIsRefusedBeforeItIsSent() async throws {
        let listener = webhook(configuration())
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
        #expect(node.with { $0.deliveries.isEmpty })
    }

    @Test(arguments: ["/nothing", "/healthz", "/webhook"])
    func aBodyThatNobodyReadsEndsTheConnection(path: String) async throws {
        let listener = webhook(configuration())
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                "POST \(path) HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 4"))
        #expect(answer.lowercased().contains("connection: close"))
    }

    @Test func aStreamOfEventsEndsWithTheNode() async throws {
        node.with { $0.open = [] }
        let listener = api(.tcp, configuration())
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

    @Test func aClientThatWaitsToSendIsToldTo() async throws {
        let listener = webhook(configuration())
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

    @Test(arguments: [
        "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: -1\r\n", "Bad Header: x\r\n", "Transfer-Encoding: chunked, identity\r\n",
    ])
    func smuggledFramingIsRefused(headers: String) async throws {
        let listener = webhook(configuration())
        let answer = try await serving(listener) {
            try await exchange(
                with: await listener.boundAddress(),
                "POST /webhook HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\(headers)\r\n{}"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(node.with { $0.deliveries.isEmpty })
    }

    @Test func aConnectionServesSeveralRequests() async throws {
        let listener = webhook(configuration())
        let answer = try await serving(listener) {
            let health = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
            return try await exchange(
                with: await listener.boundAddress(),
                health + health + "GET /healthz HTTP/1.0\r\n\r\n"
            )
        }
        #expect(answer.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
    }

    @Test func anAbsoluteTargetNamesItsOwnHost() async throws {
        node.hold("/repos/o/r/actions/runs", #"{"url":"https://api.github.com/x"}"#)
        let listener = api(.tcp, configuration())
        let (own, foreign, upstream) = try await serving(listener) {
            let address = await listener.boundAddress()
            let port = try #require(address?.port)
            func get(_ url: String, host: String) async throws -> String {
                let head = "GET \(url)/repos/o/r/actions/runs HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                return try await exchange(with: address, head)
            }
            return (
                try await get("http://localhost:\(port)", host: "ignored.example"),
                try await get("http://evil.example", host: "127.0.0.1:\(port)"),
                try await get("https://api.github.com", host: "127.0.0.1:\(port)")
            )
        }
        #expect(own.contains(#"{"url":"http://localhost:"#))
        #expect(foreign.hasPrefix("HTTP/1.1 421"))
        #expect(upstream.contains(#"{"url":"https://api.github.com/x"}"#))
    }

    @Test func twoHostsAreRefused() async throws {
        let listener = api(.tcp, configuration())
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await exchange(
                with: address,
                "GET /user HTTP/1.1\r\nHost: \(host)\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
    }

    @Test func largeBodiesStreamThroughBothWays() async throws {
        let chunk = [UInt8](repeating: UInt8(ascii: "x"), count: 65_536)
        gitHub.with { state in
            state.headers = [("Content-Type", "application/octet-stream")]
            state.chunks = Array(repeating: chunk, count: 128)
        }
        let listener = api(.tcp, configuration())
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
        #expect(gitHub.with { $0.seen.first?.body.count } == 4_194_304)
    }

    @Test func anAnswerMayComeBeforeTheRequestsEnd() async throws {
        gitHub.with { state in
            state.readsBody = false
            state.status = 413
            state.chunks = [Array("too large".utf8)]
        }
        let listener = api(.tcp, configuration())
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

    @Test func answersWithoutABodyKeepTheConnectionInStep() async throws {
        node.hold("/repos/o/r/actions/runs", "{}")
        let listener = api(.tcp, configuration())
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

    @Test func pipelinedRequestsAreAnsweredInTheirOrder() async throws {
        let count = 50
        for number in 0..<count { node.hold("/repos/o/r/actions/runs/\(number + 1)", "{\"id\":\(number + 1)}") }
        let listener = api(.tcp, configuration())
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

    @Test func anOldClientGetsNoChunks() async throws {
        gitHub.with { $0.chunks = [Array("one".utf8), Array("two".utf8)] }
        gitHub.with { $0.headers = [("Content-Type", "text/plain")] }
        let listener = api(.tcp, configuration())
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
        node.hold("/repos/o/r/actions/runs", "{}")
        let listener = api(.tcp, configuration())
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
        node.hold("/repos/o/r/actions/runs", "{}")
        let listener = api(.tcp, configuration())
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

    @Test(arguments: [
        "ftp://127.0.0.1/repos/o/r/actions/runs", "repos/o/r/actions/runs", "http:/repos/o/r/actions/runs",
        "http:///repos/o/r/actions/runs", "x:/repos/o/r/actions/runs", "*",
        "http://user@127.0.0.1/repos/o/r/actions/runs",
    ])
    func aTargetThatIsNoPathNamesNothing(target: String) async throws {
        node.hold("/repos/o/r/actions/runs", #"{"held":1}"#)
        let listener = api(.tcp, configuration())
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await exchange(
                with: address,
                "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(!answer.contains("held"))
        #expect(gitHub.with { $0.seen.isEmpty })
    }

    @Test func theSocketIsForItsOwnerOnly() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s.sock").path
        let listener = api(.unixSocket, configuration { $0.socketPath = path })
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            #expect(address == .unixSocket(path: path))
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["s.sock"])
            return try await exchange(
                with: address,
                "GET /_hookcache/v1/peers HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasSuffix(#""peers":[]}"#))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func aStaleSocketIsReplacedAndALiveOneIsNot() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "s.sock").path
        let other = folder.appending(path: "other").path
        let stale = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: other).get()
        // Under another name the file outlives its socket, as it does after a crash.
        try FileManager.default.moveItem(atPath: other, toPath: path)
        try await stale.close()
        #expect(FileManager.default.fileExists(atPath: path))
        let configuration = configuration { $0.socketPath = path }
        let first = api(.unixSocket, configuration)
        try await serving(first) {
            #expect(await first.boundAddress() == .unixSocket(path: path))
            let error = await #expect(throws: ListenError.self) { try await api(.unixSocket, configuration).run() }
            #expect(error?.description == "CACHE_SOCKET: cannot listen on \(path): another node listens there")
            #expect(FileManager.default.fileExists(atPath: path))
        }
    }

    @Test func aFileThatIsNoSocketIsLeftAlone() async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "precious").path
        try Data("x".utf8).write(to: URL(filePath: path))
        let listener = api(.unixSocket, configuration { $0.socketPath = path })
        await #expect(throws: ListenError.self) { try await listener.run() }
        #expect(FileManager.default.contents(atPath: path) == Data("x".utf8))
        #expect(await listener.boundAddress() == nil)
    }

    @Test func aFolderThatIsMissingIsTold() async throws {
        let listener = api(.unixSocket, configuration { $0.socketPath = "/nonexistent/hookcache.sock" })
        let error = await #expect(throws: ListenError.self) { try await listener.run() }
        #expect(
            error?.description
                == "CACHE_SOCKET: cannot listen on /nonexistent/hookcache.sock: the folder does not exist"
        )
    }

    @Test func aPortInUseIsTold() async throws {
        let first = webhook(configuration())
        try await serving(first) {
            let port = try #require(await first.boundAddress()?.port)
            let error = await #expect(throws: ListenError.self) {
                try await webhook(configuration { $0.webhookPort = port }).run()
            }
            #expect(
                error?.description
                    == "CACHE_WEBHOOK_LISTEN: cannot listen on 127.0.0.1:\(port): the address is in use, perhaps by another node"
            )
        }
    }

    @Test func anAddressOfAnotherMachineIsTold() async throws {
        let listener = api(.tcp, configuration { $0.apiHost = "192.0.2.1" })
        let error = await #expect(throws: ListenError.self) { try await listener.run() }
        #expect(error?.key == "CACHE_API_LISTEN")
        #expect(error?.reason == "this machine has no such address")
    }
}
