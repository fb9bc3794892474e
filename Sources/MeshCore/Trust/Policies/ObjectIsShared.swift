import GitHubCore

/// An event's object does not say of itself that it is private, where only what is public is shared or it is said to be.
package struct ObjectIsShared: TrustPolicy {
    private let rule: ShareRule

    /// Shares by this rule.
    package init(rule: ShareRule) {
        self.rule = rule
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        guard let said = testimony.claim.object, case .run(let run)? = testimony.object, run.isPrivate == true else {
            return .meets
        }
        guard self.rule == .all else { return .fails(because: .notShareable) }
        return said.isPrivate ? .meets : .fails(because: .wrongObject)
    }
}
