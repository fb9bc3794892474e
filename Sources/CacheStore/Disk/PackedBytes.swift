import Foundation

/// Bytes as a row holds them: compressed where that saves something.
struct PackedBytes: Sendable {
    /// How the bytes are written; the numbers are part of the schema.
    enum Format: Int64, Sendable {
        case plain = 0
        case gzip = 1
    }

    /// How hard to compress.
    enum Effort: Int32, Sendable {
        /// For what is deleted soon, or is much.
        case fast = 1
        /// For what stays.
        case thorough = 5
    }

    /// Below this gzip's own bytes and a page's granularity eat what is saved.
    private static let smallest = 256

    let format: Format
    /// The length of the raw bytes.
    let size: Int
    let data: Data

    init(_ bytes: [UInt8], effort: Effort) {
        size = bytes.count
        if bytes.count >= Self.smallest, let packed = Gzip.compress(bytes, level: effort.rawValue),
            packed.count < bytes.count
        {
            format = .gzip
            data = Data(packed)
        } else {
            format = .plain
            data = Data(bytes)
        }
    }

    /// Bytes as a row has them, or nil where they cannot be that.
    init?(format: Int64?, size: Int64?, data: Data?) {
        guard let format = format.flatMap(Format.init(rawValue:)), let size, size >= 0, let data else { return nil }
        self.format = format
        self.size = Int(size)
        self.data = data
    }

    /// The bytes in the gzip format, or nil where they are not kept so.
    var gzip: [UInt8]? { format == .gzip ? Array(data) : nil }

    /// The raw bytes, or nil where the row is damaged or claims more than the limit.
    func unpacked(limit: Int) -> [UInt8]? {
        guard size <= limit else { return nil }
        return switch format {
        case .plain: data.count == size ? Array(data) : nil
        case .gzip: Gzip.decompress(Array(data), size: size)
        }
    }
}
