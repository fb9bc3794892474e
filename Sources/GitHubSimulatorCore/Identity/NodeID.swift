/// GitHub's global ids: a prefix for the kind, and base64url of a MessagePack array of numbers.
enum NodeID {
    /// The id of something that stands by itself: accounts and repositories.
    static func make(_ prefix: String, _ id: Int64) -> String {
        "\(prefix)_\(base64URL([0x92, 0x00] + messagePack(id)))"
    }

    /// The id of something within a repository.
    static func make(_ prefix: String, repository: Int64, _ id: Int64) -> String {
        "\(prefix)_\(base64URL([0x93, 0x00] + messagePack(repository) + messagePack(id)))"
    }

    private static func messagePack(_ number: Int64) -> [UInt8] {
        let isWide = number > Int64(UInt32.max)
        let bytes = (0..<(isWide ? 8 : 4)).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
        return [isWide ? 0xCF : 0xCE] + bytes
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let chunk = bytes[start..<min(start + 3, bytes.count)]
            let bits = chunk.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - chunk.count))
            for place in 0...chunk.count {
                text.append(alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 63)])
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
