import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A node with answers made up beforehand, on a Unix socket and on TCP; it writes down what it was asked.
final class StubNode: Sendable {
    struct Answer {
        var status = HTTPResponseStatus.ok
        var body: String
    }

    /// Short, for a socket's path may have 107 bytes.
    let socket = "/tmp/hookcache-\(UUID().uuidString.prefix(13)).sock"
    private let answers: [String: Answer]
    private let port = Mutex(0)
    private let asked = Mutex<[String]>([])

    private init(answers: [String: Answer]) {
        self.answers = answers
    }

    /// Where it listens on TCP.
    var url: String { "http://127.0.0.1:\(self.port.withLock { $0 })" }

    /// The requests: method, path and, after a space, the body.
    var requests: [String] { self.asked.withLock { $0 } }

    /// Serves while the work goes on; what is not among the answers gets 404.
    static func during<Result>(_ answers: [String: Answer], _ work: (StubNode) async throws -> Result) async throws
        -> Result
    {
        let node = StubNode(answers: answers)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton).childChannelInitializer {
            channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                try channel.pipeline.syncOperations.addHandler(Handler(node: node))
            }
        }
        let local = try await bootstrap.bind(unixDomainSocketPath: node.socket).get()
        let tcp = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        node.port.withLock { $0 = tcp.localAddress?.port ?? 0 }
        defer { try? FileManager.default.removeItem(atPath: node.socket) }
        do {
            let result = try await work(node)
            try await local.close()
            try await tcp.close()
            return result
        } catch {
            try? await local.close()
            try? await tcp.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let node: StubNode
        private var request = ""
        private var body = ""

        init(node: StubNode) {
            self.node = node
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch self.unwrapInboundIn(data) {
            case .head(let head):
                self.request = "\(head.method.rawValue) \(head.uri)"
                self.body = ""
            case .body(let buffer):
                self.body += String(buffer: buffer)
            case .end:
                self.node.asked.withLock {
                    $0.append(self.body.isEmpty ? self.request : "\(self.request) \(self.body)")
                }
                let answer =
                    self.node.answers[self.request] ?? Answer(status: .notFound, body: #"{"error":"no such path"}"#)
                let headers = HTTPHeaders([("Content-Length", String(answer.body.utf8.count))])
                let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
                context.write(self.wrapOutboundOut(.head(head)), promise: nil)
                let buffer = context.channel.allocator.buffer(string: answer.body)
                context.write(self.wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
                context.writeAndFlush(self.wrapOutboundOut(.end(nil)), promise: nil)
            }
        }
    }
}
