package import CacheCore
package import GitHubCore
package import GitHubSimulatorCore

/// What is in a delivery, however it came: sent by GitHub, or read from its log.
package struct Letter: Sendable {
    /// `X-GitHub-Delivery`.
    package let guid: String
    /// `X-GitHub-Event`.
    package let event: String
    /// The body.
    package let payload: [UInt8]

    /// A letter.
    package init(guid: String, event: String, payload: [UInt8]) {
        self.guid = guid
        self.event = event
        self.payload = payload
    }

    /// What GitHub sends.
    package init(_ delivery: SimulatedGitHub.OutgoingDelivery) {
        self.init(guid: delivery.guid, event: delivery.event, payload: delivery.payload)
    }

    /// The delivery, read.
    package var delivery: Delivery? {
        EventName(rawValue: event).flatMap { try? Delivery(event: $0, body: payload) }
    }

    /// The event that a node makes of it, taken at a moment.
    package func workflowEvent(asOf moment: Timestamp) -> WorkflowEvent? {
        guard let delivery, let repository = delivery.repository, let object = delivery.object else { return nil }
        return WorkflowEvent(
            repository: repository,
            object: object,
            body: Body(delivery.objectBytes),
            version: ObjectVersion(
                object,
                deliveredAt: DeliveryID(guid)?.time,
                deploymentUpdatedAt: delivery.deploymentUpdatedAt
            ),
            authority: .webhook,
            source: .webhook,
            isPrivate: delivery.isPrivate,
            asOf: moment
        )
    }
}
