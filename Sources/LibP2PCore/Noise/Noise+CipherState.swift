import Crypto

extension Noise {
    /// One direction's key and message counter (Noise specification, section 5.1).
    package struct CipherState: Sendable {
        private let key: SymmetricKey
        private var nonce: UInt64 = 0

        init(key: [UInt8]) {
            self.key = SymmetricKey(data: key)
        }

        mutating func seal(
            _ plaintext: some Collection<UInt8>,
            authenticating additional: [UInt8] = []
        ) throws(Failure) -> [UInt8] {
            let nonce = try self.nextNonce()
            do {
                let box = try ChaChaPoly.seal(
                    Array(plaintext),
                    using: self.key,
                    nonce: ChaChaPoly.Nonce(data: nonce),
                    authenticating: additional
                )
                return Array(box.ciphertext) + Array(box.tag)
            } catch {
                throw .decryption
            }
        }

        mutating func open(
            _ message: ArraySlice<UInt8>,
            authenticating additional: [UInt8] = []
        ) throws(Failure) -> [UInt8] {
            guard message.count >= Noise.tagLength else { throw .malformed }
            let nonce = try self.nextNonce()
            do {
                let box = try ChaChaPoly.SealedBox(
                    nonce: ChaChaPoly.Nonce(data: nonce),
                    ciphertext: message.dropLast(Noise.tagLength),
                    tag: message.suffix(Noise.tagLength)
                )
                return Array(try ChaChaPoly.open(box, using: self.key, authenticating: additional))
            } catch {
                throw .decryption
            }
        }

        /// Four zero bytes and the counter, little-endian; the last value is reserved.
        private mutating func nextNonce() throws(Failure) -> [UInt8] {
            guard self.nonce < .max else { throw .nonceExhausted }
            let counter = self.nonce
            self.nonce += 1
            return [0, 0, 0, 0] + (0..<8).map { UInt8(truncatingIfNeeded: counter >> UInt64(8 * $0)) }
        }
    }
}
