package import CacheCore
package import GitHubCore

/// How far a delivery log has been read.
package struct StoredLog: Hashable, Sendable {
    /// Which log.
    package let log: DeliveryLog
    /// Since when this node reads it: what is older concerns nobody here.
    package let createdAt: Timestamp
    /// How far it has been read.
    package var reading: LogReading

    /// A log.
    package init(_ log: DeliveryLog, createdAt: Timestamp, reading: LogReading = LogReading()) {
        self.log = log
        self.createdAt = createdAt
        self.reading = reading
    }

    /// The log of a hook.
    package init(_ hook: StoredHook) {
        self.init(.hook(hook.scope), createdAt: hook.createdAt, reading: hook.log)
    }
}
