package import NIOCore

extension Yamux {
    /// One frame: a header of twelve bytes and, for data, a payload.
    package struct Frame: Equatable, Sendable {
        /// What the frame is, with what its length field means.
        package enum Kind: Equatable, Sendable {
            /// Bytes of a stream.
            case data(ByteBuffer)
            /// So many more bytes may be sent on the stream.
            case windowUpdate(UInt32)
            /// An opaque value to be returned.
            case ping(UInt32)
            /// The session ends, with a code.
            case goAway(UInt32)
        }

        /// The flags that ride on a frame.
        package struct Flags: OptionSet, Equatable, Sendable {
            /// The bits on the wire.
            package let rawValue: UInt16

            /// Takes the bits as they are.
            package init(rawValue: UInt16) {
                self.rawValue = rawValue
            }

            /// Opens a stream, or asks in a ping.
            package static let syn = Flags(rawValue: 1)
            /// Accepts a stream, or answers a ping.
            package static let ack = Flags(rawValue: 2)
            /// The sender writes no more.
            package static let fin = Flags(rawValue: 4)
            /// The stream is gone both ways.
            package static let rst = Flags(rawValue: 8)
        }

        /// The stream, or 0 for the session.
        package let streamID: StreamID
        /// The flags.
        package let flags: Flags
        /// The type with its content.
        package let kind: Kind

        /// Puts a frame together.
        package init(_ kind: Kind, flags: Flags = [], streamID: StreamID = 0) {
            self.kind = kind
            self.flags = flags
            self.streamID = streamID
        }
    }
}
