import LibP2PCore
import Logging
import Multiformats
import NIOCore
import Synchronization

/// One secure connection: interprets a Yamux session over an encrypted socket.
final class Connection: Sendable {
    private static let batchBytes = 64 * 1024

    private struct State {
        var session: Yamux.Session
        var streams: [Yamux.StreamID: LibP2PStream] = [:]
        var isClosed = false
        var isLeaving = false
        var offence: String?
        var pingSent: (value: UInt32, at: ContinuousClock.Instant)?
        var roundTrip: Duration?

        /// Drops a stream that the session has forgotten.
        mutating func forgetGone(_ id: Yamux.StreamID) {
            if id != 0, !self.session.contains(id) { self.streams[id] = nil }
        }
    }

    let peer: PeerID
    let remoteAddress: Multiaddr
    let direction: Direction
    private let channel: any Channel
    private let limits: Limits
    private let logger: Logger
    private let state: Mutex<State>
    /// Where the tasks of the connection and of its streams run.
    let executor: LoopExecutor
    private let outgoing = Wakeup()
    private let written = Wakeup()

    init(
        peer: PeerID,
        remoteAddress: Multiaddr,
        direction: Direction,
        channel: any Channel,
        limits: Limits,
        logger: Logger
    ) {
        self.peer = peer
        self.remoteAddress = remoteAddress
        self.direction = direction
        self.channel = channel
        self.executor = LoopExecutor(channel.eventLoop)
        self.limits = limits
        self.logger = logger
        let role: Yamux.Session.Role = direction == .outbound ? .dialer : .listener
        self.state = Mutex(State(session: Yamux.Session(role: role, limits: limits.streams)))
    }

    /// The last measured round trip.
    var roundTrip: Duration? { self.state.withLock(\.roundTrip) }

    /// How the peer broke the protocol, where it did; its encryption shows that nobody else did.
    var offence: String? { self.state.withLock(\.offence) }

    /// The number of open streams.
    var streamCount: Int { self.state.withLock { $0.session.streamCount } }

    /// Whether streams can still be opened on it.
    var isUsable: Bool { self.state.withLock { !$0.isClosed && !$0.isLeaving } }

    // MARK: Life

    /// Serves the connection until it ends.
    ///
    /// - Parameters:
    ///   - secured: The upgraded socket.
    ///   - accept: Serves a stream that the peer opens.
    ///   - begin: Runs beside it from the start.
    func run(
        _ secured: consuming Upgrade.Secured,
        accept: @escaping @Sendable (LibP2PStream) async -> Void,
        begin: @escaping @Sendable () async -> Void
    ) async {
        let outbound = secured.outbound
        let sender = secured.sender
        let reader = FrameReader(secured)
        await withTaskExecutorPreference(self.executor) {
            await self.serve(reader, outbound, sender, accept: accept, begin: begin)
        }
    }

    private func serve(
        _ reader: consuming FrameReader,
        _ outbound: Upgrade.Outbound,
        _ sender: Noise.Sender,
        accept: @escaping @Sendable (LibP2PStream) async -> Void,
        begin: @escaping @Sendable () async -> Void
    ) async {
        var reader = reader
        await withDiscardingTaskGroup { group in
            group.addTask { await self.write(to: outbound, sender: sender) }
            group.addTask { await self.keepAlive() }
            group.addTask { await begin() }
            do {
                while let frames = try await reader.next() {
                    for frame in frames {
                        for stream in try self.receive(frame) { group.addTask { await accept(stream) } }
                    }
                }
            } catch {
                self.broken(error)
            }
            // What the peer is still to hear, a protocol error among it, has a moment to leave.
            let deadline = self.schedule(after: self.limits.farewellTimeout) { self.close() }
            self.state.withLock { $0.isLeaving = true }
            self.outgoing.ring()
            try? await self.written.wait()
            deadline.cancel()
            self.end()
            group.cancelAll()
        }
    }

