import CacheCore
import CacheStore
import GitHubCore
import Logging

extension Node {
    /// Takes a delivery: verified, checked, on disk and synced before it says accepted.
    package nonisolated func accept(_ request: WebhookRequest) async -> WebhookAnswer {
        let answer = await judge(request)
        counters.delivery(answer)
        if case .refused(let status, let why) = answer {
            logger.notice("Delivery refused", metadata: ["status": "\(status)", "why": "\(why)"])
            noteRefusal(request)
        }
        // GitHub's log keeps what this node could not take.
        if case .unavailable = answer {
            healthBook.with { $0.refused(at: now()) }
            doubtDeliveries()
        }
        return answer
    }

    private nonisolated func judge(_ request: WebhookRequest) async -> WebhookAnswer {
        let type = request.contentType?.split(separator: ";").first.map { $0.lowercased() }
        let isForm = type == "application/x-www-form-urlencoded"
        guard isForm || type == "application/json" else {
            return .refused(status: 415, "Content-Type must be application/json or application/x-www-form-urlencoded")
        }
        guard let name = request.event, !name.isEmpty else {
            return .refused(status: 400, "X-GitHub-Event is missing")
        }
        guard let text = request.delivery, let id = DeliveryID(text) else {
            return .refused(
                status: 400,
                "X-GitHub-Delivery is missing, or not 1 to \(DeliveryID.maximumLength) visible ASCII characters"
            )
        }
        guard let given = request.signature else {
            return .refused(status: 401, "X-Hub-Signature-256 is missing: set a secret on the webhook")
        }
        // Over the raw bytes, in constant time, before anything is parsed.
        let known = secrets.all
        guard let signature = WebhookSignature(given),
            let index = signature.firstSigner(of: request.body, among: known.map(\.secret))
        else {
            return .refused(status: 401, "X-Hub-Signature-256 is not made with a secret of this node")
        }
        secrets.heard(known[index], at: now())
        guard let event = EventName(rawValue: name) else { return .ignored(id) }
        guard let body = isForm ? Self.payload(ofForm: request.body) : request.body else {
            return .refused(status: 400, "the form has no readable parameter payload")
        }
        let delivery: Delivery
        do {
            delivery = try Delivery(event: event, body: body)
        } catch {
            return .refused(status: 400, Self.words(for: error, event: name))
        }
        return await take(delivery, id: id, body: body, hookID: request.hookID, speaker: known[index])
    }

    private nonisolated func take(
        _ delivery: Delivery,
        id: DeliveryID,
        body: [UInt8],
        hookID: String?,
        speaker: SecretBook.Known
    ) async -> WebhookAnswer {
        if let scope = speaker.scope, !isSpoken(of: delivery, by: scope) {
            return .refused(status: 403, "this secret is that of a webhook of \(scope) and speaks for nothing else")
        }
        guard delivery.event != .ping else {
            pings.arrived(speaker.scope, hookID: delivery.hookID)
            return .pong(id)
        }
        guard Self.isUseful(delivery) else { return .ignored(id) }
        return await enter(
            delivery,
            id: id,
            body: body,
            hookID: hookID.flatMap { Int64($0) },
            scope: speaker.scope,
            at: id.moment(receivedAt: now())
        )
    }

    /// Whether a delivery tells anything that this node makes use of.
    static func isUseful(_ delivery: Delivery) -> Bool {
        delivery.object != nil || delivery.news != nil || delivery.access != nil
    }

    /// Puts a delivery on disk that is believed; it says what was true at a moment.
    nonisolated func enter(
        _ delivery: Delivery,
        id: DeliveryID,
        body: [UInt8],
        hookID: Int64?,
        scope: Scope?,
        at moment: Timestamp
    ) async -> WebhookAnswer {
        let row = NewDelivery(
            scope: scope?.description.lowercased() ?? "*",
            id: id,
            event: delivery.event.rawValue,
            hookID: hookID,
            receivedAt: moment,
            body: body
        )
        do {
            switch try await store.insert(row) {
            case .duplicate: return .duplicate(id)
            case .full:
                return .unavailable(retryAfter: 10, "the inbox is full; GitHub keeps the delivery for redelivery")
            case .accepted(let inboxID):
                let isKept = counters.bodyEntersMemory(limit: configuration.limits.bodiesInMemory)
                inbox.yield(
                    .delivery(
                        AcceptedDelivery(
                            inboxID: inboxID,
                            id: id,
                            acceptedAt: moment,
                            syncedAt: .now,
                            speaker: scope,
                            delivery: isKept ? delivery : nil
                        )
                    )
                )
                return .accepted(id)
            }
        } catch {
            logger.error("A delivery could not be stored", metadata: ["error": "\(error)"])
            return .unavailable(retryAfter: 30, "the disk does not take the delivery")
        }
    }

    /// The JSON in a form's parameter `payload`.
    static func payload(ofForm body: [UInt8]) -> [UInt8]? {
        for item in body.split(separator: UInt8(ascii: "&")) where item.starts(with: "payload=".utf8) {
            let value = String(validating: item.dropFirst("payload=".utf8.count), as: UTF8.self)
            return value.flatMap { PercentEncoding.decode($0, plusIsSpace: true) }.map { Array($0.utf8) }
        }
        return nil
    }

    static func words(for error: DeliveryError, event: String) -> String {
        switch error {
        case .malformed(.tooDeep): "the body nests deeper than \(JSONSlices.maximumDepth) levels"
        case .malformed: "the body is not a JSON object"
        case .shape(let missing): "the body is not that of the event \(event.prefix(64)): \(missing) is missing"
        case .foreign(let key): "the body is not that of the event \(event.prefix(64)): it has \(key)"
        case .repository: "the body names no repository"
        case .owner: "the body names no owner"
        case .foreignRun: "the run lies in another repository than the payload's"
        }
    }
}
