/// The base32 of RFC 4648, lower case and without padding, as multibase `b` means it.
package enum Base32 {
    /// The character that announces this base in multibase text.
    package static let multibasePrefix: Character = "b"

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The text of the bytes, without the multibase prefix.
    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        var characters: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for byte in bytes {
            buffer = (buffer << 8 | UInt32(byte)) & 0xffff
            bits += 8
            while bits >= 5 {
                bits -= 5
                characters.append(alphabet[Int(buffer >> bits & 31)])
            }
        }
        if bits > 0 { characters.append(alphabet[Int(buffer << (5 - bits) & 31)]) }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The bytes of the text, which carries no multibase prefix; only the canonical form passes.
    package static func decode(_ text: some StringProtocol) throws(MultiformatsError) -> [UInt8] {
        guard text.utf8.count <= Limits.textLength else { throw .tooLong }
        var bytes: [UInt8] = []
        var buffer: UInt32 = 0
        var bits: UInt32 = 0
        for character in text.utf8 {
            let value: UInt8
            switch character {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): value = character - UInt8(ascii: "a")
            case UInt8(ascii: "2")...UInt8(ascii: "7"): value = character - UInt8(ascii: "2") + 26
            default: throw .invalidCharacter
            }
            buffer = (buffer << 5 | UInt32(value)) & 0xffff
            bits += 5
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
            }
        }
        // What is left over is padding: fewer bits than a character, all zero.
        guard bits < 5, buffer & ((1 << bits) - 1) == 0 else { throw .trailingBytes }
        return bytes
    }
}
