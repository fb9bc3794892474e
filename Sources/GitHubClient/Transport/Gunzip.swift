import CZlib

/// Undoes `Content-Encoding: gzip` (RFC 1952) by the system's zlib, with a bound on what comes out.
enum Gunzip {
    /// Why bytes cannot be decompressed.
    enum Failure: Error, Equatable {
        /// They are no gzip, are cut, or something follows them.
        case damaged
        /// More comes out than the bound allows.
        case tooLarge
    }

    /// Window bits for the largest window with gzip's header.
    private static let windowBits: Int32 = 15 + 16
    private static let chunk = 65_536

    /// Decompresses one gzip member, which must be all there is.
    static func decompress(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        try inflating(bytes) { stream throws(Failure) in try drain(stream, limit: limit) }
    }

    /// What the beginning of a gzip member decompresses to, up to a bound; nothing where it is none.
    static func beginning(of bytes: [UInt8], limit: Int) -> [UInt8] {
        let beginning = try? inflating(bytes) { stream throws(Failure) in
            [UInt8](unsafeUninitializedCapacity: limit) { space, count in
                stream.pointee.next_out = space.baseAddress
                stream.pointee.avail_out = UInt32(limit)
                // Whether there is more, or it is damaged further on, is no matter here.
                inflate(stream, Z_SYNC_FLUSH)
                count = limit - Int(stream.pointee.avail_out)
            }
        }
        return beginning ?? []
    }

    private static func inflating(
        _ bytes: [UInt8],
        _ take: (UnsafeMutablePointer<z_stream>) throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        guard bytes.count < Int(UInt32.max) else { throw .tooLarge }
        // zlib remembers where the stream lies, so it must not move.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        defer { stream.deallocate() }
        guard inflateInit2_(stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .damaged
        }
        defer { inflateEnd(stream) }
        return try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: buffer.baseAddress)
            stream.pointee.avail_in = UInt32(buffer.count)
            return try take(stream)
        }
    }

    private static func drain(_ stream: UnsafeMutablePointer<z_stream>, limit: Int) throws(Failure) -> [UInt8] {
        var output: [UInt8] = []
        while true {
            var status = Z_OK
            output += [UInt8](unsafeUninitializedCapacity: chunk) { space, count in
                stream.pointee.next_out = space.baseAddress
                stream.pointee.avail_out = UInt32(chunk)
                status = inflate(stream, Z_NO_FLUSH)
                count = chunk - Int(stream.pointee.avail_out)
            }
            guard output.count <= limit else { throw .tooLarge }
            if status == Z_STREAM_END {
                guard stream.pointee.avail_in == 0 else { throw .damaged }
                return output
            }
            // Room that is left means that the input ended early.
            guard status == Z_OK, stream.pointee.avail_out == 0 else { throw .damaged }
        }
    }
}
