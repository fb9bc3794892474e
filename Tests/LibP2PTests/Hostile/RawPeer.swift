import LibP2PCore
import Logging
import Multiformats
import NIOCore
import NIOPosix

@testable import LibP2P

/// A peer whose every frame is written by hand, over a connection that is upgraded as it should be.
struct RawPeer {
    private let outbound: Upgrade.Outbound
    private var sender: Noise.Sender
    private var reader: FrameReader

    /// Dials a host and gives the connection to the body.
    static func dial<Value>(
        _ host: LibP2P.Host,
        as byte: UInt8,
        _ body: (inout RawPeer) async throws -> Value
    ) async throws -> Value {
        guard case .tcp(let port)? = await host.listenAddresses.first?.components.last else {
            throw CancellationError()
        }
        let socket = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: Int(port)) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await socket.executeThenClose { inbound, outbound in
            let secured = try await Upgrade.secure(
                inbound,
                outbound,
                greeted: {},
                role: .initiator,
                identity: keyPair(byte),
                expectedPeer: host.peerID
            )
            var peer = RawPeer(outbound: secured.outbound, sender: secured.sender, reader: FrameReader(secured))
            return try await body(&peer)
        }
    }

    /// Sends bytes as the muxer's.
    mutating func send(_ bytes: [UInt8]) async throws {
        var plaintext = ByteBuffer(bytes: bytes)
        var wire = ByteBuffer()
        try self.sender.encrypt(&plaintext, into: &wire)
        try await self.outbound.write(wire)
    }

    /// Sends frames in one piece.
    mutating func send(_ frames: Yamux.Frame...) async throws {
        try await self.send(frames)
    }

    /// Sends frames in one piece.
    mutating func send(_ frames: [Yamux.Frame]) async throws {
        var buffer = ByteBuffer()
        for frame in frames { Yamux.FrameEncoder.write(frame, to: &buffer) }
        try await self.send(Array(buffer: buffer))
    }

    /// The next frames that the host sends; nil at the end.
    mutating func receive() async -> [Yamux.Frame]? {
        (try? await self.reader.next()) ?? nil
    }

    /// Reads until the host ends the connection.
    mutating func end() async {
        while await self.receive() != nil {}
    }
}

extension Yamux.Frame {
    /// Opens a stream.
    static func open(_ id: Yamux.StreamID) -> Yamux.Frame { Yamux.Frame(.windowUpdate(0), flags: .syn, streamID: id) }

    /// Bytes of a stream.
    static func data(_ bytes: [UInt8], on id: Yamux.StreamID) -> Yamux.Frame {
        Yamux.Frame(.data(ByteBuffer(bytes: bytes)), streamID: id)
    }
}
