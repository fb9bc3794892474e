import Crypto

extension GraphQL {
    /// Names a query by what it asks: SHA-256 over its operation, its text in one spelling, its variables and its variant.
    package struct Digest: Hashable, Sendable {
        /// 64 lower-case hexadecimal digits.
        package let text: String

        /// Reads the digits, or nil where they are none of a digest.
        package init?(_ text: some StringProtocol) {
            let isDigest = text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
            guard isDigest, text.utf8.count == 2 * SHA256.byteCount else { return nil }
            self.text = String(text)
        }

        /// The digest over parts, each with its length before it, so that nothing moves from one into the next.
        init(over parts: [[UInt8]]) {
            var hash = SHA256()
            for part in parts {
                hash.update(data: withUnsafeBytes(of: UInt64(part.count).bigEndian) { Array($0) })
                hash.update(data: part)
            }
            text = Array(hash.finalize()).hexadecimal
        }
    }
}
