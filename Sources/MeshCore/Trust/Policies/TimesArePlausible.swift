import CacheCore
import GitHubCore

/// Nothing was said later than now, clocks that differ a little aside; what is to come could never be overtaken.
package struct TimesArePlausible: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        let times: [Timestamp?] =
            switch testimony.claim {
            case .event(let event): [event.acceptedAt, event.delivery.time, event.deploymentUpdatedAt]
            case .entry(_, let entry): [entry.validatedAt]
            case .privatized(_, let asOf): [asOf]
            case .prewarm(let word): [word.slot]
            case .state(let state): [state.seenAt, state.deliveredAt, state.deploymentUpdatedAt]
            }
        return Self.judge(times, now: testimony.now)
    }

    /// Judges moments that are of the past.
    static func judge(_ times: [Timestamp?], now: Timestamp) -> PolicyResult {
        guard let latest = times.compactMap(\.self).max() else { return .meets }
        let lead = latest.milliseconds(since: now)
        if lead <= Limits.clockSkewMilliseconds { return .meets }
        return .fails(because: lead <= Limits.absurdMilliseconds ? .fromTheFuture : .wrongVersion)
    }
}
