import Crypto
import NIOCore

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

        /// Encrypts bytes where they lie and appends the message to a buffer.
        mutating func seal(_ plaintext: UnsafeRawBufferPointer, into output: inout ByteBuffer) throws(Failure) {
            let nonce = try self.nextNonce()
            do {
                let box = try ChaChaPoly.seal(plaintext, using: self.key, nonce: ChaChaPoly.Nonce(data: nonce))
                output.writeBytes(box.ciphertext)
                output.writeBytes(box.tag)
            } catch {
                throw .decryption
            }
        }

        /// Decrypts a message where it lies and appends the plaintext to a buffer.
        mutating func open(_ message: UnsafeRawBufferPointer, into plaintext: inout ByteBuffer) throws(Failure) {
            guard message.count >= Noise.tagLength else { throw .malformed }
            let nonce = try self.nextNonce()
            do {
                let box = try ChaChaPoly.SealedBox(
                    nonce: ChaChaPoly.Nonce(data: nonce),
                    ciphertext: UnsafeRawBufferPointer(rebasing: message.dropLast(Noise.tagLength)),
                    tag: UnsafeRawBufferPointer(rebasing: message.suffix(Noise.tagLength))
                )
                plaintext.writeBytes(try ChaChaPoly.open(box, using: self.key))
            } catch {
                throw .decryption
            }
        }

        /// Four zero bytes and the counter, little-endian; the last value is reserved.
        private mutating func nextNonce() throws(Failure) -> [UInt8] {
            guard self.nonce < .max else { throw .nonceExhausted }
            var bytes = [UInt8](repeating: 0, count: 12)
            for index in 0..<8 { bytes[4 + index] = UInt8(truncatingIfNeeded: self.nonce >> UInt64(8 * index)) }
            self.nonce += 1
            return bytes
        }
    }
}
