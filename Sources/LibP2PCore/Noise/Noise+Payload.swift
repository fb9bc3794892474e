import SwiftProtobuf

extension Noise {
    /// What the handshake's encrypted payloads say: who speaks, and which muxers it has.
    struct Payload: Equatable {
        var identityKey: [UInt8]
        var signature: [UInt8]
        /// In the speaker's order; nil where it does not negotiate this way.
        var muxers: [String]?

        /// Speaks for an identity, which signs the Noise static key.
        init(of identity: KeyPair, staticKey: [UInt8], muxers: [String]) throws(Failure) {
            self.identityKey = identity.publicKey.message
            do {
                self.signature = try identity.sign(Self.signed(staticKey))
            } catch {
                throw .identity(error)
            }
            self.muxers = muxers.isEmpty ? nil : muxers
        }

        init(bytes: [UInt8]) throws(Failure) {
            guard let wire = try? NoiseWireHandshakePayload(serializedBytes: bytes) else { throw .malformed }
            self.identityKey = Array(wire.identityKey)
            self.signature = Array(wire.identitySig)
            let muxers = wire.extensions.streamMuxers.prefix(Limits.muxers)
            self.muxers = muxers.isEmpty ? nil : Array(muxers)
        }

        var bytes: [UInt8] {
            let wire = NoiseWireHandshakePayload.with { payload in
                payload.identityKey = field(self.identityKey)
                payload.identitySig = field(self.signature)
                if let muxers = self.muxers { payload.extensions.streamMuxers = muxers }
            }
            return wire.wireBytes
        }

        /// The speaker's key, once it is shown to have signed the static key.
        func verifiedKey(staticKey: [UInt8]) throws(Failure) -> PublicKey {
            do {
                let key = try PublicKey(message: self.identityKey)
                try key.verify(self.signature, over: Self.signed(staticKey))
                return key
            } catch {
                throw .identity(error)
            }
        }

        private static func signed(_ staticKey: [UInt8]) -> [UInt8] {
            Array(Noise.signaturePrefix.utf8) + staticKey
        }
    }
}
