/// Chance from a seed (SplitMix64): the same seed gives the same GitHub.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    /// A sequence of its own for each seed.
    package init(seed: UInt64) {
        state = seed
    }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Hexadecimal digits, as in a commit's hash.
    mutating func hexadecimal(digits: Int) -> String {
        let alphabet = Array("0123456789abcdef".utf8)
        let bytes = (0..<digits).map { _ in alphabet[Int(next() >> 60)] }
        return String(decoding: bytes, as: UTF8.self)
    }
}
