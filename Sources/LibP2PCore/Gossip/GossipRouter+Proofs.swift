import Multiformats

extension GossipRouter {
    /// How a router makes sure that others are who they say they are.
    package struct Proofs: Sendable {
        /// Makes sure of a message's author.
        let message: @Sendable (RPC.Message) throws(SignedMessage.Flaw) -> SignedMessage
        /// Makes sure of a peer record's subject.
        let record: @Sendable ([UInt8]) throws(IdentityError) -> PeerRecord

        /// What every real node takes: signatures are checked.
        package static let strict = Self(
            message: { message throws(SignedMessage.Flaw) in try SignedMessage(verifying: message) },
            record: { envelope throws(IdentityError) in try PeerRecord(opening: envelope) }
        )

        /// Nothing is checked but that the parts are there, and a peer record is nothing but the peer's id.
        ///
        /// Only for simulations, which would spend all their time on signatures.
        package static let assumed = Self(
            message: { message throws(SignedMessage.Flaw) in try SignedMessage(believing: message) },
            record: { bytes throws(IdentityError) in
                guard let peer = try? PeerID(multihash: bytes) else { throw .malformed }
                return PeerRecord(peer: peer, sequence: 0, addresses: [])
            }
        )
    }
}
