package import GitHubCore

/// One of GitHub's delivery logs, which says what was sent and how it was received.
package enum DeliveryLog: Hashable, Sendable, CustomStringConvertible {
    /// That of the webhook of a repository or an organisation.
    case hook(Scope)
    /// That of the GitHub App which this node is: it has one webhook, for all repositories that it is installed with.
    case app

    /// What the log may speak of; nil for any repository.
    package var scope: Scope? {
        switch self {
        case .hook(let scope): scope
        case .app: nil
        }
    }

    /// The name under which the inbox keeps what comes of it; that of the App is the one of secrets that speak for any
    /// repository, as that of its webhook does.
    package var name: String { scope?.description.lowercased() ?? "*" }

    /// Reads `OWNER`, `OWNER/REPO` or `*`, or nil.
    package init?(_ text: some StringProtocol) {
        if text == "*" {
            self = .app
        } else if let scope = Scope(text) {
            self = .hook(scope)
        } else {
            return nil
        }
    }

    /// The scope as it is written, or that it is the App's.
    package var description: String { scope?.description ?? "the GitHub App" }
}
