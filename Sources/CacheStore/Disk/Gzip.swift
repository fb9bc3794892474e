import CZlib

/// The gzip format (RFC 1952), by the system's zlib.
enum Gzip {
    /// Window bits for the largest window with gzip's header.
    private static let windowBits: Int32 = 15 + 16
    private static let memoryLevel: Int32 = 8

    /// Compresses the bytes; nil where zlib refuses.
    static func compress(_ bytes: [UInt8], level: Int32) -> [UInt8]? {
        guard bytes.count < Int(UInt32.max) / 2 else { return nil }
        var stream = z_stream()
        guard
            deflateInit2_(
                &stream,
                level,
                Z_DEFLATED,
                windowBits,
                memoryLevel,
                Z_DEFAULT_STRATEGY,
                ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size)
            ) == Z_OK
        else { return nil }
        defer { deflateEnd(&stream) }
        let capacity = Int(deflateBound(&stream, UInt(bytes.count)))
        return transfer(bytes, capacity: capacity, stream: &stream) { deflate(&$0, Z_FINISH) == Z_STREAM_END }
    }

    /// Decompresses bytes that are known to become `size` bytes; nil where they do not.
    static func decompress(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        guard bytes.count < Int(UInt32.max) / 2, (0..<Int(UInt32.max) / 2).contains(size) else { return nil }
        var stream = z_stream()
        guard
            inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { return nil }
        defer { inflateEnd(&stream) }
        // One byte of room more than is due shows bytes that are too many, and lets an empty body end.
        let result = transfer(bytes, capacity: size + 1, stream: &stream) { inflate(&$0, Z_FINISH) == Z_STREAM_END }
        return result?.count == size && stream.avail_in == 0 ? result : nil
    }

    private static func transfer(
        _ bytes: [UInt8],
        capacity: Int,
        stream: inout z_stream,
        _ run: (inout z_stream) -> Bool
    ) -> [UInt8]? {
        var isComplete = false
        let result = bytes.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(capacity)
                isComplete = run(&stream)
                count = capacity - Int(stream.avail_out)
            }
        }
        return isComplete ? result : nil
    }
}
