import Multiformats
import NIOCore

/// A stored body as it goes to one kind of client: with the URLs of its address, plain or compressed.
struct Rendition: Sendable {
    /// The codings that are served.
    enum Coding: Hashable, Sendable {
        case identity
        case gzip
    }

    /// What makes two renditions the same bytes.
    struct Key: Hashable, Sendable {
        /// The stored body.
        let cid: CID
        /// The address that stands in its URLs; nil where they are GitHub's.
        let base: String?
        /// The coding that was asked for.
        let coding: Coding
    }

    /// The coding that it has: what does not shrink stays plain.
    let coding: Coding
    /// The content.
    let bytes: ByteBuffer

    init(plain bytes: [UInt8]) {
        coding = .identity
        self.bytes = ByteBuffer(bytes: bytes)
    }

    init(gzip bytes: [UInt8]) {
        coding = .gzip
        self.bytes = ByteBuffer(bytes: bytes)
    }
}
