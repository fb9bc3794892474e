import Crypto
import CryptoExtras
package import Multiformats
import SwiftProtobuf

/// A peer's public key (libp2p specs, `peer-ids`).
///
/// Keys of every type have a name, but only signatures by Ed25519, which this mesh signs with, and by RSA, which older
/// nodes of IPFS have, are verified.
package struct PublicKey: Hashable, Sendable {
    /// The `PublicKey` message as it came, which is what peer ids are made of.
    package let message: [UInt8]
    private let verifier: Verifier

    /// What a signature is checked with.
    private enum Verifier: Hashable {
        /// The 32 bytes of the key.
        case ed25519([UInt8])
        /// The key as a DER `SubjectPublicKeyInfo`.
        case rsa([UInt8])
        case none
    }

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
            self.verifier = .ed25519(raw)
        case .rsa:
            self.verifier = .rsa(Array(key.data))
        case .secp256K1, .ecdsa:
            self.verifier = .none
        }
        self.message = message
    }

    init(ed25519 raw: [UInt8]) {
        self.message = Self.message(ed25519: raw)
        self.verifier = .ed25519(raw)
    }

    /// The longest message that is looked at: an RSA key of 8192 bits with room to spare.
    private static let maximumLength = 2048
    /// The largest RSA key that signatures are checked with, as in go.
    private static let maximumRSABits = 8192

    /// The name of the key's holder.
    package var peerID: PeerID { PeerID(publicKeyMessage: self.message) }

    /// Checks a signature.
    ///
    /// - Parameters:
    ///   - signature: The signature.
    ///   - bytes: The bytes that it should cover.
    /// - Throws: `IdentityError.invalidSignature`; `.malformed` where the key is none; `.unsupportedKeyType`.
    package func verify(_ signature: [UInt8], over bytes: [UInt8]) throws(IdentityError) {
        let isValid: Bool
        switch self.verifier {
        case .ed25519(let raw):
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: raw) else { throw .malformed }
            isValid = key.isValidSignature(signature, for: bytes)
        case .rsa(let der):
            guard let key = try? _RSA.Signing.PublicKey(derRepresentation: der),
                key.keySizeInBits <= Self.maximumRSABits
            else { throw .malformed }
            isValid = key.isValidSignature(
                _RSA.Signing.RSASignature(rawRepresentation: signature),
                for: SHA256.hash(data: bytes),
                padding: .insecurePKCS1v1_5
            )
        case .none:
            throw .unsupportedKeyType
        }
        guard isValid else { throw .invalidSignature }
    }

    private static func message(ed25519 raw: [UInt8]) -> [UInt8] {
        // Both fields in tag order, always: the encoding is hashed.
        [0x08, 0x01, 0x12, UInt8(truncatingIfNeeded: raw.count)] + raw
    }
}
