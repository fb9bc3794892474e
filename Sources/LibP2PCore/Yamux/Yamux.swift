/// The stream multiplexer `/yamux/1.0.0` (libp2p specs, `yamux`).
///
/// `Session` is the whole protocol as a value: frames and calls in, events and frames out. Deviations on purpose: an
/// acknowledgement is always a frame of its own, because py-libp2p loses a FIN or RST that rides with one, and
/// unknown frame types end the session, because nothing says how long their bodies are.
package enum Yamux {
    /// The protocol's id in multistream-select.
    package static let protocolID = "/yamux/1.0.0"

    /// Names a stream within its session; the dialer's are odd, the listener's even.
    package typealias StreamID = UInt32

    /// The bounds of one session.
    package struct Limits: Sendable {
        /// The window that both ends of every stream start with; the protocol fixes it.
        package static let initialWindow = 256 * 1024
        /// The most payload of one frame that is sent; small enough for streams to take turns.
        package static let framePayload = 32 * 1024
        /// The most streams that the peer may have open; each can hold a window of bytes that nobody reads.
        package var inboundStreams = 128
        /// The most streams that this side may have open.
        package var outboundStreams = 1024
        /// The most opened streams that the peer has not acknowledged.
        package var acknowledgementBacklog = 256
        /// The bytes that wait in one stream before its writer must pause.
        package var sendBuffer = 256 * 1024
        /// The most frames of the session's own that wait: a peer that provokes more does not read.
        package var controlFrames = 2048

        /// The defaults.
        package init() {}
    }

    /// What ends a session: the peer broke the protocol.
    package enum Failure: Error, Equatable {
        /// The version is not 0.
        case unknownVersion
        /// The frame is of a type that does not exist.
        case unknownType
        /// The frame is longer than any window that was granted.
        case frameTooLong
        /// The peer sent more than its window allows.
        case windowExceeded
        /// The peer opened a stream with an id that is not its own or is in use.
        case invalidStreamID
        /// The peer provokes answers and does not read them.
        case flooded
    }

    /// What a `go away` frame says.
    package enum GoAwayCode: UInt32, Sendable {
        /// The session ends as planned.
        case normal = 0
        /// The peer broke the protocol.
        case protocolError = 1
        /// Something failed here.
        case internalError = 2
    }
}
