package import GitHubCore

/// The events that a webhook is registered for: those that this program uses and GitHub sends to a hook of its kind.
package enum HookEvents {
    /// What any hook may ask for.
    private static let ofRepositories: [EventName] = [
        .checkRun, .checkSuite, .create, .delete, .member, .public, .pullRequest, .push, .repository, .status, .teamAdd,
        .workflowDispatch, .workflowJob, .workflowRun,
    ]

    /// What only an organisation's hook may ask for: GitHub refuses a repository's hook that names one of them.
    private static let ofOrganizations: [EventName] = [.membership, .organization, .team]

    /// The events of a hook of a scope, by name.
    ///
    /// Those about installations are not among them: GitHub sends them to the App itself, and to no hook.
    package static func names(in scope: Scope) -> [String] {
        let events =
            switch scope {
            case .repository: ofRepositories
            case .owner: ofRepositories + ofOrganizations
            }
        return events.map(\.rawValue).sorted()
    }
}
