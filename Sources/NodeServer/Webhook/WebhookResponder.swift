import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird

/// Answers what comes to the webhook listener, as the contract's table has it.
struct WebhookResponder: Sendable {
    private let node: any NodeInterface
    private let limits: Limits
    private let counters: ServerCounters
    private let budget: BodyBudget

    init(node: any NodeInterface, limits: Limits, counters: ServerCounters) {
        self.node = node
        self.limits = limits
        self.counters = counters
        budget = BodyBudget(limit: limits.webhookBodiesInFlight)
    }

    func respond(to request: Request) async -> Response {
        let path = (request.head.path ?? "").prefix { $0 != "?" }
        switch (path, request.method) {
        case ("/webhook", .post):
            return await deliver(request)
        case ("/webhook", _):
            return .error(.methodNotAllowed, "deliveries are POST requests", headers: [.allow: "POST"])
        case ("/healthz", .get), ("/healthz", .head):
            return Response.json(.ok, ["status": "ok"]).withoutBody(request.method == .head)
        case ("/healthz", _):
            return .error(.methodNotAllowed, "GET only", headers: [.allow: "GET, HEAD"])
        default:
            return .error(.notFound, "deliveries go to /webhook")
        }
    }

    private func deliver(_ request: Request) async -> Response {
        let headers = request.headers
        let once: [HTTPField.Name] = [.gitHubEvent, .gitHubDelivery, .hubSignature, .gitHubHookID, .contentType]
        if let repeated = once.first(where: { headers[values: $0].count > 1 }) {
            return refuse(.badRequest, "the header \(repeated.rawName) comes more than once")
        }
        guard Self.isKnown(contentType: headers[.contentType]) else {
            return refuse(
                .unsupportedMediaType,
                "the content type must be application/json or application/x-www-form-urlencoded"
            )
        }
        let body = BoundedBody(limit: limits.webhookBody, time: limits.webhookBodyTime, budget: budget)
        do {
            let length = headers[.contentLength].flatMap { Int($0) }
            let answer = try await body.read(request.body, declaredLength: length) { bytes in
                await node.accept(
                    WebhookRequest(
                        event: headers[.gitHubEvent],
                        delivery: headers[.gitHubDelivery],
                        signature: headers[.hubSignature],
                        hookID: headers[.gitHubHookID],
                        contentType: headers[.contentType],
                        body: bytes
                    )
                )
            }
            return Self.response(to: answer)
        } catch {
            return refuse(error)
        }
    }

    private func refuse(_ error: BodyError) -> Response {
        switch error {
        case .tooLarge:
            return refuse(.contentTooLarge, "the body is larger than \(limits.webhookBody) bytes")
        case .tooSlow:
            return refuse(.requestTimeout, "the body did not arrive in time")
        case .brokenOff:
            return refuse(.badRequest, "the body ended early")
        case .crowded:
            let headers: HTTPFields = [.retryAfter: "\(limits.webhookRetryAfter)", .connection: "close"]
            return .error(.serviceUnavailable, "too many deliveries at once", headers: headers)
        }
    }

    /// A refusal before the node has seen the delivery; what is left of the body is not read.
    private func refuse(_ status: HTTPResponse.Status, _ message: String) -> Response {
        counters.refusedDelivery()
        return .error(status, message, headers: [.connection: "close"])
    }

    private static func isKnown(contentType: String?) -> Bool {
        let type = contentType?.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercased()
        return type == "application/json" || type == "application/x-www-form-urlencoded"
    }

    private static func response(to answer: WebhookAnswer) -> Response {
        func told(_ status: HTTPResponse.Status, _ delivery: DeliveryID, _ word: JSONValue) -> Response {
            .json(status, ["delivery": .string(delivery.text), "status": word])
        }
        switch answer {
        case .accepted(let delivery): return told(.accepted, delivery, "accepted")
        case .duplicate(let delivery): return told(.accepted, delivery, "duplicate")
        case .ignored(let delivery): return told(.accepted, delivery, "ignored")
        case .pong(let delivery): return told(.ok, delivery, "pong")
        case .refused(let status, let message): return .error(HTTPResponse.Status(code: status), message)
        case .unavailable(let retryAfter, let message):
            return .error(.serviceUnavailable, message, headers: [.retryAfter: "\(retryAfter)"])
        }
    }
}