    /// Says goodbye; the connection ends once that is written.
    func leave() {
        self.state.withLock { state in
            state.session.goAway(.normal)
            state.isLeaving = true
        }
        self.outgoing.ring()
    }

    /// Closes the socket at once.
    func close() {
        self.channel.close(promise: nil)
    }

    /// How long a stream may stay half open once it is given up.
    var lingerTimeout: Duration { self.limits.lingerTimeout }

    /// Runs something later unless it is cancelled.
    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> Scheduled<Void> {
        self.channel.eventLoop.scheduleTask(in: TimeAmount(delay), body)
    }

    private func broken(_ error: any Error) {
        switch error {
        case is CancellationError, is ChannelError, is IOError:
            self.logger.debug("A connection ended", metadata: self.metadata(error))
        default:
            self.logger.notice("A peer broke the protocol", metadata: self.metadata(error))
            self.state.withLock { state in
                // What cannot be decrypted may be anyone's doing on the way.
                if error is Yamux.Failure { state.offence = "it broke the muxer's protocol: \(error)" }
                state.session.goAway(.protocolError)
            }
        }
    }

    private func metadata(_ error: any Error) -> Logger.Metadata {
        ["peer": "\(self.peer)", "address": "\(self.remoteAddress)", "error": "\(error)"]
    }

    private func end() {
        let streams = self.state.withLock { state in
            state.isClosed = true
            defer { state.streams = [:] }
            return Array(state.streams.values)
        }
        for stream in streams { stream.fail(.connectionClosed) }
        self.outgoing.ring()
    }

    // MARK: Reading

    /// Takes a frame; returns the streams that it opens.
    private func receive(_ frame: Yamux.Frame) throws(Yamux.Failure) -> [LibP2PStream] {
        var opened: [LibP2PStream] = []
        var hasOutput = false
        let reports = try self.state.withLock { state throws(Yamux.Failure) -> [(LibP2PStream, Yamux.Session.Event)] in
            var reports: [(LibP2PStream, Yamux.Session.Event)] = []
            for event in try state.session.receive(frame) {
                switch event {
                case .opened(let id):
                    let stream = LibP2PStream(id: id, connection: self)
                    state.streams[id] = stream
                    opened.append(stream)
                case .data(let id, _), .finished(let id), .reset(let id):
                    if let stream = state.streams[id] { reports.append((stream, event)) }
                case .pong(let value):
                    guard let sent = state.pingSent, sent.value == value else { continue }
                    state.roundTrip = ContinuousClock.now - sent.at
                    state.pingSent = nil
                case .goneAway:
                    state.isLeaving = true
                }
            }
            state.forgetGone(frame.streamID)
            hasOutput = state.session.hasOutput || state.isLeaving
            return reports
        }
        for (stream, event) in reports {
            switch event {
            case .data(_, let bytes): stream.received(bytes)
            case .finished: stream.finished()
            case .reset: stream.fail(.resetByPeer)
            case .opened, .pong, .goneAway: break
            }
        }
        if hasOutput { self.outgoing.ring() }
        return opened
    }

    // MARK: Writing

    private func write(to outbound: Upgrade.Outbound, sender: Noise.Sender) async {
        var sender = sender
        do {
            while true {
                var batch = ByteBuffer()
                let (drained, isOver) = self.collect(into: &batch)
                for stream in drained { stream.drained() }
                if batch.readableBytes > 0 {
                    var wire = ByteBuffer()
                    wire.reserveCapacity(batch.readableBytes + 64)
                    try sender.encrypt(&batch, into: &wire)
                    try await outbound.write(wire)
                } else if isOver {
                    break
                } else {
                    try await self.outgoing.wait()
                }
            }
        } catch {
            self.logger.debug("A connection cannot be written to", metadata: self.metadata(error))
        }
        self.close()
        self.written.ring()
    }

