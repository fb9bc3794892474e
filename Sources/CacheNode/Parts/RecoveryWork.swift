import GitHubCore

/// A search of a delivery log under way.
struct RecoveryWork {
    let scope: Scope
    var report: RecoveryReport
    var etag: String?
    /// Up to when everything is settled so far.
    var settledThrough: Timestamp?

    init(scope: Scope) {
        self.scope = scope
        report = RecoveryReport(scope: scope.description)
    }
}
