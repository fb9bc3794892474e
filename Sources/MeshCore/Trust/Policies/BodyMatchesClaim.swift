import Multiformats

/// Bytes that are here have the name and the length that they were announced with.
package struct BodyMatchesClaim: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard let body = testimony.body, let claim = testimony.claim.body else { return .meets }
        return body.count == claim.size && claim.cid.matches(body) ? .meets : .fails(because: .wrongBody)
    }
}
