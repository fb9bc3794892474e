import Crypto
package import Multiformats

extension Noise {
    /// The three messages of XX: `e`, then `e, ee, s, es`, then `s, se`.
    package struct Handshake: Sendable {
        /// What a side brings along; the caller draws both private keys, anew for each handshake.
        package struct Configuration: Sendable {
            /// Which side this is.
            package var role: Role
            /// Who this is.
            package var identity: KeyPair
            /// The X25519 static private key.
            package var staticKey: [UInt8]
            /// The X25519 ephemeral private key.
            package var ephemeralKey: [UInt8]
            /// Who must answer; nil accepts anybody.
            package var expectedPeer: PeerID?
            /// The muxers to offer inside the handshake, preferred first; none leaves it to multistream-select.
            package var muxers: [String]

            /// Puts a side together.
            package init(
                role: Role,
                identity: KeyPair,
                staticKey: [UInt8],
                ephemeralKey: [UInt8],
                expectedPeer: PeerID? = nil,
                muxers: [String] = []
            ) {
                self.role = role
                self.identity = identity
                self.staticKey = staticKey
                self.ephemeralKey = ephemeralKey
                self.expectedPeer = expectedPeer
                self.muxers = muxers
            }
        }

        /// A finished handshake.
        package struct Outcome: Sendable {
            /// The peer's identity key.
            package let remoteKey: PublicKey
            /// The muxer agreed on, where both sides offered some and have one in common.
            package let muxer: String?
            /// Whether both sides offered muxers, so that no other negotiation follows.
            package let negotiatedMuxer: Bool
            /// The hash of the whole handshake.
            package let hash: [UInt8]
            /// Encrypts and decrypts from here on.
            package var transport: Transport

            /// The peer's name.
            package var remotePeer: PeerID { self.remoteKey.peerID }
        }

        /// What a message led to.
        package enum Step: Sendable {
            /// Send this and wait.
            case reply([UInt8])
            /// Send this, if there is anything, and go on with the transport.
            case finished(reply: [UInt8]?, Outcome)
        }

        private enum State {
            /// The initiator has not spoken; then `awaitingSecond`.
            case idle
            /// The responder waits for `e`; then `awaitingThird`.
            case awaitingFirst
            /// The initiator waits for `e, ee, s, es`; then `finished`.
            case awaitingSecond
            /// The responder waits for `s, se`; then `finished`.
            case awaitingThird(remoteEphemeral: [UInt8])
            case finished
        }

        private let configuration: Configuration
        private let ephemeral: Curve25519.KeyAgreement.PrivateKey
        private let statik: Curve25519.KeyAgreement.PrivateKey
        private var symmetric = SymmetricState()
        private var state: State

        /// Prepares a handshake.
        package init(_ configuration: Configuration) throws(Failure) {
            self.configuration = configuration
            do {
                self.ephemeral = try .init(rawRepresentation: configuration.ephemeralKey)
                self.statik = try .init(rawRepresentation: configuration.staticKey)
            } catch {
                throw .keyAgreement
            }
            self.state = configuration.role == .initiator ? .idle : .awaitingFirst
        }

        /// The initiator's first message; the responder has none.
        package mutating func start() throws(Failure) -> [UInt8] {
            guard case .idle = self.state else { throw .outOfOrder }
            self.state = .awaitingSecond
            return self.ephemeralToken() + (try self.symmetric.encryptAndHash([]))
        }

        /// Takes the peer's next message, without its frame.
        package mutating func receive(_ message: [UInt8]) throws(Failure) -> Step {
            switch self.state {
            case .awaitingFirst: return .reply(try self.receiveFirst(message[...]))
            case .awaitingSecond: return try self.receiveSecond(message[...])
            case .awaitingThird(let remoteEphemeral):
                return try self.receiveThird(message[...], remoteEphemeral: remoteEphemeral)
            case .idle, .finished: throw .outOfOrder
            }
        }

        private mutating func receiveFirst(_ message: ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
            var message = message
            let remoteEphemeral = try Self.take(Noise.keyLength, from: &message)
            self.symmetric.mixHash(remoteEphemeral)
            guard try self.symmetric.decryptAndHash(message).isEmpty else { throw .malformed }
            var reply = self.ephemeralToken()
            try self.mix(self.ephemeral, with: remoteEphemeral)
            reply += try self.symmetric.encryptAndHash(self.ownStatic)
            try self.mix(self.statik, with: remoteEphemeral)
            reply += try self.symmetric.encryptAndHash(self.ownPayload())
            self.state = .awaitingThird(remoteEphemeral: remoteEphemeral)
            return reply
        }

        private mutating func receiveSecond(_ message: ArraySlice<UInt8>) throws(Failure) -> Step {
            var message = message
            let remoteEphemeral = try Self.take(Noise.keyLength, from: &message)
            self.symmetric.mixHash(remoteEphemeral)
            try self.mix(self.ephemeral, with: remoteEphemeral)
            let remoteStatic = try self.takeStatic(from: &message)
            try self.mix(self.ephemeral, with: remoteStatic)
            let payload = try Payload(bytes: self.symmetric.decryptAndHash(message))
            // The peer must be who it says, and who was dialled, before this side shows who it is.
            let remoteKey = try self.identify(payload, staticKey: remoteStatic)
            var reply = try self.symmetric.encryptAndHash(self.ownStatic)
            try self.mix(self.statik, with: remoteEphemeral)
            reply += try self.symmetric.encryptAndHash(self.ownPayload())
            return .finished(reply: reply, self.finish(remoteKey, payload))
        }

        private mutating func receiveThird(
            _ message: ArraySlice<UInt8>,
            remoteEphemeral: [UInt8]
        ) throws(Failure) -> Step {
            var message = message
            let remoteStatic = try self.takeStatic(from: &message)
            try self.mix(self.ephemeral, with: remoteStatic)
            let payload = try Payload(bytes: self.symmetric.decryptAndHash(message))
            return .finished(reply: nil, self.finish(try self.identify(payload, staticKey: remoteStatic), payload))
        }

        private mutating func finish(_ remoteKey: PublicKey, _ payload: Payload) -> Outcome {
            self.state = .finished
            let (first, second) = self.symmetric.split()
            let isInitiator = self.configuration.role == .initiator
            let own = self.configuration.muxers
            // The first of the initiator's list that both have.
            let (preferring, having) = isInitiator ? (own, payload.muxers ?? []) : (payload.muxers ?? [], own)
            return Outcome(
                remoteKey: remoteKey,
                muxer: preferring.first { having.contains($0) },
                negotiatedMuxer: !own.isEmpty && payload.muxers != nil,
                hash: self.symmetric.hash,
                transport: Transport(
                    sender: Sender(isInitiator ? first : second),
                    receiver: Receiver(isInitiator ? second : first)
                )
            )
        }

        private func identify(_ payload: Payload, staticKey: [UInt8]) throws(Failure) -> PublicKey {
            let key = try payload.verifiedKey(staticKey: staticKey)
            guard self.configuration.expectedPeer.map({ $0 == key.peerID }) ?? true else { throw .unexpectedPeer }
            return key
        }

        private mutating func ephemeralToken() -> [UInt8] {
            let bytes = Array(self.ephemeral.publicKey.rawRepresentation)
            self.symmetric.mixHash(bytes)
            return bytes
        }

        private var ownStatic: [UInt8] { Array(self.statik.publicKey.rawRepresentation) }

        private func ownPayload() throws(Failure) -> [UInt8] {
            let muxers = self.configuration.muxers
            return try Payload(of: self.configuration.identity, staticKey: self.ownStatic, muxers: muxers).bytes
        }

        private mutating func takeStatic(from message: inout ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
            try self.symmetric.decryptAndHash(Self.take(Noise.keyLength + Noise.tagLength, from: &message)[...])
        }

        private mutating func mix(
            _ own: Curve25519.KeyAgreement.PrivateKey,
            with remote: [UInt8]
        ) throws(Failure) {
            let secret: SharedSecret
            do {
                secret = try own.sharedSecretFromKeyAgreement(with: .init(rawRepresentation: remote))
            } catch {
                throw .keyAgreement
            }
            let bytes = secret.withUnsafeBytes { Array($0) }
            // A point of low order gives zero, and with it a key that anybody knows.
            guard bytes.contains(where: { $0 != 0 }) else { throw .keyAgreement }
            self.symmetric.mixKey(bytes)
        }

        private static func take(_ count: Int, from message: inout ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
            guard message.count >= count else { throw .malformed }
            defer { message = message.dropFirst(count) }
            return Array(message.prefix(count))
        }
    }
}
