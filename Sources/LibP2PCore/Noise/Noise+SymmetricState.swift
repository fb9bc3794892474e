import Crypto

extension Noise {
    /// The chaining key and transcript hash of a handshake (Noise specification, section 5.2).
    struct SymmetricState: Sendable {
        private var chainingKey: [UInt8]
        private(set) var hash: [UInt8]
        private var cipher: CipherState?

        init() {
            // The protocol's name is exactly as long as a hash, so it is the first hash as it stands.
            self.hash = Array(Noise.protocolName.utf8)
            self.chainingKey = self.hash
            self.mixHash([])
        }

        mutating func mixHash(_ bytes: [UInt8]) {
            self.hash = Array(SHA256.hash(data: self.hash + bytes))
        }

        mutating func mixKey(_ secret: [UInt8]) {
            let (chainingKey, key) = self.derive(secret)
            self.chainingKey = chainingKey
            self.cipher = CipherState(key: key)
        }

        mutating func encryptAndHash(_ plaintext: [UInt8]) throws(Failure) -> [UInt8] {
            let message = try self.cipher?.seal(plaintext, authenticating: self.hash) ?? plaintext
            self.mixHash(message)
            return message
        }

        mutating func decryptAndHash(_ message: ArraySlice<UInt8>) throws(Failure) -> [UInt8] {
            let plaintext = try self.cipher?.open(message, authenticating: self.hash) ?? Array(message)
            self.mixHash(Array(message))
            return plaintext
        }

        /// The transport keys: the initiator's direction first.
        func split() -> (CipherState, CipherState) {
            let (first, second) = self.derive([])
            return (CipherState(key: first), CipherState(key: second))
        }

        /// Noise's HKDF with two outputs.
        private func derive(_ input: [UInt8]) -> ([UInt8], [UInt8]) {
            let temporary = Self.hmac(key: self.chainingKey, input)
            let first = Self.hmac(key: temporary, [1])
            return (first, Self.hmac(key: temporary, first + [2]))
        }

        private static func hmac(key: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
            Array(HMAC<SHA256>.authenticationCode(for: bytes, using: SymmetricKey(data: key)))
        }
    }
}
