import Crypto
import LibP2PCore
import Multiformats
import NIOCore

/// Turns a raw socket into a secure, multiplexed connection: multistream-select, Noise, then Yamux.
///
/// A private network's cipher is below all of it, in the channel (`PrivateNetworkHandler`).
struct Upgrade {
    typealias Inbound = NIOAsyncChannelInboundStream<ByteBuffer>
    typealias Outbound = NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// What the upgrade leaves for the connection to go on with.
    struct Secured {
        var iterator: Inbound.AsyncIterator
        let outbound: Outbound
        let peer: PeerID
        let sender: Noise.Sender
        var receiver: Noise.Receiver
        /// Encrypted bytes that have arrived already.
        var incoming: ByteBuffer
        /// Decrypted bytes that belong to the muxer.
        var plaintext: ByteBuffer
    }

    enum Failure: Error {
        /// What answered does not greet as libp2p does, or closed the socket before it did.
        case noGreeting(any Error)
        case closedByPeer
        case noMuxerInCommon
        case noHandshake
    }

    private var iterator: Inbound.AsyncIterator
    private let outbound: Outbound
    private var buffer = ByteBuffer()
    private var isGreeted = false

    /// Upgrades a socket.
    ///
    /// - Parameters:
    ///   - inbound: What the socket receives.
    ///   - outbound: Sends on the socket.
    ///   - greeted: Called once the other end has said that it speaks libp2p.
    ///   - role: Who dialled.
    ///   - identity: Who this node is.
    ///   - expectedPeer: Who must answer.
    /// - Returns: The secure connection.
    /// - Throws: What broke it off.
    static func secure(
        _ inbound: Inbound,
        _ outbound: Outbound,
        greeted: () -> Void,
        role: Noise.Role,
        identity: KeyPair,
        expectedPeer: PeerID?
    ) async throws -> Secured {
        var upgrade = Upgrade(iterator: inbound.makeAsyncIterator(), outbound: outbound)
        do {
            try await upgrade.agree(on: Noise.protocolID, role: role)
        } catch let error where !upgrade.isGreeted && !(error is CancellationError) {
            throw Failure.noGreeting(error)
        }
        greeted()
        let outcome = try await upgrade.handshake(role: role, identity: identity, expectedPeer: expectedPeer)
        return try await upgrade.multiplex(outcome, role: role)
    }

    private init(iterator: Inbound.AsyncIterator, outbound: Outbound) {
        self.iterator = iterator
        self.outbound = outbound
    }

    private mutating func readMore() async throws {
        guard var bytes = try await self.iterator.next(isolation: #isolation) else { throw Failure.closedByPeer }
        self.buffer.writeBuffer(&bytes)
    }

    private mutating func agree(on protocolID: String, role: Noise.Role) async throws {
        var negotiation = Negotiation(role: role, protocolID: protocolID)
        var output = negotiation.opening()
        while true {
            let step: Multistream.Step
            do {
                defer { self.isGreeted = self.isGreeted || negotiation.isGreeted }
                step = try negotiation.receive(&self.buffer, output: &output)
            } catch {
                // The peer may still learn why.
                if output.readableBytes > 0 { try await self.outbound.write(output) }
                throw error
            }
            if output.readableBytes > 0 { try await self.outbound.write(output) }
            output = ByteBuffer()
            if case .agreed = step { return }
            try await self.readMore()
        }
    }

    private mutating func handshake(
        role: Noise.Role,
        identity: KeyPair,
        expectedPeer: PeerID?
    ) async throws -> Noise.Handshake.Outcome {
        var handshake = try Noise.Handshake(
            Noise.Handshake.Configuration(
                role: role,
                identity: identity,
                staticKey: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation),
                ephemeralKey: Array(Curve25519.KeyAgreement.PrivateKey().rawRepresentation),
                expectedPeer: expectedPeer,
                muxers: [Yamux.protocolID]
            )
        )
        if role == .initiator { try await self.send(handshake.start()) }
        while true {
            guard let message = Noise.readFrame(from: &self.buffer) else {
                try await self.readMore()
                continue
            }
            switch try handshake.receive(message) {
            case .reply(let reply):
                try await self.send(reply)
            case .finished(let reply, let outcome):
                if let reply { try await self.send(reply) }
                return outcome
            }
        }
    }

    private func send(_ message: [UInt8]) async throws {
        var frame = ByteBuffer()
        Noise.writeFrame(message, to: &frame)
        try await self.outbound.write(frame)
    }

    private mutating func multiplex(_ outcome: Noise.Handshake.Outcome, role: Noise.Role) async throws -> Secured {
        var transport = outcome.transport
        var plaintext = ByteBuffer()
        if outcome.negotiatedMuxer {
            guard outcome.muxer == Yamux.protocolID else { throw Failure.noMuxerInCommon }
        } else {
            var negotiation = Negotiation(role: role, protocolID: Yamux.protocolID)
            var output = negotiation.opening()
            while true {
                let step = try negotiation.receive(&plaintext, output: &output)
                if output.readableBytes > 0 {
                    var wire = ByteBuffer()
                    try transport.sender.encrypt(&output, into: &wire)
                    try await self.outbound.write(wire)
                    output.clear()
                }
                if case .agreed = step { break }
                let before = self.buffer.readableBytes
                try transport.receiver.decrypt(&self.buffer, into: &plaintext)
                if self.buffer.readableBytes == before { try await self.readMore() }
            }
        }
        return Secured(
            iterator: self.iterator,
            outbound: self.outbound,
            peer: outcome.remotePeer,
            sender: transport.sender,
            receiver: transport.receiver,
            incoming: self.buffer,
            plaintext: plaintext
        )
    }
}

/// Either end of a negotiation for one protocol.
private enum Negotiation {
    case dialer(Multistream.Dialer)
    case listener(Multistream.Listener)

    init(role: Noise.Role, protocolID: String) {
        switch role {
        case .initiator: self = .dialer(Multistream.Dialer(proposals: [protocolID]))
        case .responder: self = .listener(Multistream.Listener(supported: [protocolID]))
        }
    }

    /// Whether the other end has said that it speaks multistream-select.
    var isGreeted: Bool {
        switch self {
        case .dialer(let dialer): dialer.isGreeted
        case .listener(let listener): listener.isGreeted
        }
    }

    func opening() -> ByteBuffer {
        switch self {
        case .dialer(let dialer): dialer.opening()
        case .listener: ByteBuffer()
        }
    }

    mutating func receive(
        _ input: inout ByteBuffer,
        output: inout ByteBuffer
    ) throws(Multistream.Failure) -> Multistream.Step {
        switch self {
        case .dialer(var dialer):
            defer { self = .dialer(dialer) }
            return try dialer.receive(&input, output: &output)
        case .listener(var listener):
            defer { self = .listener(listener) }
            return try listener.receive(&input, output: &output)
        }
    }
}
