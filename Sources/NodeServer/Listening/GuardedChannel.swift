import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Hummingbird's HTTP/1.1 channel with a ``RequestGuard`` behind the decoder.
struct GuardedChannel: ServerChildChannel {
    private let base: HTTP1Channel
    private let lingerTime: TimeAmount

    static func builder(_ limits: Limits) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let configuration = HTTP1Channel.Configuration(
                idleTimeout: TimeAmount(limits.idleTime),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: limits.headerField,
                    maxHeaderListSize: limits.headerList,
                    maxHeaderFieldCount: limits.headerFields
                )
            )
            let base = HTTP1Channel(responder: responder, configuration: configuration)
            return GuardedChannel(base: base, lingerTime: TimeAmount(limits.lingerTime))
        }
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTP1Channel.Value> {
        base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(RequestGuard(lingerTime: lingerTime), position: .after(decoder))
            return value
        }
    }

    func handle(value: HTTP1Channel.Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
