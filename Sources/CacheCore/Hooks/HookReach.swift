/// Where a GitHub can deliver to.
package enum HookReach: Hashable, Sendable {
    /// The internet alone: github.com refuses what is not on it.
    case internet
    /// A network too: an Enterprise Server stands in one.
    case network
    /// This machine too: GitHub itself is on it, as a simulated one is.
    case machine

    /// Where the GitHub behind an API's URL can deliver to.
    package init(apiURL: String) {
        guard let url = try? WebhookURL(parsing: apiURL) else {
            self = .internet
            return
        }
        switch url.place {
        case .machine: self = .machine
        case .network: self = .network
        case .internet:
            let host = url.host
            self = host == "api.github.com" || host.hasSuffix(".ghe.com") ? .internet : .network
        }
    }

    /// Whether a place is within it.
    func covers(_ place: WebhookURL.Place) -> Bool {
        switch self {
        case .internet: place == .internet
        case .network: place != .machine
        case .machine: true
        }
    }
}
