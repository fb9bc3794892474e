import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// A node's Unix socket with answers made up beforehand; it writes down what it was asked.
final class StubNode: Sendable {
    struct Answer {
        var status = HTTPResponseStatus.ok
        var body: String
    }

    let socket: String
    private let asked = Mutex<[String]>([])

    private init() {
        // Short, for a socket's path may have 107 bytes.
        self.socket = "/tmp/hookcache-\(UUID().uuidString.prefix(13)).sock"
    }

    /// The requests: method, path and, after a space, the body.
    var requests: [String] { self.asked.withLock { $0 } }

    /// Serves while the work goes on; what is not among the answers gets 404.
    static func during<Result>(_ answers: [String: Answer], _ work: (StubNode) async throws -> Result) async throws
        -> Result
    {
        let node = StubNode()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(node: node, answers: answers))
                }
            }
            .bind(unixDomainSocketPath: node.socket).get()
        defer { try? FileManager.default.removeItem(atPath: node.socket) }
        do {
            let result = try await work(node)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let node: StubNode
        private let answers: [String: Answer]
        private var request = ""
        private var body = ""

        init(node: StubNode, answers: [String: Answer]) {
            self.node = node
            self.answers = answers
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
                let answer = self.answers[self.request] ?? Answer(status: .notFound, body: #"{"error":"no such path"}"#)
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
