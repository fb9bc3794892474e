import Crypto

/// A content identifier: version 1, codec raw, SHA-256; the name of a body by its bytes.
package struct CID: Hashable, Sendable, CustomStringConvertible {
    private static let version: UInt64 = 1
    private static let raw: UInt64 = 0x55

    private let digest: [UInt8]

    /// Names the bytes.
    package init(hashing bytes: [UInt8]) {
        self.digest = Array(SHA256.hash(data: bytes))
    }

    /// Reads the multibase text, base32 only.
    package init(_ text: String) throws(MultiformatsError) {
        guard text.first == Base32.multibasePrefix else { throw .unsupported }
        try self.init(bytes: Base32.decode(text.dropFirst()))
    }

    /// Reads the binary form; every byte must belong to it.
    package init(bytes: [UInt8]) throws(MultiformatsError) {
        guard bytes.count <= Limits.identifierBytes else { throw .tooLong }
        var reader = ByteReader(bytes)
        guard try reader.varint() == Self.version, try reader.varint() == Self.raw else { throw .unsupported }
        let hash = try Multihash(bytes: reader.remainder())
        guard hash.function == .sha2256 else { throw .unsupported }
        self.digest = hash.digest
    }

    /// The binary form.
    package var bytes: [UInt8] {
        Varint.encode(Self.version) + Varint.encode(Self.raw) + Varint.encode(Multihash.Function.sha2256.rawValue)
            + Varint.encode(UInt64(self.digest.count)) + self.digest
    }

    /// Whether a body is the one that this names.
    package func matches(_ body: [UInt8]) -> Bool {
        CID(hashing: body) == self
    }

    /// The multibase text.
    package var description: String {
        "\(Base32.multibasePrefix)\(Base32.encode(self.bytes))"
    }

    /// Feeds the bytes as one, and not one by one as an array does.
    package func hash(into hasher: inout Hasher) {
        self.digest.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
