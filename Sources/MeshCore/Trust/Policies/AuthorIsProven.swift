/// The author itself said it: its signature is on the message, or it was asked over a connection that proves who it is.
package struct AuthorIsProven: TrustPolicy {
    /// Makes the policy.
    package init() {}

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        switch testimony.evidence {
        case .signature: .meets
        case .connection(let peer): peer == testimony.author ? .meets : .fails(because: .notProven)
        }
    }
}
