/// The bounds of this module; times are in ``GitHubOrigin/Timeouts``, what is spent in the budget's configuration.
enum Limits {
    /// The longest body that is taken in, after decompression.
    static let bodyBytes = 32 * 1_048_576
    /// Redirects that one question follows.
    static let redirects = 3
    /// Further tries of a question whose connection broke before the answer.
    static let retries = 1
    /// Milliseconds before such a try, at least; as much again by chance.
    static let retryDelay = 50.0
    /// Connections for reads to GitHub, where it speaks HTTP/1.
    static let connections = 80
    /// Connections to one host for what is handed on, where it speaks HTTP/1: as many as the listeners take.
    static let forwardingConnections = 2_048
    /// Pages of a list of hooks.
    static let hookPages = 10
    /// Hooks on a page, the most that GitHub gives.
    static let hooksPerPage = 100
    /// Entries of a delivery log on a page, the most that GitHub gives.
    static let deliveriesPerPage = 100
    /// Pages of the list of a GitHub App's installations; those beyond are asked for one by one.
    static let installationPages = 10
    /// Installations on a page, the most that GitHub gives.
    static let installationsPerPage = 100
    /// Installations that are known at once, and owners of which is known that there is none.
    static let installations = 10_000
    /// Questions and waits for one credential of an App's.
    static let appSteps = 16
    /// How long before its end an installation's token is renewed, in seconds.
    static let tokenRenewal = 300
    /// How long it is remembered that an App is not installed with an owner, in seconds.
    static let absence = 300
    /// How long it is remembered that GitHub refuses an App, in seconds.
    static let refusal = 60
    /// How long an App asks nothing for itself after GitHub could not be asked, in seconds.
    static let appPause = 5
    /// How far an App's clock may be from GitHub's, in seconds.
    static let claimsDrift: Int64 = 60
    /// How long what an App signs is good, in seconds; GitHub takes ten minutes by its own clock.
    static let claimsAge: Int64 = 540
    /// Characters of a message of GitHub's that are passed on.
    static let messageLength = 500
}
