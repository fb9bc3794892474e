import LibP2PCore
import Logging
package import Multiformats
package import NIOCore
import Synchronization

extension Host {
    /// Opens a stream to a connected peer.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - protocols: The protocols to propose, preferred first.
    /// - Returns: The stream, with the protocol that both agreed on; whoever opened it closes or resets it.
    /// - Throws: `HostError`.
    package func openStream(to peer: PeerID, protocols: [String]) async throws(HostError) -> LibP2PStream {
        try await self.open(protocols, to: peer)
    }

    /// Opens a stream to a connected peer and says something at once: it rides with the proposal, which saves a round trip.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - protocolID: The only protocol that is proposed; who declines it does not understand what was said.
    ///   - message: What to say, behind its length.
    /// - Returns: The stream, agreed on; whoever opened it closes or resets it.
    /// - Throws: `HostError`.
    package func openStream(
        to peer: PeerID,
        protocolID: String,
        saying message: ByteBuffer
    ) async throws(HostError) -> LibP2PStream {
        try await self.open([protocolID], saying: message, to: peer)
    }

    private func open(
        _ protocols: [String],
        saying message: ByteBuffer? = nil,
        to peer: PeerID
    ) async throws(HostError) -> LibP2PStream {
        guard let connection = self.connections(to: peer).first(where: \.isUsable) else {
            throw HostError(.notConnected, "\(peer) is not connected")
        }
        return try await connection.open(protocols, saying: message)
    }

    /// Opens a stream for as long as the body takes; then it is closed, or reset where the body throws.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - protocols: The protocols to propose, preferred first.
    ///   - body: What to do with the stream.
    /// - Returns: What the body returns.
    /// - Throws: `HostError`, or what the body throws.
    package func withStream<Result>(
        to peer: PeerID,
        protocols: [String],
        _ body: (LibP2PStream) async throws -> Result
    ) async throws -> Result {
        let stream = try await self.openStream(to: peer, protocols: protocols)
        do {
            let result = try await body(stream)
            stream.close()
            return result
        } catch {
            stream.reset()
            throw error
        }
    }

    /// Measures a round trip with a connected peer.
    package func ping(_ peer: PeerID) async throws(HostError) -> Duration {
        let stream = try await self.openStream(to: peer, protocols: [Ping.protocolID])
        let deadline = self.schedule(after: self.limits.pingTimeout) { stream.reset(because: .timedOut) }
        defer { deadline.cancel() }
        let payload = ByteBuffer(bytes: (0..<Ping.payloadLength).map { _ in UInt8.random(in: .min ... .max) })
        let start = ContinuousClock.now
        do {
            try await stream.write(payload)
            guard try await stream.readExactly(Ping.payloadLength) == payload else {
                throw HostError(.connectionLost, "\(peer) returned something else")
            }
        } catch {
            stream.reset()
            switch error {
            case let error as HostError: throw error
            case is CancellationError: throw HostError(.cancelled, "the caller gave up")
            case StreamError.timedOut: throw HostError(.timedOut, "\(peer) did not return the ping in time")
            default: throw HostError(.connectionLost, "\(peer) did not return the ping", cause: error)
            }
        }
        let roundTrip = ContinuousClock.now - start
        // Peers serve few of these streams at once: the next one must find this one gone.
        await stream.linger()
        return roundTrip
    }

    /// Serves a stream that a peer opened.
    func accept(_ stream: LibP2PStream) async {
        let deadline = self.schedule(after: self.limits.negotiationTimeout) { stream.reset(because: .timedOut) }
        do {
            defer { deadline.cancel() }
            try await stream.negotiate(supporting: self.protocols)
        } catch {
            self.logger.debug(
                "A peer opened a stream for nothing",
                metadata: ["peer": "\(stream.peer)", "error": "\(error)"]
            )
            switch error {
            case StreamError.timedOut:
                self.fault(.sluggish, of: stream.peer, because: "it keeps streams half open")
            case is Multistream.Failure:
                self.fault(.wrong, of: stream.peer, because: "it makes no sense where protocols are agreed on")
            default: break
            }
            return stream.reset()
        }
        switch stream.protocolID {
        case Identify.protocolID: await self.serveIdentify(stream)
        case Identify.pushProtocolID: await self.takePush(stream)
        case Ping.protocolID: await self.servePing(stream)
        default:
            let handler = self.state.withLock { $0.handlers[stream.protocolID] }
            guard let handler else { return stream.reset() }
            await handler(stream)
        }
        // A peer that never finishes its half must not keep the stream.
        let patience = self.schedule(after: self.limits.lingerTimeout) { stream.reset(because: .timedOut) }
        defer { patience.cancel() }
        await stream.linger()
    }

    func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> Scheduled<Void> {
        Transport.eventLoop.scheduleTask(in: TimeAmount(delay), body)
    }

    private func servePing(_ stream: LibP2PStream) async {
        let isWelcome = self.state.withLock { state in
            guard let count = state.entries[stream.peer]?.inboundPings, count < Ping.Limits.inboundStreams else {
                return false
            }
            state.entries[stream.peer]?.inboundPings += 1
            return true
        }
        guard isWelcome else { return stream.reset() }
        defer { self.state.withLock { $0.entries[stream.peer]?.inboundPings -= 1 } }
        do {
            while let payload = try await stream.readExactly(Ping.payloadLength) { try await stream.write(payload) }
        } catch {
            stream.reset()
        }
    }
}
