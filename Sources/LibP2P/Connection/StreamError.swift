/// Why a stream does not work any more.
package enum StreamError: Error, Equatable {
    /// The peer gave it up.
    case resetByPeer
    /// This side gave it up.
    case reset
    /// It took too long.
    case timedOut
    /// The connection is gone.
    case connectionClosed
    /// It ended in the middle of something.
    case unexpectedEnd
    /// A message is longer than the reader allows.
    case messageTooLong(Int)
    /// A message's length is no varint.
    case malformed
    /// This side has already finished writing.
    case closedForWriting
}
