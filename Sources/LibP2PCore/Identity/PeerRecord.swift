package import Multiformats
import SwiftProtobuf

/// The addresses that a peer vouches for (libp2p RFC 0003, with the domain and type that go and py really use).
package struct PeerRecord: Equatable, Sendable {
    private static let domain = "libp2p-peer-record"
    private static let payloadType: [UInt8] = [0x03, 0x01]
    /// The most addresses that are taken from one record.
    package static let maximumAddresses = 32

    /// Whose addresses they are.
    package let peer: PeerID
    /// Rises with every change.
    package let sequence: UInt64
    /// Where the peer listens.
    package let addresses: [Multiaddr]

    /// Describes a peer.
    package init(peer: PeerID, sequence: UInt64, addresses: [Multiaddr]) {
        self.peer = peer
        self.sequence = sequence
        self.addresses = addresses
    }

    /// Opens a signed record; only the peer itself may speak for itself.
    package init(opening envelope: [UInt8]) throws(IdentityError) {
        let envelope = try SignedEnvelope(opening: envelope, domain: Self.domain)
        guard envelope.payloadType == Self.payloadType else { throw .wrongSubject }
        guard let wire = try? IdentityWirePeerRecord(serializedBytes: envelope.payload),
            let peer = try? PeerID(multihash: Array(wire.peerID))
        else { throw .malformed }
        guard envelope.publicKey.peerID == peer else { throw .wrongSubject }
        self.peer = peer
        self.sequence = wire.seq
        // Addresses of transports that this node does not know are left out.
        self.addresses = wire.addresses.prefix(Self.maximumAddresses)
            .compactMap { try? Multiaddr(bytes: Array($0.multiaddr)) }
    }

    /// The record inside its signed envelope.
    package func sealed(with keyPair: KeyPair) throws(IdentityError) -> [UInt8] {
        let wire = IdentityWirePeerRecord.with { record in
            record.peerID = field(self.peer.bytes)
            record.seq = self.sequence
            record.addresses = self.addresses.map { address in .with { $0.multiaddr = field(address.bytes) } }
        }
        let envelope = try SignedEnvelope(
            sealing: wire.wireBytes,
            type: Self.payloadType,
            domain: Self.domain,
            with: keyPair
        )
        return envelope.bytes
    }
}
