import DequeModule
import NIOCore

extension Yamux {
    /// What a session remembers of one stream.
    struct Stream: Sendable {
        /// How far this side is with its last byte.
        enum Sending: Equatable {
            /// More may be written; then `finishing`.
            case open
            /// FIN goes out behind what waits; then `finished`.
            case finishing
            /// FIN is out.
            case finished
        }

        /// How much the peer lets us send.
        var sendWindow = Limits.initialWindow
        /// How much we let the peer send.
        var receiveWindow = Limits.initialWindow
        /// What was read and not yet granted again.
        var consumed = 0
        var sending = Sending.open
        var isRemoteFinished = false
        /// Only meaningful for streams that this side opened.
        var isAcknowledged = false
        /// The writer was told to pause and waits to hear that there is room.
        var isWriterPaused = false
        /// It already stands in the session's line of streams with something to send.
        var isInLine = false
        private(set) var waitingBytes = 0
        private var waiting: Deque<ByteBuffer> = []

        var isDone: Bool { self.sending == .finished && self.isRemoteFinished }

        /// Whether a frame can leave now.
        var isReady: Bool {
            switch self.sending {
            case .open: self.waitingBytes > 0 && self.sendWindow > 0
            case .finishing: self.waitingBytes == 0 || self.sendWindow > 0
            case .finished: false
            }
        }

        mutating func enqueue(_ data: ByteBuffer) {
            guard data.readableBytes > 0 else { return }
            self.waitingBytes += data.readableBytes
            self.waiting.append(data)
        }

        /// The next payload that the window lets through; nil when nothing waits or the window is closed.
        mutating func dequeue() -> ByteBuffer? {
            guard var first = self.waiting.popFirst() else { return nil }
            let count = min(first.readableBytes, self.sendWindow, Limits.framePayload)
            guard count > 0, let part = first.readSlice(length: count) else {
                self.waiting.prepend(first)
                return nil
            }
            if first.readableBytes > 0 { self.waiting.prepend(first) }
            self.waitingBytes -= count
            self.sendWindow -= count
            return part
        }
    }
}
