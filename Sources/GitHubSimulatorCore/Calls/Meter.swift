import GitHubCore

/// What one credential has used of one kind's hour, and of its minute.
struct Meter: Sendable {
    /// The kinds that have a budget of their own.
    enum Kind: String, Hashable, Sendable, CaseIterable {
        case core, graphql
        case runnerRegistration = "actions_runner_registration"

        /// The kind that a request is counted by.
        init(method: String, path: String) {
            let isForRunners = path.hasSuffix("/registration-token") || path.hasSuffix("/remove-token")
            self =
                switch path {
                case "/graphql", "/api/graphql": .graphql
                case _ where isForRunners && method == "POST": .runnerRegistration
                default: .core
                }
        }
    }

    let kind: Kind
    private let limit: Int
    private var used = 0
    private var reset: Int64
    private var points = 0
    private var minuteEnds: Int64

    init(_ kind: Kind, limit: Int, at now: Timestamp) {
        self.kind = kind
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

    mutating func count(_ points: Int) { used += points }

    var rateLimit: RateLimit {
        let used = min(used, limit)
        return RateLimit(limit: limit, remaining: limit - used, used: used, reset: reset, resource: kind.rawValue)
    }
}
