/// The base58 of Bitcoin, as peer ids use it.
package enum Base58 {
    private static let alphabet = Array("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz".utf8)

    private static let values: [UInt8?] = {
        var table = [UInt8?](repeating: nil, count: 256)
        for (value, character) in alphabet.enumerated() { table[Int(character)] = UInt8(value) }
        return table
    }()

    /// The text of the bytes; its cost is quadratic, so callers bound the length.
    package static func encode(_ bytes: [UInt8]) -> String {
        let zeros = bytes.prefix { $0 == 0 }.count
        let digits = convert(bytes.dropFirst(zeros), from: 256, to: 58)
        let characters = repeatElement(alphabet[0], count: zeros) + digits.map { alphabet[Int($0)] }
        return String(decoding: characters, as: UTF8.self)
    }

    /// The bytes of the text.
    package static func decode(_ text: String) throws(MultiformatsError) -> [UInt8] {
        guard text.utf8.count <= Limits.textLength else { throw .tooLong }
        var digits: [UInt8] = []
        for character in text.utf8 {
            guard let value = values[Int(character)] else { throw .invalidCharacter }
            digits.append(value)
        }
        let zeros = digits.prefix { $0 == 0 }.count
        return Array(repeating: 0, count: zeros) + convert(digits.dropFirst(zeros), from: 58, to: 256)
    }

    /// Rewrites a big-endian number without leading zeros in another base.
    private static func convert(_ digits: ArraySlice<UInt8>, from: Int, to: Int) -> [UInt8] {
        var result: [UInt8] = []
        for digit in digits {
            var carry = Int(digit)
            for index in result.indices {
                carry += Int(result[index]) * from
                result[index] = UInt8(carry % to)
                carry /= to
            }
            while carry > 0 {
                result.append(UInt8(carry % to))
                carry /= to
            }
        }
        return result.reversed()
    }
}
