/// The name of a peer: the multihash of its public key message (libp2p specs, `peer-ids`).
package struct PeerID: Hashable, Sendable, CustomStringConvertible, Comparable {
    private static let cidVersion: UInt64 = 1
    private static let libp2pKey: UInt64 = 0x72

    /// The multihash.
    package let bytes: [UInt8]

    /// Reads base58btc of the multihash, or a CIDv1 of codec libp2p-key in base32.
    package init(_ text: String) throws(MultiformatsError) {
        guard text.first == Base32.multibasePrefix else {
            try self.init(multihash: Base58.decode(text))
            return
        }
        var reader = ByteReader(try Base32.decode(text.dropFirst()))
        guard try reader.varint() == Self.cidVersion, try reader.varint() == Self.libp2pKey else { throw .unsupported }
        try self.init(multihash: reader.remainder())
    }

    /// Reads the binary form; every byte must belong to it.
    package init(multihash: [UInt8]) throws(MultiformatsError) {
        let hash = try Multihash(bytes: multihash)
        if hash.function == .identity {
            guard !hash.digest.isEmpty, hash.digest.count <= Limits.inlineKeyBytes else { throw .invalidDigest }
        }
        self.bytes = multihash
    }

    /// Names the holder of a public key, given as its `PublicKey` message.
    package init(publicKeyMessage: [UInt8]) {
        let inline = publicKeyMessage.count <= Limits.inlineKeyBytes
        let hash = inline ? Multihash(identity: publicKeyMessage) : Multihash(hashing: publicKeyMessage)
        self.bytes = hash.bytes
    }

    /// The `PublicKey` message where the name carries it whole, as all Ed25519 names do.
    package var publicKeyMessage: [UInt8]? {
        guard let hash = try? Multihash(bytes: self.bytes), hash.function == .identity else { return nil }
        return hash.digest
    }

    /// The base58btc text.
    package var description: String { Base58.encode(self.bytes) }

    /// Orders by the bytes, so that every node sorts alike.
    package static func < (lhs: PeerID, rhs: PeerID) -> Bool {
        lhs.bytes.lexicographicallyPrecedes(rhs.bytes)
    }

    /// Feeds the bytes as one, and not one by one as an array does.
    package func hash(into hasher: inout Hasher) {
        self.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
