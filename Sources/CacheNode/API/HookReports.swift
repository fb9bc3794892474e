package import CacheCore
package import GitHubCore

/// A registered webhook, as `/_hookcache/v1/hooks` tells it; never its secret.
package struct HookReport: Hashable, Sendable {
    /// What a registration did.
    package enum Outcome: String, Hashable, Sendable {
        /// There was none.
        case created
        /// It was set to what it should be.
        case fixed
        /// It was as it should be.
        case unchanged
    }

    /// `OWNER/REPO` or `OWNER`.
    package let scope: String
    /// GitHub's id.
    package let id: Int64?
    /// Where it delivers to.
    package let url: String
    /// The events it sends.
    package let events: [String]
    /// Whether it sends at all.
    package let isActive: Bool
    /// Whether this node keeps the secret of it.
    package let isOurs: Bool
    /// How far it has come that is given another secret.
    package var rotation: HookSecrets.Step?
    /// What a registration did; nil where none was asked for.
    package var outcome: Outcome?
    /// What was not as it should be.
    package var changes: [HookChange] = []

    /// A hook.
    package init(scope: String, id: Int64?, url: String, events: [String], isActive: Bool, isOurs: Bool) {
        self.scope = scope
        self.id = id
        self.url = url
        self.events = events
        self.isActive = isActive
        self.isOurs = isOurs
    }
}

/// What came of giving a webhook another secret.
package struct RotationReport: Hashable, Sendable {
    /// `OWNER/REPO` or `OWNER`.
    package let scope: String
    /// How far it has come; nil where the old secret is believed no more.
    package let step: HookSecrets.Step?
    /// Until when the old secret is believed at the most, where it is.
    package let oldUntil: Timestamp?

    /// A rotation.
    package init(scope: String, step: HookSecrets.Step?, oldUntil: Timestamp?) {
        self.scope = scope
        self.step = step
        self.oldUntil = oldUntil
    }
}
