extension Budget {
    /// What is known of one credential.
    struct Account: Sendable {
        /// Calls that are out, by the quota that they spend.
        var underWay: [QuotaKind: Int] = [:]
        /// The REST API and GraphQL have a pace each.
        var paces: [QuotaKind: PointsWindow] = [:]
        /// When it was last used, for making room.
        var usedAt = Timestamp(milliseconds: 0)
        /// Nothing goes out before this moment.
        private(set) var limitedUntil: Timestamp?
        /// Secondary limits in a row.
        private var strikes = 0
        private var quotas: [String: RateLimit] = [:]

        /// A quota as it stands: a window that is over is a full one, as GitHub shows it before the next call.
        func quota(of resource: String, at now: Timestamp) -> RateLimit? {
            guard var quota = quotas[resource] else { return nil }
            if quota.reset <= now.seconds {
                quota.remaining = quota.limit
                quota.used = 0
                quota.reset = now.seconds + Limits.window
            }
            return quota
        }

        /// Takes in a quota that an answer told; answers may overtake each other.
        mutating func note(_ told: RateLimit, at now: Timestamp) {
            var told = told
            // A moment that no window reaches would never be seen to pass.
            told.reset = min(told.reset, now.seconds + 2 * Limits.window)
            guard let known = quotas[told.resource] else {
                if quotas.count < Limits.resources { quotas[told.resource] = told }
                return
            }
            // GitHub's resets waver by a second within one window.
            let isSameWindow = abs(told.reset - known.reset) <= 60 && known.reset > now.seconds
            if !isSameWindow, told.reset < known.reset { return }
            if isSameWindow, told.limit == known.limit {
                told.remaining = min(told.remaining, known.remaining)
                told.used = max(told.used, known.used)
                told.reset = max(told.reset, known.reset)
            }
            quotas[told.resource] = told
        }

        /// Takes in a limit, or that an answer was none.
        mutating func note(_ refusal: RateLimit.Refusal?, at now: Timestamp, jitter: Double) {
            let isLimited = limitedUntil.map { now < $0 } ?? false
            switch refusal {
            case nil:
                // What went out before a limit may well succeed during it.
                if !isLimited { strikes = 0 }
            case .primary(let until):
                // By a clock that is ahead of GitHub's, the window seems to be over already.
                limit(until: Timestamp(seconds: max(until, now.seconds + Limits.shortestPause)))
            case .secondary(let named):
                // Calls that were out together hit one limit together.
                if !isLimited { strikes += 1 }
                let doubled = Limits.firstBackOff << Int64(min(max(strikes, 1) - 1, 16))
                let wait = min(doubled, Limits.longestBackOff)
                let until = Timestamp(seconds: named.map { max($0, now.seconds + 1) } ?? now.seconds + wait)
                let spread = named == nil ? wait * 100 : 1_000
                limit(until: until.advanced(byMilliseconds: Int64(Double(spread) * min(max(jitter, 0), 1))))
            }
        }

        /// Whether nothing is out.
        var isIdle: Bool { underWay.values.allSatisfy { $0 == 0 } }

        /// Counts a call whose answer never came.
        mutating func spendOne(_ kind: QuotaKind, at now: Timestamp) {
            guard var quota = quotas[kind.rawValue], quota.reset > now.seconds else { return }
            quota.remaining = max(0, quota.remaining - 1)
            quota.used += 1
            quotas[kind.rawValue] = quota
        }

        /// Takes in that a quota is spent until a moment, which by a clock that is ahead of GitHub's seems to be over.
        mutating func exhaust(_ kind: QuotaKind, until: Int64, at now: Timestamp) {
            let reset = max(until, now.seconds + Limits.shortestPause)
            let limit = quotas[kind.rawValue]?.limit ?? Limits.unknownQuota
            quotas[kind.rawValue] = RateLimit(
                limit: limit,
                remaining: 0,
                used: limit,
                reset: reset,
                resource: kind.rawValue
            )
        }

        private mutating func limit(until: Timestamp) {
            limitedUntil = limitedUntil.map { max($0, until) } ?? until
        }
    }
}
