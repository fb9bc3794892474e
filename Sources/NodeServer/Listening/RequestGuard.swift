import NIOCore
import NIOHTTP1

/// Sees each request as it came over the wire, and closes connections that must not be used again.
///
/// - A target in absolute form (RFC 9112, section 3.2.2) names its host itself: that host takes the place of the `Host`
///   field, so that only one name is ever checked.
/// - Every other target that is no path and not `*` becomes one that nothing answers to.
/// - A client that waits for `100 Continue` gets it.
/// - An answer to HEAD has no body, also where its length is not known.
/// - An answer to HTTP/1.0 is not chunked, and says where the connection stays open.
/// - A request that would switch protocols is answered as it is, and ends the connection: the decoder reads no more.
/// - After an answer with `Connection: close`, to a client that asked for it, or to a request that was not read to its
///   end, no more is read, and the connection is closed once the client has had time to read the answer.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let lingerTime: TimeAmount
    /// The requests that await their answers, the oldest first.
    private var pending: [Pending] = []
    private var isClosing = false

    /// A request that awaits its answer.
    private struct Pending {
        /// Whether the connection ends with the answer.
        var closes: Bool
        /// Whether it asks for the headers only.
        var isHead = false
        /// Whether the request was read to its end.
        var isComplete = false
        /// Whether the client speaks HTTP/1.0.
        var isOld = false
    }

    init(lingerTime: TimeAmount) {
        self.lingerTime = lingerTime
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            pending.append(
                Pending(
                    closes: !head.isKeepAlive || head.method == .CONNECT || head.headers.contains(name: "upgrade"),
                    isHead: head.method == .HEAD,
                    isOld: head.version.minor == 0
                )
            )
            Self.adoptAbsoluteForm(&head)
            let waits = head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
            if waits, pending.count == 1 {
                let proceed = HTTPResponseHead(version: .http1_1, status: .continue)
                context.writeAndFlush(wrapOutboundOut(.head(proceed)), promise: nil)
            }
            context.fireChannelRead(wrapInboundOut(.head(head)))
        case .body:
            context.fireChannelRead(data)
        case .end:
            if !pending.isEmpty { pending[pending.count - 1].isComplete = true }
            context.fireChannelRead(data)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head) where head.status.code >= 200:
            let saysClose = head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "close" }
            let first = pending.first ?? Pending(closes: true)
            var closes = saysClose || first.closes || !first.isComplete
            if first.isOld, !first.isHead, head.status.mayHaveResponseBody,
                !head.headers.contains(name: "content-length")
            {
                // The encoder takes the version for the client's: the end of the connection ends the body.
                head.version = .http1_0
                closes = true
            }
            if closes, !saysClose {
                head.headers.replaceOrAdd(name: "Connection", value: "close")
            } else if first.isOld, !closes {
                head.headers.replaceOrAdd(name: "Connection", value: "keep-alive")
            }
            if !pending.isEmpty { pending[0].closes = closes }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .end:
            let request = pending.isEmpty ? Pending(closes: true) : pending.removeFirst()
            // The encoder would end chunks that an answer to HEAD does not have.
            if request.isHead { promise?.succeed() } else { context.write(data, promise: promise) }
            context.flush()
            if request.closes { close(context) }
        default:
            context.write(data, promise: promise)
        }
    }

    private func close(_ context: ChannelHandlerContext) {
        isClosing = true
        context.close(mode: .output, promise: nil)
        let channel = context.channel
        channel.eventLoop.scheduleTask(in: lingerTime) { channel.close(promise: nil) }
    }

    private static func adoptAbsoluteForm(_ head: inout HTTPRequestHead) {
        guard !head.uri.hasPrefix("/"), head.uri != "*" else { return }
        let scheme = ["http://", "https://"].first { head.uri.lowercased().hasPrefix($0) }
        let rest = head.uri.dropFirst(scheme?.utf8.count ?? 0)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard scheme != nil, !authority.isEmpty, head.headers[canonicalForm: "host"].count <= 1 else {
            // Whatever it names, it is nothing that is served here: no later reading may make a path of it.
            head.uri = "*"
            return
        }
        let target = rest.dropFirst(authority.count)
        head.headers.replaceOrAdd(name: "Host", value: String(authority))
        head.uri = target.hasPrefix("/") ? String(target) : "/\(target)"
    }
}
