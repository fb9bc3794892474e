package import NIOCore

/// multistream-select 1.0 (libp2p specs, `connections`): the two ends of a byte stream agree on a protocol.
///
/// A message is a varint length that counts a final newline, UTF-8 text and that newline. `Dialer` proposes, `Listener`
/// answers. Both take bytes as they come and leave what follows the agreement untouched for the protocol agreed on.
package enum Multistream {
    /// The first message of both ends.
    package static let header = "/multistream/1.0.0"
    static let notAvailable = "na"
    static let list = "ls"

    /// The bounds of a negotiation.
    package enum Limits {
        /// The longest message, newline included.
        package static let messageLength = 1024
        /// The most proposals that a listener answers.
        package static let proposals = 64
    }

    /// What ends a negotiation early.
    package enum Failure: Error, Equatable {
        /// The length is not a varint, or the text does not end with a newline or is not UTF-8.
        case malformed
        /// A message is longer than the limit.
        case tooLong
        /// The first message is not the header.
        case wrongHeader
        /// The answer names a protocol that was not proposed.
        case wrongAnswer
        /// The listener refused everything that was proposed.
        case nothingInCommon
        /// The dialer went on proposing beyond the limit.
        case tooManyProposals
    }

    /// What a step of the negotiation led to.
    package enum Step: Equatable, Sendable {
        /// More bytes are needed.
        case waiting
        /// The protocol is agreed on.
        case agreed(String)
    }

    /// Appends one message.
    package static func write(_ text: String, to buffer: inout ByteBuffer) {
        writeLength(text.utf8.count + 1, to: &buffer)
        buffer.writeString(text)
        buffer.writeInteger(UInt8(ascii: "\n"))
    }

    /// Appends the answer to `ls`: every protocol as a message, inside a message.
    static func writeList(_ protocols: [String], to buffer: inout ByteBuffer) {
        var list = ByteBuffer()
        for text in protocols { write(text, to: &list) }
        list.writeInteger(UInt8(ascii: "\n"))
        writeLength(list.readableBytes, to: &buffer)
        buffer.writeBuffer(&list)
    }

    private static func writeLength(_ length: Int, to buffer: inout ByteBuffer) {
        buffer.writeVarint(length)
    }

    /// Takes the header off the front; false when more bytes are needed.
    ///
    /// The first byte that is another ends it: who speaks something else, or has another network's key, is not waited for.
    static func takeHeader(from buffer: inout ByteBuffer) throws(Failure) -> Bool {
        var expected = ByteBuffer()
        write(header, to: &expected)
        let count = min(expected.readableBytes, buffer.readableBytes)
        guard buffer.readableBytesView.prefix(count).elementsEqual(expected.readableBytesView.prefix(count)) else {
            throw .wrongHeader
        }
        guard count == expected.readableBytes else { return false }
        buffer.moveReaderIndex(forwardBy: count)
        return true
    }

    /// Takes one message off the front; nil when more bytes are needed.
    package static func read(from buffer: inout ByteBuffer) throws(Failure) -> String? {
        let length: (value: Int, width: Int)
        do {
            guard let found = try buffer.peekVarint() else { return nil }
            length = found
        } catch {
            throw .malformed
        }
        guard length.value > 0 else { throw .malformed }
        guard length.value <= Limits.messageLength else { throw .tooLong }
        let start = buffer.readerIndex + length.width
        guard let bytes = buffer.getBytes(at: start, length: length.value) else { return nil }
        guard bytes.last == UInt8(ascii: "\n"), let text = String(validating: bytes.dropLast(), as: UTF8.self) else {
            throw .malformed
        }
        buffer.moveReaderIndex(forwardBy: length.width + length.value)
        return text
    }
}
