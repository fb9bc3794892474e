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
            while plaintext.readableBytes > 0 {
                let count = min(plaintext.readableBytes, Limits.plaintextLength)
                guard let part = plaintext.readBytes(length: count) else { return }
                Noise.writeFrame(try self.cipher.seal(part), to: &output)
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
            while let message = Noise.readFrame(from: &input) {
                plaintext.writeBytes(try self.cipher.open(message[...]))
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
        guard let length = buffer.getInteger(at: buffer.readerIndex, as: UInt16.self),
            buffer.readableBytes >= 2 + Int(length)
        else { return nil }
        buffer.moveReaderIndex(forwardBy: 2)
        return buffer.readBytes(length: Int(length))
    }
}
