import CSodium
import NIOCore

extension PrivateNetwork {
    /// One direction's stream of XSalsa20, and how far it has run.
    struct Cipher: Sendable {
        private static let blockLength = 64

        private let key: [UInt8]
        private let nonce: [UInt8]
        private var position: UInt64 = 0

        init(key: SwarmKey, nonce: [UInt8]) {
            precondition(nonce.count == nonceLength, "a nonce has \(nonceLength) bytes")
            self.key = key.bytes
            self.nonce = nonce
        }

        /// Encrypts or decrypts what is readable, in place.
        mutating func apply(to buffer: inout ByteBuffer) {
            buffer.withUnsafeMutableReadableBytes { bytes in
                guard let start = bytes.bindMemory(to: UInt8.self).baseAddress else { return }
                let offset = Int(self.position % UInt64(Self.blockLength))
                // The library starts at whole blocks: the rest of a begun one is done apart.
                let head = offset == 0 ? 0 : min(Self.blockLength - offset, bytes.count)
                if head > 0 {
                    var block = [UInt8](repeating: 0, count: Self.blockLength)
                    for index in 0..<head { block[offset + index] = start[index] }
                    block.withUnsafeMutableBufferPointer { block in
                        guard let base = block.baseAddress else { return }
                        self.combine(base, block.count, fromBlock: self.position / UInt64(Self.blockLength))
                        for index in 0..<head { start[index] = base[offset + index] }
                    }
                }
                if bytes.count > head {
                    let block = (self.position + UInt64(head)) / UInt64(Self.blockLength)
                    self.combine(start + head, bytes.count - head, fromBlock: block)
                }
                self.position += UInt64(bytes.count)
            }
        }

        private func combine(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, fromBlock block: UInt64) {
            _ = crypto_stream_xsalsa20_xor_ic(bytes, bytes, UInt64(count), self.nonce, block, self.key)
        }
    }
}