    private func collect(into batch: inout ByteBuffer) -> (drained: [LibP2PStream], isOver: Bool) {
        self.state.withLock { state in
            var drained: [LibP2PStream] = []
            while batch.readableBytes < Self.batchBytes, let output = state.session.nextOutput() {
                Yamux.FrameEncoder.write(output.frame, to: &batch)
                if let id = output.drained, let stream = state.streams[id] { drained.append(stream) }
                state.forgetGone(output.frame.streamID)
            }
            return (drained, state.isLeaving || state.isClosed)
        }
    }

    // MARK: Liveness

    private func keepAlive() async {
        do {
            while true {
                // Only who reads can return it.
                let value = UInt32.random(in: .min ... .max)
                self.state.withLock { state in
                    state.session.ping(value)
                    state.pingSent = (value, ContinuousClock.now)
                }
                self.outgoing.ring()
                try await Task.sleep(for: self.limits.pingTimeout)
                if self.state.withLock({ $0.pingSent != nil }) {
                    self.logger.info("A peer does not answer any more", metadata: ["peer": "\(self.peer)"])
                    return self.close()
                }
                try await Task.sleep(for: max(self.limits.pingInterval - self.limits.pingTimeout, .zero))
            }
        } catch {
            // The connection is over.
        }
    }

    // MARK: Streams

    /// Opens a stream and agrees on a protocol for it.
    func open(_ protocols: [String], saying message: ByteBuffer? = nil) async throws(HostError) -> LibP2PStream {
        let opened: Result<LibP2PStream, Yamux.Session.OpenFailure> = self.state.withLock { state in
            guard !state.isClosed else { return .failure(.goingAway) }
            do throws(Yamux.Session.OpenFailure) {
                let stream = LibP2PStream(id: try state.session.open(), connection: self)
                state.streams[stream.id] = stream
                return .success(stream)
            } catch {
                return .failure(error)
            }
        }
        let stream: LibP2PStream
        switch opened {
        case .success(let opened): stream = opened
        case .failure(.tooManyStreams): throw HostError(.tooMany, "too many streams to \(self.peer)")
        case .failure(let error): throw HostError(.connectionLost, "the connection to \(self.peer) ends", cause: error)
        }
        let deadline = self.schedule(after: self.limits.negotiationTimeout) { stream.reset(because: .timedOut) }
        defer { deadline.cancel() }
        do {
            try await stream.negotiate(proposing: protocols, saying: message)
            return stream
        } catch {
            stream.reset()
            switch error {
            case StreamError.timedOut:
                throw HostError(.timedOut, "\(self.peer) did not agree on a protocol in time", cause: error)
            case Multistream.Failure.nothingInCommon:
                throw HostError(
                    .unsupportedProtocol,
                    "\(self.peer) does not serve \(protocols.joined(separator: ", "))"
                )
            case is CancellationError:
                throw HostError(.cancelled, "the caller gave up")
            default:
                throw HostError(.connectionLost, "the stream to \(self.peer) broke", cause: error)
            }
        }
    }

    func write(_ bytes: ByteBuffer, to id: Yamux.StreamID) -> Yamux.Session.WriteResult {
        let result = self.state.withLock { state in
            state.isClosed ? .closed : state.session.write(bytes, to: id)
        }
        self.outgoing.ring()
        return result
    }

    func consume(_ count: Int, from id: Yamux.StreamID) {
        let hasOutput = self.state.withLock { state in
            state.session.consume(count, from: id)
            return state.session.hasOutput
        }
        if hasOutput { self.outgoing.ring() }
    }

    func finish(_ id: Yamux.StreamID) {
        self.state.withLock { $0.session.finish(id) }
        self.outgoing.ring()
    }

    func reset(_ id: Yamux.StreamID) {
        self.state.withLock { state in
            state.session.reset(id)
            state.forgetGone(id)
        }
        self.outgoing.ring()
    }
}
