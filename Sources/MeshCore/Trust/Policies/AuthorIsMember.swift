/// Only members are believed.
package struct AuthorIsMember: TrustPolicy {
    private let membership: Membership

    /// Believes these.
    package init(membership: Membership) {
        self.membership = membership
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        self.membership.contains(testimony.author) ? .meets : .fails(because: .notAMember)
    }
}
