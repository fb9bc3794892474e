package import GitHubCore

/// Names a delivery in the inbox; later ones have higher numbers.
package struct InboxID: Hashable, Sendable, Comparable {
    /// The number.
    package let number: Int64

    /// A delivery's number.
    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: InboxID, right: InboxID) -> Bool { left.number < right.number }
}

/// A verified delivery, as it is taken into the inbox.
package struct NewDelivery: Sendable {
    /// The scope of the secret that verified it; with the identifier it tells duplicates.
    package let scope: String
    /// `X-GitHub-Delivery`.
    package let id: DeliveryID
    /// `X-GitHub-Event`.
    package let event: String
    /// `X-GitHub-Hook-ID`.
    package let hookID: Int64?
    /// The moment that it speaks of: its own, or that of its receipt.
    package let receivedAt: Timestamp
    /// The JSON body.
    package let body: [UInt8]

    /// A delivery.
    package init(
        scope: String,
        id: DeliveryID,
        event: String,
        hookID: Int64?,
        receivedAt: Timestamp,
        body: [UInt8]
    ) {
        self.scope = scope
        self.id = id
        self.event = event
        self.hookID = hookID
        self.receivedAt = receivedAt
        self.body = body
    }
}

/// A delivery of the inbox that is not yet done.
package struct StoredDelivery: Sendable {
    /// Its number.
    package let inboxID: InboxID
    /// The delivery.
    package let delivery: NewDelivery
    /// How often it was begun after a start, and not done.
    package let attempts: Int

    /// A stored delivery.
    package init(inboxID: InboxID, delivery: NewDelivery, attempts: Int = 0) {
        self.inboxID = inboxID
        self.delivery = delivery
        self.attempts = attempts
    }
}

/// What became of a delivery that was given to the inbox.
package enum InboxResult: Hashable, Sendable {
    /// It is on disk and synced.
    case accepted(InboxID)
    /// It was taken before, and did not fail.
    case duplicate
    /// Too many deliveries wait.
    case full
}
