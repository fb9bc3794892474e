package import GitHubCore

/// How far a webhook's delivery log has been read, and what that cost.
package struct LogReading: Hashable, Sendable {
    /// Up to when everything is settled; nil before the first search.
    package var settledThrough: Timestamp?
    /// When it was last read to the end.
    package var checkedAt: Timestamp?
    /// Calls that counted against the quota.
    package var calls = 0
    /// Deliveries that were recovered from it.
    package var recovered = 0

    /// A log that was never read.
    package init() {}
}
