import LibP2PCore
import NIOCore
import Testing

struct FrameTests {
    private static let frames: [(Yamux.Frame, [UInt8])] = [
        (Yamux.Frame(.windowUpdate(0), flags: .syn, streamID: 1), [0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0]),
        (
            Yamux.Frame(.data(ByteBuffer(bytes: [7, 8])), flags: .fin, streamID: 258),
            [0, 0, 0, 4, 0, 0, 1, 2, 0, 0, 0, 2, 7, 8]
        ),
        (Yamux.Frame(.ping(0x0102_0304), flags: .ack), [0, 2, 0, 2, 0, 0, 0, 0, 1, 2, 3, 4]),
        (Yamux.Frame(.goAway(2)), [0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]),
    ]

    private func encoded(_ frame: Yamux.Frame) -> ByteBuffer {
        var buffer = ByteBuffer()
        Yamux.FrameEncoder.write(frame, to: &buffer)
        return buffer
    }

    @Test func framesHaveTheirBytes() throws {
        for (frame, bytes) in Self.frames {
            var buffer = encoded(frame)
            #expect(buffer.readableBytesView.elementsEqual(bytes))
            #expect(try Yamux.FrameDecoder.next(from: &buffer) == frame)
            #expect(buffer.readableBytes == 0)
        }
    }

    @Test func framesArriveByteByByte() throws {
        var wire = ByteBuffer()
        for (frame, _) in Self.frames { Yamux.FrameEncoder.write(frame, to: &wire) }
        var input = ByteBuffer()
        var decoded: [Yamux.Frame] = []
        while let byte = wire.readInteger(as: UInt8.self) {
            input.writeInteger(byte)
            if let frame = try Yamux.FrameDecoder.next(from: &input) { decoded.append(frame) }
        }
        #expect(decoded == Self.frames.map(\.0))
    }

    @Test func aLengthBeyondAnyWindowIsRefusedBeforeItArrives() {
        var buffer = ByteBuffer(bytes: [0, 0, 0, 0, 0, 0, 0, 1, 0, 4, 0, 1])
        #expect(throws: Yamux.Failure.frameTooLong) { try Yamux.FrameDecoder.next(from: &buffer) }
    }

    @Test func otherVersionsAndTypesAreRefused() {
        var buffer = ByteBuffer(bytes: [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
        #expect(throws: Yamux.Failure.unknownVersion) { try Yamux.FrameDecoder.next(from: &buffer) }
        buffer = ByteBuffer(bytes: [0, 4, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])
        #expect(throws: Yamux.Failure.unknownType) { try Yamux.FrameDecoder.next(from: &buffer) }
    }

    @Test func randomBytesNeverTrap() {
        var random = Seeded(state: 11)
        for _ in 0..<2000 {
            var buffer = ByteBuffer(bytes: (0..<64).map { _ in UInt8.random(in: 0...4, using: &random) })
            var session = Yamux.Session(role: .listener)
            do {
                while let frame = try Yamux.FrameDecoder.next(from: &buffer) { _ = try session.receive(frame) }
            } catch {}
        }
    }

    @Test(.enabled(if: Vectors.areThere, Vectors.absence))
    func referenceVectors() throws {
        let vectors = try Vectors.load().yamux
        let frames: [String: Yamux.Frame] = [
            "syn_stream_1_window_update": Yamux.Frame(.windowUpdate(0), flags: .syn, streamID: 1),
            "ack_stream_1_window_update": Yamux.Frame(.windowUpdate(0), flags: .ack, streamID: 1),
            "fin_stream_1": Yamux.Frame(.windowUpdate(0), flags: .fin, streamID: 1),
            "rst_stream_1": Yamux.Frame(.windowUpdate(0), flags: .rst, streamID: 1),
            "ping_syn_7": Yamux.Frame(.ping(7), flags: .syn),
            "ping_ack_7": Yamux.Frame(.ping(7), flags: .ack),
            "go_away_normal": Yamux.Frame(.goAway(0)),
        ]
        for (name, frame) in frames {
            #expect(encoded(frame).readableBytesView.elementsEqual(hex(try #require(vectors[name]))), "\(name)")
        }
        let data = encoded(Yamux.Frame(.data(ByteBuffer(string: "hello")), streamID: 1))
        let header = hex(try #require(vectors["data_stream_1_5_bytes_header"]))
        #expect(data.readableBytesView.prefix(12).elementsEqual(header))
    }
}
