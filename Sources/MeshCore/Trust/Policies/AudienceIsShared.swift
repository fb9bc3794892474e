/// Only what this mesh shares is taken from it.
package struct AudienceIsShared: TrustPolicy {
    private let rule: ShareRule

    /// Shares by this rule.
    package init(rule: ShareRule) {
        self.rule = rule
    }

    /// Judges a testimony.
    package func judge(_ testimony: Testimony) -> PolicyResult {
        switch testimony.claim {
        case .event, .state, .privatized, .prewarm:
            self.rule.takesPart && (testimony.claim.object?.isPrivate != true || self.rule == .all)
                ? .meets : .fails(because: .notShareable)
        case .entry(_, let entry):
            self.rule.takes(entry) ? .meets : .fails(because: .notShareable)
        }
    }
}
