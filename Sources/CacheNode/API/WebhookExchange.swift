package import GitHubCore

/// A request to the webhook listener: the raw body and the headers that matter, exactly as they came.
package struct WebhookRequest: Sendable {
    /// `X-GitHub-Event`.
    package let event: String?
    /// `X-GitHub-Delivery`.
    package let delivery: String?
    /// `X-Hub-Signature-256`.
    package let signature: String?
    /// `X-GitHub-Hook-ID`.
    package let hookID: String?
    /// `Content-Type`.
    package let contentType: String?
    /// The raw body.
    package let body: [UInt8]

    /// A request.
    package init(
        event: String?,
        delivery: String?,
        signature: String?,
        hookID: String?,
        contentType: String?,
        body: [UInt8]
    ) {
        self.event = event
        self.delivery = delivery
        self.signature = signature
        self.hookID = hookID
        self.contentType = contentType
        self.body = body
    }
}

/// What the webhook listener answers.
package enum WebhookAnswer: Hashable, Sendable {
    /// 202: on disk, synced.
    case accepted(DeliveryID)
    /// 202: this delivery was already taken.
    case duplicate(DeliveryID)
    /// 202: not an event or action that this node uses.
    case ignored(DeliveryID)
    /// 200: a ping.
    case pong(DeliveryID)
    /// 4xx, with what was wrong; never echoes a secret or a body.
    case refused(status: Int, String)
    /// 503: the inbox is full or the disk refuses; seconds after which a redelivery may do.
    case unavailable(retryAfter: Int, String)
}
