package import NIOCore

extension PrivateNetwork {
    /// Encrypts what a socket sends.
    package struct Sender: Sendable {
        private enum State {
            /// Nothing was sent yet; then `running`.
            case fresh(nonce: [UInt8])
            case running
        }

        private var cipher: Cipher
        private var state: State

        /// Begins a direction.
        ///
        /// - Parameters:
        ///   - key: The network's key.
        ///   - nonce: 24 random bytes, drawn for this direction of this socket alone.
        package init(key: SwarmKey, nonce: [UInt8]) {
            self.cipher = Cipher(key: key, nonce: nonce)
            self.state = .fresh(nonce: nonce)
        }

        /// Encrypts the next bytes; the nonce stands before the first.
        package mutating func encrypt(_ bytes: ByteBuffer) -> ByteBuffer {
            var bytes = bytes
            guard bytes.readableBytes > 0 else { return bytes }
            self.cipher.apply(to: &bytes)
            guard case .fresh(let nonce) = self.state else { return bytes }
            self.state = .running
            var output = ByteBuffer()
            output.reserveCapacity(nonce.count + bytes.readableBytes)
            output.writeBytes(nonce)
            output.writeBuffer(&bytes)
            return output
        }
    }
}
