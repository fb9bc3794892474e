package import NIOCore

extension Noise {
    /// The channel after the handshake; each half belongs to whoever drives that direction.
    package struct Transport: Sendable {
        /// The outgoing half.
        package var sender: Sender
        /// The incoming half.
        package var receiver: Receiver
    }

    /// Encrypts what goes out.
    package struct Sender: Sendable {
        private var cipher: CipherState

        init(_ cipher: CipherState) {
            self.cipher = cipher
        }

        /// Takes all of the plaintext and appends as many frames as it needs.
        package mutating func encrypt(
            _ plaintext: inout ByteBuffer,
            into output: inout ByteBuffer
        ) throws(Failure) {
            let frames = (plaintext.readableBytes + Limits.plaintextLength - 1) / Limits.plaintextLength
            output.reserveCapacity(minimumWritableBytes: plaintext.readableBytes + frames * (2 + Noise.tagLength))
            while plaintext.readableBytes > 0 {
                let count = min(plaintext.readableBytes, Limits.plaintextLength)
                output.writeInteger(UInt16(count + Noise.tagLength))
                try plaintext.withUnsafeReadableBytes { bytes throws(Failure) in
                    try self.cipher.seal(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)), into: &output)
                }
                plaintext.moveReaderIndex(forwardBy: count)
            }
        }
    }

    /// Decrypts what comes in.
    package struct Receiver: Sendable {
        private var cipher: CipherState

        init(_ cipher: CipherState) {
            self.cipher = cipher
        }

        /// Takes every whole frame and appends its plaintext; a partial frame stays in the input.
        package mutating func decrypt(
            _ input: inout ByteBuffer,
            into plaintext: inout ByteBuffer
        ) throws(Failure) {
            while let length = Noise.frameLength(in: input) {
                input.moveReaderIndex(forwardBy: 2)
                try input.withUnsafeReadableBytes { bytes throws(Failure) in
                    try self.cipher.open(UnsafeRawBufferPointer(rebasing: bytes.prefix(length)), into: &plaintext)
                }
                input.moveReaderIndex(forwardBy: length)
            }
        }
    }

    /// Appends one message in its frame.
    package static func writeFrame(_ message: [UInt8], to buffer: inout ByteBuffer) {
        precondition(message.count <= Limits.messageLength, "a Noise message of \(message.count) bytes has no frame")
        buffer.writeInteger(UInt16(message.count))
        buffer.writeBytes(message)
    }

    /// Takes one message out of its frame; nil when more bytes are needed.
    package static func readFrame(from buffer: inout ByteBuffer) -> [UInt8]? {
        guard let length = self.frameLength(in: buffer) else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        return buffer.readBytes(length: length)
    }

    /// The length of the message in the frame at the front; nil when the frame is not whole.
    private static func frameLength(in buffer: ByteBuffer) -> Int? {
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            buffer.readableBytes >= 2 + Int(length)
        else { return nil }
        return Int(length)
    }
}
