import Multiformats
import SwiftProtobuf

/// A payload with its author's signature, bound to a domain (libp2p RFC 0002).
package struct SignedEnvelope: Equatable, Sendable {
    /// The longest envelope that is looked at.
    package static let maximumLength = 16 * 1024

    /// The author's key.
    package let publicKey: PublicKey
    /// What kind of payload it is.
    package let payloadType: [UInt8]
    /// The signed bytes.
    package let payload: [UInt8]
    private let signature: [UInt8]

    /// Signs a payload.
    package init(
        sealing payload: [UInt8],
        type: [UInt8],
        domain: String,
        with keyPair: KeyPair
    ) throws(IdentityError) {
        self.publicKey = keyPair.publicKey
        self.payloadType = type
        self.payload = payload
        self.signature = try keyPair.sign(Self.signed(domain: domain, type: type, payload: payload))
    }

    /// Reads an envelope and checks its signature for the domain.
    package init(opening bytes: [UInt8], domain: String) throws(IdentityError) {
        guard bytes.count <= Self.maximumLength, let wire = try? IdentityWireEnvelope(serializedBytes: bytes) else {
            throw .malformed
        }
        self.publicKey = try PublicKey(message: Array(wire.publicKey))
        self.payloadType = Array(wire.payloadType)
        self.payload = Array(wire.payload)
        self.signature = Array(wire.signature)
        let signed = Self.signed(domain: domain, type: self.payloadType, payload: self.payload)
        try self.publicKey.verify(self.signature, over: signed)
    }

    /// The message on the wire.
    package var bytes: [UInt8] {
        let wire = IdentityWireEnvelope.with {
            $0.publicKey = field(self.publicKey.message)
            $0.payloadType = field(self.payloadType)
            $0.payload = field(self.payload)
            $0.signature = field(self.signature)
        }
        return wire.wireBytes
    }

    private static func signed(domain: String, type: [UInt8], payload: [UInt8]) -> [UInt8] {
        [Array(domain.utf8), type, payload].reduce(into: []) { bytes, part in
            Varint.append(UInt64(part.count), to: &bytes)
            bytes += part
        }
    }
}
