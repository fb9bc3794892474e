import GitHubCore

/// Nothing is so old that it must have been known long ago: whoever hears of it now hears a recording.
package struct IsYoung: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        // What a peer is asked for it may have known for long.
        guard case .signature = testimony.evidence, let saidAt = testimony.claim.saidAt else { return .meets }
        let oldest = testimony.now.advanced(byMilliseconds: -Limits.claimAgeMilliseconds)
        return saidAt >= oldest ? .meets : .fails(because: .tooOld)
    }
}
