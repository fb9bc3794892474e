import CSodium
import LibP2PCore
import NIOCore

/// The cipher of a private network, between a socket and everything above it.
final class PrivateNetworkHandler: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Lets the library pick the fastest code for this processor, once.
    private static let isReady = sodium_init() >= 0

    private var sender: PrivateNetwork.Sender
    private var receiver: PrivateNetwork.Receiver

    init(key: SwarmKey) {
        _ = Self.isReady
        let nonce = (0..<PrivateNetwork.nonceLength).map { _ in UInt8.random(in: .min ... .max) }
        self.sender = PrivateNetwork.Sender(key: key, nonce: nonce)
        self.receiver = PrivateNetwork.Receiver(key: key)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = self.receiver.decrypt(self.unwrapInboundIn(data))
        if bytes.readableBytes > 0 { context.fireChannelRead(self.wrapInboundOut(bytes)) }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let bytes = self.sender.encrypt(self.unwrapOutboundIn(data))
        context.write(self.wrapOutboundOut(bytes), promise: promise)
    }
}
