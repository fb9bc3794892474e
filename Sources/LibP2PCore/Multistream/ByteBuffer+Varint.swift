package import Multiformats
package import NIOCore

extension ByteBuffer {
    /// Appends a length as an unsigned varint.
    package mutating func writeVarint(_ value: Int) {
        self.writeBytes(Varint.encode(UInt64(clamping: value)))
    }

    /// Appends a message behind its length as an unsigned varint.
    package mutating func writeFramed(_ message: ByteBuffer) {
        self.reserveCapacity(minimumWritableBytes: message.readableBytes + Varint.maximumLength)
        self.writeVarint(message.readableBytes)
        self.writeImmutableBuffer(message)
    }

    /// Reads an unsigned varint without consuming it; nil when more bytes are needed.
    package func peekVarint() throws(MultiformatsError) -> (value: Int, width: Int)? {
        guard let (value, width) = try Varint.decode(self.readableBytesView.prefix(Varint.maximumLength)) else {
            return nil
        }
        guard let value = Int(exactly: value) else { throw .invalidVarint }
        return (value, width)
    }
}
