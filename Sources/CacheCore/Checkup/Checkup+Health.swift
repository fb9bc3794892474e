package import GitHubCore

extension Checkup {
    /// How far events are trusted of one repository.
    package struct Trust: Hashable, Sendable {
        /// The repository.
        package let repository: RepositoryName
        /// How it stands, and why.
        package let standing: HookHealth.Standing

        /// A repository.
        package init(_ repository: RepositoryName, _ standing: HookHealth.Standing) {
            self.repository = repository
            self.standing = standing
        }
    }

    /// Whether the events of the repositories that are followed are trusted, and where they are not, why.
    ///
    /// That no webhook tells of a repository is no trouble of events: it is polled.
    package static func ofHealth(_ counts: [HookHealth.State: Int], of repositories: [Trust]) -> [Checkup] {
        let troubled = repositories.filter { $0.standing.state == .suspect && $0.standing.reason.isTrouble }
        guard troubled.isEmpty else {
            return troubled.prefix(Limits.troubles).map { trust in
                let scope = trust.repository
                return .warn(
                    "events \(scope)",
                    "\(trust.standing.reason.words) (since \(trust.standing.since.rfc3339)): it is polled as well",
                    remedy:
                        "hook list tells of its webhook; hook deliveries --failed of that shows what failed, hook recover reads it"
                )
            }
        }
        let words = [HookHealth.State.live, .suspect, .absent].map { state in
            "\(counts[state] ?? 0) \(state.rawValue)"
        }
        return [.pass("events", "of the repositories that are followed: \(words.joined(separator: ", "))")]
    }
}
