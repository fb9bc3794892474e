/// Chance from a seed: the same numbers each time.
package struct Chance: Sendable {
    private var state: UInt64

    /// The chance of a seed.
    package init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 0x1234_5678_9ABC_DEF1 }

    /// The next number.
    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below a bound.
    package mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }

    /// Whether it happens, with so many chances in a hundred.
    package mutating func happens(_ percent: Int) -> Bool { below(100) < percent }

    /// One of some values.
    package mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

    /// Values in another order.
    package mutating func shuffle<Value>(_ values: inout [Value]) {
        for index in values.indices.reversed() where index > 0 { values.swapAt(index, below(index + 1)) }
    }
}
