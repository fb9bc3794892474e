import LibP2PCore
import Multiformats
import NIOCore
import NIOPosix

@testable import LibP2P

/// A peer that takes every step of a connection's beginning by hand.
struct HandmadePeer {
    private typealias Link = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private struct Ended: Error {}

    private var iterator: Upgrade.Inbound.AsyncIterator
    private let outbound: Upgrade.Outbound
    private let role: Noise.Role
    private let identity: KeyPair
    private var transport: Noise.Transport?
    /// What has arrived and is not decrypted yet.
    private var wire = ByteBuffer()
    /// What has arrived for the protocol that is spoken now.
    private var input = ByteBuffer()

    private init(_ inbound: Upgrade.Inbound, _ outbound: Upgrade.Outbound, _ role: Noise.Role, _ identity: KeyPair) {
        self.iterator = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.role = role
        self.identity = identity
    }

    /// Dials a host, or is dialled by it.
    ///
    /// - Parameters:
    ///   - host: Whom it meets.
    ///   - role: Its own part.
    ///   - identity: Its name.
    ///   - body: What it says.
    /// - Throws: What breaks the connection off.
    static func meet(
        _ host: LibP2P.Host,
        as role: Noise.Role,
        _ identity: KeyPair,
        _ body: (inout HandmadePeer) async throws -> Void
    ) async throws {
        switch role {
        case .initiator:
            guard case .tcp(let port)? = await host.listenAddresses.first?.components.last else { throw Ended() }
            let link = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connect(host: "127.0.0.1", port: Int(port), channelInitializer: Self.link)
            try await link.executeThenClose { inbound, outbound in
                var peer = HandmadePeer(inbound, outbound, role, identity)
                try await body(&peer)
            }
        case .responder:
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .bind(host: "127.0.0.1", port: 0, childChannelInitializer: Self.link)
            guard let address = Multiaddr(server.channel.localAddress)?.appending(identity.peerID) else {
                throw Ended()
            }
            try await server.executeThenClose { links in
                async let dialled = host.connect(address)
                var incoming = links.makeAsyncIterator()
                guard let link = try await incoming.next(isolation: #isolation) else { throw Ended() }
                try await link.executeThenClose { inbound, outbound in
                    var peer = HandmadePeer(inbound, outbound, role, identity)
                    try await body(&peer)
                }
                _ = try await dialled
            }
        }
    }

    private static func link(_ channel: any Channel) -> EventLoopFuture<Link> {
        channel.eventLoop.makeCompletedFuture { try Link(wrappingChannelSynchronously: channel) }
    }

    // MARK: Steps

    /// Agrees on a protocol by multistream-select.
    mutating func negotiate(_ protocolID: String) async throws {
        switch self.role {
        case .initiator:
            var dialer = Multistream.Dialer(proposals: [protocolID])
            try await self.send(dialer.opening())
            try await self.negotiate { try dialer.receive(&$0, output: &$1) }
        case .responder:
            var listener = Multistream.Listener(supported: [protocolID])
            try await self.negotiate { try listener.receive(&$0, output: &$1) }
        }
    }

    private mutating func negotiate(
        _ receive: (inout ByteBuffer, inout ByteBuffer) throws -> Multistream.Step
    ) async throws {
        while true {
            var output = ByteBuffer()
            let step = try receive(&self.input, &output)
            if output.readableBytes > 0 { try await self.send(output) }
            if case .agreed = step { return }
            try await self.readMore()
        }
    }

    /// Makes the Noise handshake; what follows is encrypted.
    mutating func shakeHands(offering muxers: [String]) async throws -> Noise.Handshake.Outcome {
        var handshake = try Noise.Handshake(
            Noise.Handshake.Configuration(
                role: self.role,
                identity: self.identity,
                staticKey: Array(repeating: 8, count: 32),
                ephemeralKey: Array(repeating: 9, count: 32),
                muxers: muxers
            )
        )
        if self.role == .initiator { try await self.sendFrame(handshake.start()) }
        while true {
            guard let message = Noise.readFrame(from: &self.input) else {
                try await self.readMore()
                continue
            }
            switch try handshake.receive(message) {
            case .reply(let reply): try await self.sendFrame(reply)
            case .finished(let reply, let outcome):
                if let reply { try await self.sendFrame(reply) }
                self.transport = outcome.transport
                swap(&self.wire, &self.input)
                try self.transport?.receiver.decrypt(&self.wire, into: &self.input)
                return outcome
            }
        }
    }

    /// Asks for a sign of life in the muxer's frames, and reads nothing but frames until it comes.
    mutating func ping() async throws {
        var question = ByteBuffer()
        Yamux.FrameEncoder.write(Yamux.Frame(.ping(0xCAFE), flags: .syn), to: &question)
        try await self.send(question)
        while true {
            guard let frame = try Yamux.FrameDecoder.next(from: &self.input) else {
                try await self.readMore()
                continue
            }
            if frame.kind == .ping(0xCAFE), frame.flags.contains(.ack) { return }
        }
    }

    // MARK: Bytes

    private mutating func sendFrame(_ message: [UInt8]) async throws {
        var frame = ByteBuffer()
        Noise.writeFrame(message, to: &frame)
        try await self.send(frame)
    }

    private mutating func send(_ bytes: ByteBuffer) async throws {
        guard self.transport != nil else { return try await self.outbound.write(bytes) }
        var (plaintext, encrypted) = (bytes, ByteBuffer())
        try self.transport?.sender.encrypt(&plaintext, into: &encrypted)
        try await self.outbound.write(encrypted)
    }

    private mutating func readMore() async throws {
        guard var bytes = try await self.iterator.next(isolation: #isolation) else { throw Ended() }
        guard self.transport != nil else {
            self.input.writeBuffer(&bytes)
            return
        }
        self.wire.writeBuffer(&bytes)
        try self.transport?.receiver.decrypt(&self.wire, into: &self.input)
    }
}
