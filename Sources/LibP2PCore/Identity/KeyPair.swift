package import Crypto
package import Multiformats
import SwiftProtobuf

/// An Ed25519 key pair: what makes a node itself.
package struct KeyPair: Sendable {
    /// The number of bytes that a key pair grows from.
    package static let seedLength = 32

    /// The signing key.
    package let signingKey: Curve25519.Signing.PrivateKey
    /// The public half.
    package let publicKey: PublicKey
    /// The name of the holder.
    package let peerID: PeerID

    /// Grows a key pair from 32 bytes of entropy, which the caller draws.
    package init(seed: [UInt8]) throws(IdentityError) {
        guard seed.count == Self.seedLength,
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)
        else { throw .malformed }
        self.init(key)
    }

    /// Reads a `PrivateKey` message, in today's form or the older one that repeats the public half.
    package init(message: [UInt8]) throws(IdentityError) {
        guard message.count <= Self.maximumLength, let key = try? IdentityWirePrivateKey(serializedBytes: message)
        else { throw .malformed }
        guard key.type == .ed25519 else { throw .unsupportedKeyType }
        let data = Array(key.data)
        guard data.count == 64 || data.count == 96 else { throw .malformed }
        try self.init(seed: Array(data.prefix(Self.seedLength)))
        let halves = stride(from: Self.seedLength, to: data.count, by: 32).map { Array(data[$0..<($0 + 32)]) }
        let raw = Array(self.signingKey.publicKey.rawRepresentation)
        guard halves.allSatisfy({ $0 == raw }) else { throw .mismatchedKey }
    }

    private init(_ key: Curve25519.Signing.PrivateKey) {
        self.signingKey = key
        self.publicKey = PublicKey(ed25519: Array(key.publicKey.rawRepresentation))
        self.peerID = self.publicKey.peerID
    }

    private static let maximumLength = 256

    /// The `PrivateKey` message: secret.
    package var message: [UInt8] {
        [0x08, 0x01, 0x12, 0x40] + Array(self.signingKey.rawRepresentation)
            + Array(self.signingKey.publicKey.rawRepresentation)
    }

    /// Signs the bytes.
    package func sign(_ bytes: [UInt8]) throws(IdentityError) -> [UInt8] {
        do {
            return Array(try self.signingKey.signature(for: bytes))
        } catch {
            throw .cryptography
        }
    }
}
