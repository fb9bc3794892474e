import GitHubCore

/// What one credential has used of its hour, and of its minute.
struct Meter: Sendable {
    private let limit: Int
    private var used = 0
    private var reset: Int64
    private var points = 0
    private var minuteEnds: Int64

    init(limit: Int, at now: Timestamp) {
        self.limit = limit
        reset = now.seconds + 3_600
        minuteEnds = now.seconds + 60
    }

    /// Begins new windows where the old ones have ended.
    mutating func move(to now: Timestamp) {
        if now.seconds >= reset {
            used = 0
            reset = now.seconds + 3_600
        }
        if now.seconds >= minuteEnds {
            points = 0
            minuteEnds = now.seconds + 60
        }
    }

    var isSpent: Bool { used >= limit }

    /// Adds to the minute; seconds to wait where that is beyond its points.
    mutating func addPoints(_ more: Int, of allowed: Int, at now: Timestamp) -> Int64? {
        guard points + more <= allowed else { return max(1, minuteEnds - now.seconds) }
        points += more
        return nil
    }

    mutating func count() { used += 1 }

    var rateLimit: RateLimit {
        RateLimit(limit: limit, remaining: max(0, limit - used), used: min(used, limit), reset: reset)
    }
}
