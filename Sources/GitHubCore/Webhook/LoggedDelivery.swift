/// An entry of a webhook's delivery log: one attempt to deliver an event.
///
/// Docs: "REST API endpoints for repository webhooks", list deliveries; "Handling failed webhook deliveries".
package struct LoggedDelivery: Hashable, Sendable {
    /// GitHub's number of the attempt.
    package let id: Int64
    /// The event's name: the same for every attempt.
    package let guid: DeliveryID
    /// When it was sent.
    package let deliveredAt: Timestamp
    /// Whether somebody asked for it again.
    package let isRedelivery: Bool
    /// GitHub's word for how it was received.
    package let status: String
    /// The status of the answer.
    package let statusCode: Int
    /// `X-GitHub-Event`.
    package let event: String
    /// What happened, where the event says so.
    package let action: String?

    /// Whether it was received well.
    package var isOK: Bool { status == "OK" || (200..<300).contains(statusCode) }

    /// An entry.
    package init(
        id: Int64,
        guid: DeliveryID,
        deliveredAt: Timestamp,
        isRedelivery: Bool = false,
        status: String,
        statusCode: Int,
        event: String,
        action: String? = nil
    ) {
        self.id = id
        self.guid = guid
        self.deliveredAt = deliveredAt
        self.isRedelivery = isRedelivery
        self.status = status
        self.statusCode = statusCode
        self.event = event
        self.action = action
    }

    /// Reads an entry as lists hold it; nil where it does not say which, when and what.
    package init?(_ object: JSONObject) {
        guard let id = object.integer("id"), let guid = object.string("guid").flatMap({ DeliveryID($0) }),
            let deliveredAt = object.timestamp("delivered_at"), let event = object.string("event")
        else { return nil }
        self.init(
            id: id,
            guid: guid,
            deliveredAt: deliveredAt,
            isRedelivery: object.bool("redelivery") ?? false,
            status: object.string("status") ?? "",
            statusCode: object.integer("status_code").map { Int(clamping: $0) } ?? 0,
            event: event,
            action: object.string("action")
        )
    }

    /// The payload in an entry that was asked for by itself; nil where GitHub keeps none.
    package static func payload(in object: JSONObject) -> [UInt8]? {
        object.object("request")?.object("payload")?.bytes
    }
}
