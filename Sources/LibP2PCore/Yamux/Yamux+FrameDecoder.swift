package import NIOCore

extension Yamux {
    /// Cuts bytes into frames.
    package enum FrameDecoder {
        static let headerLength = 12

        /// Takes one frame off the front.
        ///
        /// - Parameter buffer: The bytes so far; a partial frame stays in it.
        /// - Returns: The frame; nil when more bytes are needed.
        /// - Throws: What is wrong with the header, before any payload is waited for.
        package static func next(from buffer: inout ByteBuffer) throws(Failure) -> Frame? {
            var header = buffer
            guard
                let (version, type, flags, streamID, length) = header.readMultipleIntegers(
                    as: (UInt8, UInt8, UInt16, UInt32, UInt32).self
                )
            else { return nil }
            guard version == 0 else { throw .unknownVersion }
            let kind: Frame.Kind
            switch type {
            case 0:
                guard length <= Limits.initialWindow else { throw .frameTooLong }
                guard let payload = header.readSlice(length: Int(length)) else { return nil }
                kind = .data(payload)
            case 1: kind = .windowUpdate(length)
            case 2: kind = .ping(length)
            case 3: kind = .goAway(length)
            default: throw .unknownType
            }
            buffer = header
            return Frame(kind, flags: Frame.Flags(rawValue: flags), streamID: streamID)
        }
    }
}
