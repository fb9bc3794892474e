/// The secure channel of libp2p (specs, `noise`): `Noise_XX_25519_ChaChaPoly_SHA256` with an empty prologue.
///
/// The handshake's payloads bind the Noise static key to the peer's identity. Frames of the handshake and of the
/// transport alike are a big-endian 16-bit length and one Noise message.
package enum Noise {
    /// The protocol's id in multistream-select.
    package static let protocolID = "/noise"

    static let protocolName = "Noise_XX_25519_ChaChaPoly_SHA256"
    static let signaturePrefix = "noise-libp2p-static-key:"
    static let keyLength = 32
    static let tagLength = 16

    /// The bounds of the channel.
    package enum Limits {
        /// The longest Noise message, which its 16-bit length can say.
        package static let messageLength = 65535
        /// The most plaintext that one transport message carries.
        package static let plaintextLength = messageLength - tagLength
        /// The most entries that are looked at in the peer's list of muxers.
        package static let muxers = 16
    }

    /// What ends a channel.
    package enum Failure: Error, Equatable {
        /// A handshake message is too short or its payload is no such message.
        case malformed
        /// A message does not decrypt.
        case decryption
        /// A key agreement gives no secret, as with a point of low order.
        case keyAgreement
        /// The peer's identity key or its signature is not good.
        case identity(IdentityError)
        /// The peer is another than the one dialled.
        case unexpectedPeer
        /// A channel has carried all messages that its keys may protect.
        case nonceExhausted
        /// A message arrives in a state that has no place for it.
        case outOfOrder
    }

    /// The side of the handshake.
    package enum Role: Sendable {
        /// Who dialled and speaks first.
        case initiator
        /// Who was dialled.
        case responder
    }
}
