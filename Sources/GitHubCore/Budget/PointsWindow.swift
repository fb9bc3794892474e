/// Points spent in the last 60 seconds, second by second.
struct PointsWindow: Sendable {
    private static let length = 60

    private var buckets = [Int](repeating: 0, count: PointsWindow.length)
    /// The newest second that is counted.
    private var second: Int64 = 0
    private var sum = 0

    /// Counts points; a clock that was set back counts them in the newest second there is.
    mutating func add(_ points: Int, at now: Timestamp) {
        advance(to: now.seconds)
        buckets[Self.index(second)] += points
        sum += points
    }

    /// Takes back points that were just counted.
    mutating func remove(_ points: Int, at now: Timestamp) {
        advance(to: now.seconds)
        var left = points
        for age in 0..<Int64(Self.length) where left > 0 {
            let taken = min(left, buckets[Self.index(second - age)])
            buckets[Self.index(second - age)] -= taken
            sum -= taken
            left -= taken
        }
    }

    /// The moment when points fit below a bound, or nil if they fit now.
    mutating func earliest(for points: Int, atMost bound: Int, at now: Timestamp) -> Timestamp? {
        advance(to: now.seconds)
        var excess = sum + points - bound
        guard excess > 0 else { return nil }
        for age in (0..<Int64(Self.length)).reversed() {
            excess -= buckets[Self.index(second - age)]
            if excess <= 0 { return Timestamp(seconds: second - age + Int64(Self.length)) }
        }
        return Timestamp(seconds: second + Int64(Self.length))
    }

    private mutating func advance(to now: Int64) {
        guard now > second else { return }
        for passed in 1...min(now - second, Int64(Self.length)) {
            let index = Self.index(second + passed)
            sum -= buckets[index]
            buckets[index] = 0
        }
        second = now
    }

    private static func index(_ second: Int64) -> Int {
        let length = Int64(Self.length)
        return Int((second % length + length) % length)
    }
}
