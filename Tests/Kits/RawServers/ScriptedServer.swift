import Glibc
import NIOCore
import NIOPosix
import Synchronization

/// A server on loopback that answers each request as a script says, byte by byte, so that it can misbehave.
package struct ScriptedServer: Sendable {
    /// What arrived.
    package struct Request: Sendable {
        /// The method.
        package var method = ""
        /// Path and query.
        package var target = ""
        /// The headers in order.
        package var headers: [(name: String, value: String)] = []
        /// The whole body.
        package var body: [UInt8] = []

        /// The first header of a name.
        package subscript(name: String) -> String? {
            headers.first { $0.name.lowercased() == name.lowercased() }?.value
        }
    }

    /// What goes back.
    package enum Reply: Sendable {
        /// A proper answer.
        case answer(Int, [String: String], [UInt8])
        /// These bytes, then the end of the connection.
        case bytes(String)
        /// These bytes, and nothing more until the client leaves.
        case hold(String)
        /// A head with the length of all chunks, and the chunks.
        case chunks(Int, of: [UInt8])
        /// The end of the connection, and nothing before it.
        case close
        /// The reset of the connection, and nothing before it.
        case reset
        /// Nothing at all until the client leaves.
        case silence
    }

    /// Tells from a request's number and the request what goes back.
    package typealias Script = @Sendable (Int, Request) -> Reply

    /// Where it listens.
    package let port: Int
    private let seen: Seen

    final class Seen: Sendable {
        let requests = Mutex<[Request]>([])
        let bytesTaken = Mutex<Int>(0)
    }

    /// Its base URL.
    package var url: String { "http://127.0.0.1:\(port)" }
    /// Bytes of chunks that the client's side of the connection has taken.
    package var bytesTaken: Int { seen.bytesTaken.withLock { $0 } }
    /// The requests so far, in the order in which they came.
    package var requests: [Request] { seen.requests.withLock { $0 } }

    /// Runs a server as long as the body does.
    @discardableResult
    package static func run<Result: Sendable>(
        _ script: @escaping Script,
        _ body: @Sendable (ScriptedServer) async throws -> Result
    ) async throws -> Result {
        let seen = Seen()
        let listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Connection(script: script, seen: seen))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let server = ScriptedServer(port: listener.localAddress?.port ?? 0, seen: seen)
        do {
            let result = try await body(server)
            try await listener.close()
            return result
        } catch {
            try await listener.close()
            throw error
        }
    }

    final class Connection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let script: Script
        private let seen: Seen
        private var buffer: [UInt8] = []

        init(script: @escaping Script, seen: Seen) {
            self.script = script
            self.seen = seen
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            buffer += unwrapInboundIn(data).readableBytesView
            while let request = ScriptedServer.take(&buffer) {
                let number = seen.requests.withLock { requests in
                    requests.append(request)
                    return requests.count - 1
                }
                send(script(number, request), context: context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }

        private func send(_ reply: Reply, context: ChannelHandlerContext) {
            switch reply {
            case .answer(let status, let headers, let body):
                var head = "HTTP/1.1 \(status) Said\r\n"
                for (name, value) in headers { head += "\(name): \(value)\r\n" }
                if status != 304, status != 204 { head += "Content-Length: \(body.count)\r\n" }
                context.writeAndFlush(
                    wrapOutboundOut(ByteBuffer(bytes: Array((head + "\r\n").utf8) + body)),
                    promise: nil
                )
            case .bytes(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                context.close(promise: nil)
            case .hold(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
            case .chunks(let count, let chunk):
                let head = "HTTP/1.1 200 OK\r\nContent-Length: \(count * chunk.count)\r\n\r\n"
                context.write(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
                let piece = ByteBuffer(bytes: chunk)
                for _ in 0..<count {
                    let taken = context.eventLoop.makePromise(of: Void.self)
                    taken.futureResult.whenSuccess { [seen] in seen.bytesTaken.withLock { $0 += chunk.count } }
                    context.write(wrapOutboundOut(piece), promise: taken)
                }
                context.flush()
            case .close:
                context.close(promise: nil)
            case .reset:
                // What lingers for no time is reset.
                let channel = context.channel
                guard let socket = channel as? any SocketOptionProvider else { return context.close(promise: nil) }
                socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in channel.close(promise: nil) }
            case .silence:
                break
            }
        }
    }

    /// Takes one whole request off the buffer.
    private static func take(_ buffer: inout [UInt8]) -> Request? {
        guard let end = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines[0].split(separator: " ")
        var request = Request(method: String(words[0]), target: String(words[1]))
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            request.headers.append((String(parts[0]), String(parts[1].drop { $0 == " " })))
        }
        var rest = buffer[end.upperBound...]
        if request["Transfer-Encoding"] == "chunked" {
            guard let body = dechunk(&rest) else { return nil }
            request.body = body
        } else {
            let length = request["Content-Length"].flatMap { Int($0) } ?? 0
            guard rest.count >= length else { return nil }
            request.body = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        buffer = Array(rest)
        return request
    }

    private static func dechunk(_ rest: inout ArraySlice<UInt8>) -> [UInt8]? {
        var body: [UInt8] = []
        var left = rest
        while let line = left.firstRange(of: Array("\r\n".utf8)) {
            guard let size = Int(String(decoding: left[..<line.lowerBound], as: UTF8.self), radix: 16) else {
                return nil
            }
            left = left[line.upperBound...]
            guard left.count >= size + 2 else { return nil }
            body += left.prefix(size)
            left = left.dropFirst(size + 2)
            if size == 0 {
                rest = left
                return body
            }
        }
        return nil
    }
}
