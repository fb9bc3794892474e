import LibP2PCore
package import Multiformats
package import NIOCore
import Synchronization

/// One stream of a connection, read by one task and written by one task.
///
/// Reading grants the peer its window again, so an unread stream holds its peer back; writing pauses while the stream's
/// buffer is full, so a slow peer holds its writer back.
package final class LibP2PStream: Sendable {
    private static let writeChunk = 64 * 1024

    private struct State {
        var protocolID = ""
        var inbound = ByteBuffer()
        var isFinished = false
        var isDiscarding = false
        var failure: StreamError?
    }

    /// The peer at the other end.
    package let peer: PeerID
    let id: Yamux.StreamID
    private let connection: Connection
    private let state = Mutex(State())
    private let readable = Wakeup()
    private let writable = Wakeup()

    init(id: Yamux.StreamID, connection: Connection) {
        self.id = id
        self.peer = connection.peer
        self.connection = connection
    }

    /// Where the connection leads.
    var remoteAddress: Multiaddr { self.connection.remoteAddress }

    /// The protocol that both ends agreed on.
    package var protocolID: String { self.state.withLock(\.protocolID) }

    // MARK: Reading

    /// Reads what is there, waiting while nothing is.
    ///
    /// - Parameter limit: The most bytes to take.
    /// - Returns: Some bytes; nil at the end of the stream.
    /// - Throws: `StreamError`, or `CancellationError`.
    package func read(upTo limit: Int = 64 * 1024) async throws -> ByteBuffer? {
        try await self.take { buffer in
            guard buffer.readableBytes > 0 else { return nil }
            return buffer.readSlice(length: min(limit, buffer.readableBytes))
        }
    }

    /// Reads so many bytes.
    ///
    /// - Parameter count: How many.
    /// - Returns: The bytes; nil where the stream ends before the first of them.
    /// - Throws: `StreamError`, or `CancellationError`.
    package func readExactly(_ count: Int) async throws -> ByteBuffer? {
        var bytes = ByteBuffer()
        while bytes.readableBytes < count {
            guard var part = try await self.read(upTo: count - bytes.readableBytes) else {
                guard bytes.readableBytes == 0 else { throw StreamError.unexpectedEnd }
                return nil
            }
            if part.readableBytes == count { return part }
            bytes.writeBuffer(&part)
        }
        return bytes
    }

    /// Reads one message behind its varint length.
    ///
    /// - Parameters:
    ///   - maximumLength: The longest message to accept.
    ///   - patience: The time from its length to its end, after which the stream is given up; nil for any.
    /// - Returns: The message; nil where the stream ends before it begins.
    /// - Throws: `StreamError`, or `CancellationError`.
    package func readMessage(maximumLength: Int, within patience: Duration? = nil) async throws -> ByteBuffer? {
        let length: Int? = try await self.take { buffer in
            do {
                guard let (value, width) = try buffer.peekVarint() else { return nil }
                buffer.moveReaderIndex(forwardBy: width)
                return value
            } catch {
                throw StreamError.malformed
            }
        }
        guard let length else { return nil }
        guard length <= maximumLength else { throw StreamError.messageTooLong(length) }
        guard length > 0 else { return ByteBuffer() }
        let isHere = self.state.withLock { $0.inbound.readableBytes >= length }
        let deadline =
            isHere ? nil : patience.map { self.connection.schedule(after: $0) { self.reset(because: .timedOut) } }
        defer { deadline?.cancel() }
        guard let message = try await self.readExactly(length) else { throw StreamError.unexpectedEnd }
        return message
    }

    /// Lets a parser look at the bytes until it finds what it looks for; nil at the end of the stream.
    func take<Result>(_ parse: (inout ByteBuffer) throws -> Result?) async throws -> Result? {
        while true {
            var consumed = 0
            let (result, isFinished): (Result?, Bool) = try self.state.withLock { state in
                let before = state.inbound.readableBytes
                if before > 0, let result = try parse(&state.inbound) {
                    consumed = before - state.inbound.readableBytes
                    if state.inbound.readableBytes == 0 { state.inbound = ByteBuffer() }
                    return (result, false)
                }
                consumed = before - state.inbound.readableBytes
                if let failure = state.failure { throw failure }
                if state.isFinished, state.inbound.readableBytes > 0 { throw StreamError.unexpectedEnd }
                return (nil, state.isFinished)
            }
            if consumed > 0 { self.connection.consume(consumed, from: self.id) }
            if let result { return result }
            if isFinished { return nil }
            try await self.readable.wait()
        }
    }

    // MARK: Writing

    /// Writes bytes, waiting while the stream's buffer is full.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - patience: The longest that the peer may leave the buffer full before the stream is given up; nil for any.
    /// - Throws: `StreamError`, or `CancellationError`.
    package func write(_ bytes: ByteBuffer, within patience: Duration? = nil) async throws {
        var bytes = bytes
        while let part = bytes.readSlice(length: min(bytes.readableBytes, Self.writeChunk)), part.readableBytes > 0 {
            try self.check()
            switch self.connection.write(part, to: self.id) {
            case .accepted: break
            case .paused:
                let deadline = patience.map { self.connection.schedule(after: $0) { self.reset(because: .timedOut) } }
                defer { deadline?.cancel() }
                try await self.writable.wait()
            case .closed:
                try self.check()
                throw StreamError.closedForWriting
            }
        }
        try self.check()
    }

    /// Writes one message behind its varint length.
    ///
    /// - Parameters:
    ///   - message: What to write.
    ///   - patience: The longest that the peer may leave the buffer full before the stream is given up; nil for any.
    /// - Throws: `StreamError`, or `CancellationError`.
    package func writeMessage(_ message: ByteBuffer, within patience: Duration? = nil) async throws {
        var framed = ByteBuffer()
        framed.writeFramed(message)
        try await self.write(framed, within: patience)
    }

    /// Writes no more; the peer reads what was written and then the end.
    package func closeWrite() {
        self.connection.finish(self.id)
    }

    /// Writes no more and drops what the peer still sends, for as long as that lasts within reason.
    package func close() {
        self.discard()
        let connection = self.connection
        _ = connection.schedule(after: connection.lingerTimeout) {
            if !self.isOver { self.reset(because: .timedOut) }
        }
    }

    /// Gives the stream up both ways.
    package func reset() {
        self.reset(because: .reset)
    }

    func reset(because failure: StreamError) {
        self.fail(failure)
        self.connection.reset(self.id)
    }

    private func check() throws {
        if let failure = self.state.withLock(\.failure) { throw failure }
    }

    // MARK: What the connection reports

    func received(_ bytes: ByteBuffer) {
        let isDiscarded = self.state.withLock { state in
            guard !state.isDiscarding else { return true }
            if state.inbound.readableBytes == 0 {
                // Nothing to put it behind: the bytes stay where they were decrypted.
                state.inbound = bytes
            } else {
                state.inbound.discardReadBytes()
                state.inbound.writeImmutableBuffer(bytes)
            }
            return false
        }
        if isDiscarded {
            self.connection.consume(bytes.readableBytes, from: self.id)
        } else {
            self.readable.ring()
        }
    }

    func finished() {
        self.state.withLock { $0.isFinished = true }
        self.readable.ring()
    }

    func drained() {
        self.writable.ring()
    }

    func fail(_ failure: StreamError) {
        self.state.withLock { $0.failure = $0.failure ?? failure }
        self.readable.ring()
        self.writable.ring()
    }

    func agreed(on protocolID: String) {
        self.state.withLock { $0.protocolID = protocolID }
    }

    private var isOver: Bool { self.state.withLock { $0.isFinished || $0.failure != nil } }

    /// Finishes writing, drops what still comes, and waits for the peer to finish too.
    func linger() async {
        self.discard()
        while !self.isOver {
            guard (try? await self.readable.wait()) != nil else { return }
        }
    }

    private func discard() {
        self.closeWrite()
        let dropped = self.state.withLock { state in
            state.isDiscarding = true
            defer { state.inbound = ByteBuffer() }
            return state.inbound.readableBytes
        }
        if dropped > 0 { self.connection.consume(dropped, from: self.id) }
    }
}
