/// Base64 (RFC 4648, section 4).
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in text.utf8.prefix(Limits.digits) where digit != UInt8(ascii: "=") {
            guard let value = alphabet.firstIndex(of: digit) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            let bits = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - chunk.count))
            for place in 0..<4 {
                text.append(
                    place > chunk.count ? UInt8(ascii: "=") : alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)]
                )
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Base64 as GitHub wraps it in contents: a line break after 60 digits and at the end.
    static func lines(_ bytes: [UInt8]) -> String {
        let digits = Array(encode(bytes).utf8)
        return stride(from: 0, to: digits.count, by: 60).map { start in
            String(decoding: digits[start..<min(start + 60, digits.count)], as: UTF8.self) + "\n"
        }.joined()
    }

    /// The bounds of what is decoded.
    enum Limits {
        static let digits = 4_096
    }
}
