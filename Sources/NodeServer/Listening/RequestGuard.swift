import NIOCore
import NIOHTTP1

/// Sees each request as it came over the wire, and closes connections that must not be used again.
///
/// - A target in absolute form (RFC 9112, section 3.2.2) names its host itself: that host takes the place of the `Host`
///   field, so that only one name is ever checked.
/// - A client that waits for `100 Continue` gets it.
/// - An answer to HEAD has no body, also where its length is not known.
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
    }

    init(lingerTime: TimeAmount) {
        self.lingerTime = lingerTime
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isClosing else { return }
        switch unwrapInboundIn(data) {
        case .head(var head):
            pending.append(Pending(closes: !head.isKeepAlive, isHead: head.method == .HEAD))
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
            let closes = saysClose || first.closes || !first.isComplete
            if closes, !saysClose { head.headers.replaceOrAdd(name: "Connection", value: "close") }
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
        let scheme = ["http://", "https://"].first { head.uri.lowercased().hasPrefix($0) }
        guard let scheme, head.headers[canonicalForm: "host"].count <= 1 else { return }
        let rest = head.uri.dropFirst(scheme.utf8.count)
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let target = rest.dropFirst(authority.count)
        head.headers.replaceOrAdd(name: "Host", value: String(authority))
        head.uri = target.hasPrefix("/") ? String(target) : "/\(target)"
    }
}
