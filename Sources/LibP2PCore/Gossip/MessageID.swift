package import Multiformats

/// The name of a pubsub message: its author's id followed by its sequence number, the default of go and py.
package struct MessageID: Hashable, Sendable {
    /// The bytes as they travel in IHAVE and IWANT.
    package let bytes: [UInt8]

    /// Takes an id as a peer sent it.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Names a message by its author and its number.
    package init(author: PeerID, sequence: UInt64) {
        self.bytes = author.bytes + Self.bigEndian(sequence)
    }

    static func bigEndian(_ sequence: UInt64) -> [UInt8] {
        withUnsafeBytes(of: sequence.bigEndian) { Array($0) }
    }

    /// Feeds the bytes as one, and not one by one as an array does.
    package func hash(into hasher: inout Hasher) {
        self.bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
}
