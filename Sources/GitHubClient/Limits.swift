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
    /// Characters of a message of GitHub's that are passed on.
    static let messageLength = 500
}
