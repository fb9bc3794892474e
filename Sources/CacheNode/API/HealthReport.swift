package import CacheCore
package import GitHubCore

/// How far events can be trusted: in figures, and for each repository.
package struct HealthReport: Hashable, Sendable {
    /// Followed repositories by their state.
    package var counts: [HookHealth.State: Int] = [:]
    /// What was looked into.
    package var audits = HealthLedger.Audits()
    /// The repositories, those in trouble first; of very many only these.
    package var repositories: [Repository] = []

    /// Of no repository.
    package init() {}

    /// One repository.
    package struct Repository: Hashable, Sendable {
        /// Its name.
        package let name: RepositoryName
        /// How it stands, why and since when.
        package let standing: HookHealth.Standing
        /// When a delivery last came.
        package let lastDelivery: Timestamp?
        /// When GitHub last showed that nothing is missing.
        package let lastAudit: Timestamp?

        /// A repository.
        package init(
            name: RepositoryName,
            standing: HookHealth.Standing,
            lastDelivery: Timestamp?,
            lastAudit: Timestamp?
        ) {
            self.name = name
            self.standing = standing
            self.lastDelivery = lastDelivery
            self.lastAudit = lastAudit
        }
    }
}
