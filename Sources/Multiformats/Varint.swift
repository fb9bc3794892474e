/// Unsigned LEB128 as multiformats restricts it: at most nine bytes, shortest form only.
package enum Varint {
    /// The most bytes that one value takes.
    package static let maximumLength = 9

    /// The number of bytes that a value takes.
    package static func length(of value: UInt64) -> Int {
        max(1, (UInt64.bitWidth - value.leadingZeroBitCount + 6) / 7)
    }

    /// The bytes of one value.
    package static func encode(_ value: UInt64) -> [UInt8] {
        var bytes: [UInt8] = []
        append(value, to: &bytes)
        return bytes
    }

    /// Appends the bytes of one value.
    package static func append(_ value: UInt64, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads one value from the front of the bytes; nil when more of them are needed.
    package static func decode(
        _ bytes: some Collection<UInt8>
    ) throws(MultiformatsError) -> (value: UInt64, length: Int)? {
        var value: UInt64 = 0
        var count = 0
        for byte in bytes {
            guard count < maximumLength else { throw .invalidVarint }
            value |= UInt64(byte & 0x7f) << UInt64(7 * count)
            count += 1
            if byte < 0x80 {
                guard byte != 0 || count == 1 else { throw .invalidVarint }
                return (value, count)
            }
        }
        guard count < maximumLength else { throw .invalidVarint }
        return nil
    }
}
