import LibP2PCore
import NIOCore

/// Bytes from hex digits.
func hex(_ text: String) -> [UInt8] {
    let digits = Array(text)
    return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
}

/// A key pair that grows from one byte.
func keyPair(_ byte: UInt8) throws -> KeyPair {
    try KeyPair(seed: Array(repeating: byte, count: 32))
}

/// A generator whose numbers are the same in every run.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var z = self.state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

extension [UInt8] {
    /// Bytes of chance.
    static func noise(_ count: Int, using random: inout some RandomNumberGenerator) -> Self {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// These bytes with a few turned, taken out, put in or repeated, or the end cut off.
    func mutated(using random: inout some RandomNumberGenerator) -> Self {
        var bytes = self
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let rest = bytes.count - place
            switch Int.random(in: 0..<5, using: &random) {
            case 0 where rest > 0: bytes[place] ^= UInt8.random(in: 1 ... .max, using: &random)
            case 1 where rest > 0: bytes.remove(at: place)
            case 2: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: place)
            case 3: bytes.insert(contentsOf: Array(bytes[place...].prefix(8)), at: place)
            default: bytes.removeLast(rest)
            }
        }
        return bytes
    }
}
