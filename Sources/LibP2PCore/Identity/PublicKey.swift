import Crypto
package import Multiformats
import SwiftProtobuf

/// A peer's public key (libp2p specs, `peer-ids`).
///
/// Keys of every type have a name, but only Ed25519 signatures are verified: nothing in this mesh signs with another.
package struct PublicKey: Hashable, Sendable {
    /// The `PublicKey` message as it came, which is what peer ids are made of.
    package let message: [UInt8]
    private let ed25519: [UInt8]?

    /// Reads a `PublicKey` message.
    package init(message: [UInt8]) throws(IdentityError) {
        guard message.count <= Self.maximumLength, let key = try? IdentityWirePublicKey(serializedBytes: message) else {
            throw .malformed
        }
        switch key.type {
        case .ed25519:
            let raw = Array(key.data)
            // The one encoding; any other would give the same key a second name.
            guard raw.count == 32, message == Self.message(ed25519: raw) else { throw .malformed }
            self.ed25519 = raw
        case .rsa, .secp256K1, .ecdsa:
            self.ed25519 = nil
        }
        self.message = message
    }

    init(ed25519 raw: [UInt8]) {
        self.message = Self.message(ed25519: raw)
        self.ed25519 = raw
    }

    /// The longest message that is looked at: an RSA key of 8192 bits with room to spare.
    private static let maximumLength = 2048

    /// The name of the key's holder.
    package var peerID: PeerID { PeerID(publicKeyMessage: self.message) }

    /// Checks a signature.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - bytes: The bytes that it should cover.
    /// - Throws: `IdentityError.invalidSignature`, or `.unsupportedKeyType` where the type is not Ed25519.
    package func verify(_ signature: [UInt8], over bytes: [UInt8]) throws(IdentityError) {
        guard let raw = self.ed25519 else { throw .unsupportedKeyType }
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw) else { throw .malformed }
        guard key.isValidSignature(signature, for: bytes) else { throw .invalidSignature }
    }

    private static func message(ed25519 raw: [UInt8]) -> [UInt8] {
        // Both fields in tag order, always: the encoding is hashed.
        [0x08, 0x01, 0x12, UInt8(truncatingIfNeeded: raw.count)] + raw
    }
}
