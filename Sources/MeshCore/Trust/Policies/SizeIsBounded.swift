import CacheCore

/// Nothing is claimed to be larger than such a thing can be.
package struct SizeIsBounded: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        let limit: Int
        switch testimony.claim {
        case .event, .state: limit = Limits.objectBytes
        case .entry: limit = Limits.bodyBytes
        case .privatized, .prewarm: return .meets
        }
        let size = max(testimony.claim.body?.size ?? 0, testimony.body?.count ?? 0)
        return size <= limit ? .meets : .fails(because: .tooLarge)
    }
}
