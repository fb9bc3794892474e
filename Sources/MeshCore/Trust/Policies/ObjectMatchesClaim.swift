import GitHubCore

/// An event's or a state's body is a run or job as claimed, of the claimed repository.
package struct ObjectMatchesClaim: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard let said = testimony.claim.object, testimony.body != nil else { return .meets }
        guard testimony.object != nil, testimony.home ?? said.repository == said.repository else {
            return .fails(because: .wrongObject)
        }
        return .meets
    }
}
