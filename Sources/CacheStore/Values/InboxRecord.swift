package import GitHubCore

/// What the inbox knows of a delivery.
package struct InboxRecord: Hashable, Sendable {
    /// How it stands.
    package enum Standing: String, Hashable, Sendable {
        /// It is on disk and not yet worked off.
        case waiting
        /// It is worked off.
        case done
        /// It could not be worked off and is set aside.
        case failed
    }

    /// The scope of the secret that verified it, or of the hook whose log it was read from; `*` for any.
    package let scope: String
    /// `X-GitHub-Delivery`.
    package let id: DeliveryID
    /// `X-GitHub-Event`.
    package let event: String
    /// When it arrived, or was sent where it was read from the log.
    package let receivedAt: Timestamp
    /// How it stands.
    package let standing: Standing
    /// Why it failed.
    package let reason: String?

    /// A record.
    package init(
        scope: String,
        id: DeliveryID,
        event: String,
        receivedAt: Timestamp,
        standing: Standing,
        reason: String?
    ) {
        self.scope = scope
        self.id = id
        self.event = event
        self.receivedAt = receivedAt
        self.standing = standing
        self.reason = reason
    }
}
