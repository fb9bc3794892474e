package import NIOCore

extension PrivateNetwork {
    /// Decrypts what a socket receives.
    package struct Receiver: Sendable {
        private enum State {
            /// Waits for the rest of the nonce; then `running`.
            case waiting(nonce: [UInt8])
            case running(Cipher)
        }

        private let key: SwarmKey
        private var state = State.waiting(nonce: [])

        /// Waits for the peer's nonce.
        package init(key: SwarmKey) {
            self.key = key
        }

        /// Decrypts the next bytes; what belongs to the nonce is taken off them.
        package mutating func decrypt(_ bytes: ByteBuffer) -> ByteBuffer {
            var bytes = bytes
            switch self.state {
            case .running(var cipher):
                cipher.apply(to: &bytes)
                self.state = .running(cipher)
            case .waiting(var nonce):
                let missing = min(nonceLength - nonce.count, bytes.readableBytes)
                nonce += bytes.readBytes(length: missing) ?? []
                guard nonce.count == nonceLength else {
                    self.state = .waiting(nonce: nonce)
                    return bytes
                }
                var cipher = Cipher(key: self.key, nonce: nonce)
                cipher.apply(to: &bytes)
                self.state = .running(cipher)
            }
            return bytes
        }
    }
}
