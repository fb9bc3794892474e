import DequeModule
package import NIOCore

extension Yamux {
    /// All streams of one connection.
    package struct Session: Sendable {
        /// The side of the connection, which decides whose stream ids are odd.
        package enum Role: Sendable {
            /// Who dialled.
            case dialer
            /// Who was dialled.
            case listener
        }

        /// What a frame of the peer means for the streams.
        package enum Event: Equatable, Sendable {
            /// The peer opened a stream.
            case opened(StreamID)
            /// Bytes arrived; they count against the window until they are consumed.
            case data(StreamID, ByteBuffer)
            /// The peer writes no more.
            case finished(StreamID)
            /// The peer gave the stream up.
            case reset(StreamID)
            /// The peer returned a ping's value.
            case pong(UInt32)
            /// The peer ends the session.
            case goneAway(code: UInt32)
        }

        /// Why no stream can be opened.
        package enum OpenFailure: Error, Equatable {
            /// One side has said that the session ends.
            case goingAway
            /// There are too many streams, or too many that the peer has not acknowledged.
            case tooManyStreams
            /// The session has used up its ids.
            case exhausted
        }

        /// What became of a write.
        package enum WriteResult: Equatable, Sendable {
            /// It is in line, and there is room for more.
            case accepted
            /// It is in line; the next write should wait until the stream is reported drained.
            case paused
            /// The stream is closed for writing or gone.
            case closed
        }

        /// What to put on the wire next.
        package struct Output: Equatable, Sendable {
            /// The frame.
            package let frame: Frame
            /// A stream whose paused writer may go on.
            package let drained: StreamID?
        }

        private let limits: Limits
        private let role: Role
        private var streams: [StreamID: Stream] = [:]
        private var nextID: StreamID
        private var inboundCount = 0
        private var unacknowledged = 0
        private var isGoingAway = false
        private var control: Deque<Frame> = []
        private var line: Deque<StreamID> = []

        /// Starts a session.
        package init(role: Role, limits: Limits = Limits()) {
            self.role = role
            self.limits = limits
            self.nextID = role == .dialer ? 1 : 2
        }

        /// Whether the session still knows the stream.
        package func contains(_ id: StreamID) -> Bool {
            self.streams[id] != nil
        }

        /// The number of open streams.
        package var streamCount: Int { self.streams.count }

        // MARK: What this side does

        /// Opens a stream; it can be written to at once.
        package mutating func open() throws(OpenFailure) -> StreamID {
            guard !self.isGoingAway else { throw .goingAway }
            guard self.unacknowledged < self.limits.acknowledgementBacklog,
                self.streams.count - self.inboundCount < self.limits.outboundStreams
            else { throw .tooManyStreams }
            let id = self.nextID
            let (next, overflow) = id.addingReportingOverflow(2)
            guard !overflow else { throw .exhausted }
            self.nextID = next
            self.streams[id] = Stream()
            self.unacknowledged += 1
            self.control.append(Frame(.windowUpdate(0), flags: .syn, streamID: id))
            return id
        }

        /// Puts bytes in line.
        package mutating func write(_ data: ByteBuffer, to id: StreamID) -> WriteResult {
            guard var stream = self.streams[id], stream.sending == .open else { return .closed }
            stream.enqueue(data)
            stream.isWriterPaused = stream.waitingBytes >= self.limits.sendBuffer
            self.store(stream, as: id)
            return stream.isWriterPaused ? .paused : .accepted
        }

        /// Writes no more once what waits is out.
        package mutating func finish(_ id: StreamID) {
            guard var stream = self.streams[id], stream.sending == .open else { return }
            stream.sending = .finishing
            self.store(stream, as: id)
        }

        /// Gives the stream up both ways.
        package mutating func reset(_ id: StreamID) {
            guard self.streams[id] != nil else { return }
            self.remove(id)
            self.control.append(Frame(.windowUpdate(0), flags: .rst, streamID: id))
        }

        /// Counts bytes as read, so that the peer may send as many again.
        package mutating func consume(_ count: Int, from id: StreamID) {
            guard var stream = self.streams[id], !stream.isRemoteFinished else { return }
            stream.consumed += count
            if stream.consumed >= Limits.initialWindow / 2 {
                self.control.append(Frame(.windowUpdate(UInt32(clamping: stream.consumed)), streamID: id))
                stream.receiveWindow += stream.consumed
                stream.consumed = 0
            }
            self.store(stream, as: id)
        }

        /// Asks the peer to return a value.
        package mutating func ping(_ value: UInt32) {
            self.control.append(Frame(.ping(value), flags: .syn))
        }

        /// Says that the session ends; no stream is opened or accepted from here on.
        package mutating func goAway(_ code: GoAwayCode) {
            guard !self.isGoingAway else { return }
            self.isGoingAway = true
            self.control.append(Frame(.goAway(code.rawValue)))
        }

        /// Whether there may be a frame to send.
        package var hasOutput: Bool { !self.control.isEmpty || !self.line.isEmpty }

        /// The next frame to send; nil when there is none.
        package mutating func nextOutput() -> Output? {
            if let frame = self.control.popFirst() { return Output(frame: frame, drained: nil) }
            while let id = self.line.popFirst() {
                guard var stream = self.streams[id] else { continue }
                stream.isInLine = false
                if let payload = stream.dequeue() {
                    let isDrained = stream.isWriterPaused && stream.waitingBytes <= self.limits.sendBuffer / 2
                    if isDrained { stream.isWriterPaused = false }
                    self.store(stream, as: id)
                    return Output(frame: Frame(.data(payload), streamID: id), drained: isDrained ? id : nil)
                }
                guard stream.sending == .finishing, stream.waitingBytes == 0 else {
                    self.store(stream, as: id)
                    continue
                }
                stream.sending = .finished
                self.store(stream, as: id)
                return Output(frame: Frame(.windowUpdate(0), flags: .fin, streamID: id), drained: nil)
            }
            return nil
        }

        // MARK: What the peer does

        /// Takes a frame of the peer.
        package mutating func receive(_ frame: Frame) throws(Failure) -> [Event] {
            guard self.control.count < self.limits.controlFrames else { throw .flooded }
            switch frame.kind {
            case .ping(let value):
                if frame.flags.contains(.ack) { return [.pong(value)] }
                self.control.append(Frame(.ping(value), flags: .ack))
                return []
            case .goAway(let code):
                self.isGoingAway = true
                return [.goneAway(code: code)]
            case .windowUpdate(let delta):
                return try self.receive(on: frame.streamID, flags: frame.flags, delta: Int(delta), payload: nil)
            case .data(let payload):
                return try self.receive(on: frame.streamID, flags: frame.flags, delta: 0, payload: payload)
            }
        }

        private mutating func receive(
            on id: StreamID,
            flags: Frame.Flags,
            delta: Int,
            payload: ByteBuffer?
        ) throws(Failure) -> [Event] {
            var events: [Event] = []
            if flags.contains(.syn) {
                guard try self.accept(id) else { return [] }
                events.append(.opened(id))
            }
            // Frames of a stream that is gone were under way when it went.
            guard var stream = self.streams[id] else { return [] }
            if flags.contains(.rst) {
                self.remove(id)
                return [.reset(id)]
            }
            if flags.contains(.ack) { self.acknowledge(&stream, id) }
            // Saturates: a window beyond any real one is as good as that one.
            stream.sendWindow = min(stream.sendWindow + delta, Int(Int32.max))
            if let payload, payload.readableBytes > 0, !stream.isRemoteFinished {
                guard payload.readableBytes <= stream.receiveWindow else { throw .windowExceeded }
                stream.receiveWindow -= payload.readableBytes
                events.append(.data(id, payload))
            }
            if flags.contains(.fin), !stream.isRemoteFinished {
                stream.isRemoteFinished = true
                events.append(.finished(id))
            }
            self.store(stream, as: id)
            return events
        }

        /// Takes in a stream of the peer's; false when it is refused.
        private mutating func accept(_ id: StreamID) throws(Failure) -> Bool {
            guard id != 0, self.isRemote(id), self.streams[id] == nil else { throw .invalidStreamID }
            guard !self.isGoingAway, self.inboundCount < self.limits.inboundStreams else {
                self.control.append(Frame(.windowUpdate(0), flags: .rst, streamID: id))
                return false
            }
            self.inboundCount += 1
            self.streams[id] = Stream()
            self.control.append(Frame(.windowUpdate(0), flags: .ack, streamID: id))
            return true
        }

        private mutating func acknowledge(_ stream: inout Stream, _ id: StreamID) {
            guard !self.isRemote(id), !stream.isAcknowledged else { return }
            stream.isAcknowledged = true
            self.unacknowledged -= 1
        }

        private func isRemote(_ id: StreamID) -> Bool {
            id % 2 == (self.role == .dialer ? 0 : 1)
        }

        /// Keeps a changed stream, in line if it has something to send, or forgets it if it is done.
        private mutating func store(_ stream: Stream, as id: StreamID) {
            var stream = stream
            guard !stream.isDone else {
                self.streams[id] = stream
                self.remove(id)
                return
            }
            if stream.isReady, !stream.isInLine {
                stream.isInLine = true
                self.line.append(id)
            }
            self.streams[id] = stream
        }

        private mutating func remove(_ id: StreamID) {
            guard let stream = self.streams.removeValue(forKey: id) else { return }
            if self.isRemote(id) {
                self.inboundCount -= 1
            } else if !stream.isAcknowledged {
                self.unacknowledged -= 1
            }
        }
    }
}
