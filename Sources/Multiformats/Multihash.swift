import Crypto

/// A digest that says which function made it.
package struct Multihash: Hashable, Sendable {
    /// The hash functions in use here.
    package enum Function: UInt64, Sendable {
        /// The bytes themselves.
        case identity = 0x00
        /// SHA-256.
        case sha2256 = 0x12
    }

    /// The function that made the digest.
    package let function: Function
    /// The digest's bytes.
    package let digest: [UInt8]

    /// Hashes the bytes with SHA-256.
    package init(hashing bytes: some Sequence<UInt8>) {
        var hasher = SHA256()
        hasher.update(data: Array(bytes))
        self.function = .sha2256
        self.digest = Array(hasher.finalize())
    }

    /// Wraps the bytes as they are.
    package init(identity bytes: [UInt8]) {
        self.function = .identity
        self.digest = bytes
    }

    /// Reads a multihash; every byte must belong to it.
    package init(bytes: [UInt8]) throws(MultiformatsError) {
        guard bytes.count <= Limits.identifierBytes else { throw .tooLong }
        var reader = ByteReader(bytes)
        guard let function = Function(rawValue: try reader.varint()) else { throw .unsupported }
        let digest = try reader.lengthPrefixed()
        guard reader.isAtEnd else { throw .trailingBytes }
        guard function == .identity || digest.count == SHA256.byteCount else { throw .invalidDigest }
        self.function = function
        self.digest = digest
    }

    /// The function's code, the length and the digest.
    package var bytes: [UInt8] {
        Varint.encode(self.function.rawValue) + Varint.encode(UInt64(self.digest.count)) + self.digest
    }
}
