import CacheCore
import GitHubCore

/// A search of a delivery log under way.
struct RecoveryWork {
    let log: DeliveryLog
    var report: RecoveryReport
    var etag: String?
    /// Up to when everything is settled so far.
    var settledThrough: Timestamp?

    init(_ log: DeliveryLog) {
        self.log = log
        report = RecoveryReport(scope: log.scope?.description ?? log.name)
    }
}
