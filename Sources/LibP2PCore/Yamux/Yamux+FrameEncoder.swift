package import NIOCore

extension Yamux {
    /// Writes frames as bytes.
    package enum FrameEncoder {
        /// Appends one frame.
        package static func write(_ frame: Frame, to buffer: inout ByteBuffer) {
            let (type, length): (UInt8, UInt32) =
                switch frame.kind {
                case .data(let payload): (0, UInt32(clamping: payload.readableBytes))
                case .windowUpdate(let delta): (1, delta)
                case .ping(let value): (2, value)
                case .goAway(let code): (3, code)
                }
            buffer.writeMultipleIntegers(UInt8(0), type, frame.flags.rawValue, frame.streamID, length)
            if case .data(let payload) = frame.kind { buffer.writeImmutableBuffer(payload) }
        }
    }
}
