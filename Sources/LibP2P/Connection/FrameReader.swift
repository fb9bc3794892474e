import LibP2PCore
import NIOCore

/// Decrypts and cuts what arrives.
struct FrameReader {
    private var iterator: Upgrade.Inbound.AsyncIterator
    private var receiver: Noise.Receiver
    private var incoming: ByteBuffer
    private var plaintext: ByteBuffer

    init(_ secured: Upgrade.Secured) {
        self.iterator = secured.iterator
        self.receiver = secured.receiver
        self.incoming = secured.incoming
        self.plaintext = secured.plaintext
    }

    /// The next frames; nil at the end of the connection.
    mutating func next() async throws -> [Yamux.Frame]? {
        while true {
            try self.receiver.decrypt(&self.incoming, into: &self.plaintext)
            var frames: [Yamux.Frame] = []
            while let frame = try Yamux.FrameDecoder.next(from: &self.plaintext) { frames.append(frame) }
            Self.compact(&self.incoming)
            Self.compact(&self.plaintext)
            if !frames.isEmpty { return frames }
            guard var bytes = try await self.iterator.next(isolation: #isolation) else { return nil }
            if self.incoming.readableBytes == 0 { self.incoming = bytes } else { self.incoming.writeBuffer(&bytes) }
        }
    }

    private static func compact(_ buffer: inout ByteBuffer) {
        if buffer.readableBytes == 0 {
            buffer = ByteBuffer()
        } else {
            buffer.discardReadBytes()
        }
    }
}
