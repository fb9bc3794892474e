package import Multiformats

/// A pubsub message whose author is proven: the `StrictSign` policy of the libp2p specs (pubsub/README.md).
///
/// The signature covers `libp2p-pubsub:` and the message without its signature and key, as go, py and rust have it.
package struct SignedMessage: Sendable, Equatable {
    /// Why a message does not prove its author.
    package enum Flaw: Error, Equatable {
        /// A field that strict signing needs is absent or has the wrong length.
        case incomplete
        /// The author's kind of key is not one that this node can check; nobody's fault.
        case unsupportedKey
        /// The key is not the author's, or the signature is not the key's.
        case forged
    }

    private static let prefix = Array("libp2p-pubsub:".utf8)
    private static let sequenceBytes = 8

    /// Who wrote it.
    package let author: PeerID
    /// The author's number for it.
    package let sequence: UInt64
    /// Where it was published.
    package let topic: String
    /// The payload.
    package let data: [UInt8]
    /// The message as it came and as it is handed on.
    package let wire: GossipRouter.RPC.Message

    /// The name by which peers know it.
    package let id: MessageID

    /// Signs a payload.
    package init(
        signing data: [UInt8],
        topic: String,
        sequence: UInt64,
        with keyPair: KeyPair
    ) throws(GossipError) {
        var wire = GossipRouter.RPC.Message()
        wire.author = keyPair.peerID.bytes
        wire.data = data
        wire.sequence = MessageID.bigEndian(sequence)
        wire.topic = topic
        do {
            wire.signature = try keyPair.sign(Self.signable(wire))
        } catch {
            throw .unsignable
        }
        self.author = keyPair.peerID
        self.id = MessageID(author: keyPair.peerID, sequence: sequence)
        self.sequence = sequence
        self.topic = topic
        self.data = data
        self.wire = wire
    }

    /// Checks that a message is whole and its author's.
    package init(verifying wire: GossipRouter.RPC.Message) throws(Flaw) {
        self = try Self(believing: wire)
        if let key = wire.key, PeerID(publicKeyMessage: key) != self.author { throw .forged }
        guard let message = wire.key ?? self.author.publicKeyMessage, let signature = wire.signature else {
            throw .incomplete
        }
        do {
            try PublicKey(message: message).verify(signature, over: Self.signable(wire))
        } catch {
            throw error == .unsupportedKeyType ? .unsupportedKey : .forged
        }
    }

    /// Takes a message for its author's without checking the signature, which has to be there.
    init(believing wire: GossipRouter.RPC.Message) throws(Flaw) {
        guard let bytes = wire.author, let author = try? PeerID(multihash: bytes), let topic = wire.topic,
            let sequence = wire.sequence, sequence.count == Self.sequenceBytes, wire.signature != nil
        else { throw .incomplete }
        self.author = author
        self.id = MessageID(bytes: author.bytes + sequence)
        self.sequence = sequence.reduce(0) { $0 << 8 | UInt64($1) }
        self.topic = topic
        self.data = wire.data ?? []
        self.wire = wire
    }

    /// The bytes that an author signs.
    package static func signable(_ wire: GossipRouter.RPC.Message) -> [UInt8] {
        var unsigned = wire
        unsigned.signature = nil
        unsigned.key = nil
        return Self.prefix + unsigned.encoded
    }
}
