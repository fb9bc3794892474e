import CZlib

/// Compresses bodies for clients that accept it (RFC 1952).
enum Gzip {
    /// Hard enough for what is packed once and sent often.
    private static let level: CInt = 5

    /// The compressed bytes; nil where zlib has no memory.
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = CInt(MemoryLayout<z_stream>.size)
        // 16 on top of the largest window makes it the gzip format.
        let begun = deflateInit2_(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        guard begun == Z_OK else { return nil }
        defer { deflateEnd(&stream) }
        guard let available = UInt32(exactly: bytes.count) else { return nil }
        var input = bytes
        let bound = Int(deflateBound(&stream, uLong(bytes.count)))
        guard let room = UInt32(exactly: bound) else { return nil }
        var result = Z_OK
        var output = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            input.withUnsafeMutableBufferPointer { source in
                stream.next_in = source.baseAddress
                stream.avail_in = available
                stream.next_out = buffer.baseAddress
                stream.avail_out = room
                result = deflate(&stream, Z_FINISH)
            }
            count = bound - Int(stream.avail_out)
        }
        guard result == Z_STREAM_END else { return nil }
        output.reserveCapacity(0)
        return output
    }
}
