import AsyncHTTPClient
import GitHubCore
import GitHubSimulatorCore
import NIOCore
import NIOHTTP1

@testable import hookcache

extension RunningNode {
    /// An answer of the node.
    struct Answer {
        var status: Int
        var headers: HTTPHeaders
        var body: [UInt8]

        /// The body as JSON.
        var json: JSONValue? { JSONValue(self.body) }

        /// How it was found.
        var cacheStatus: String { self.headers.first(name: "Cache-Status") ?? "" }

        /// Seconds since it was last known to be what GitHub says.
        var age: Int? { self.headers.first(name: "Age").flatMap { Int($0) } }
    }

    /// GETs a path of its API.
    func get(_ path: String, _ headers: HTTPHeaders = [:]) async throws -> Answer {
        var request = HTTPClientRequest(url: self.apiURL + path)
        request.headers = headers
        return try await Self.send(request)
    }

    /// GETs a path without letting GitHub be asked; of any age, where that does not matter.
    func stored(_ path: String, ofAnyAge isOfAnyAge: Bool = false) async throws -> Answer {
        try await self.get(path, ["Cache-Control": isOfAnyAge ? "only-if-cached, max-stale" : "only-if-cached"])
    }

    /// Whether it says that it is ready.
    func isReady() async throws -> Bool {
        try await self.get("/readyz").status == 200
    }

    /// Posts a body to the webhook listener with these headers.
    func post(_ body: [UInt8], _ headers: HTTPHeaders) async throws -> Answer {
        var request = HTTPClientRequest(url: self.webhookURL)
        request.method = .POST
        request.headers = headers
        request.body = .bytes(body)
        return try await Self.send(request)
    }

    /// Posts a delivery as GitHub does.
    func deliver(_ delivery: SimulatedGitHub.OutgoingDelivery) async throws -> Answer {
        try await self.post(delivery.body, HTTPHeaders(delivery.headers.map { ($0.name, $0.value) }))
    }

    /// The headers of a delivery, signed.
    static func headers(
        of body: [UInt8],
        event: String = "workflow_run",
        id: String,
        secret: String = RunningNode.secret
    ) -> HTTPHeaders {
        [
            "Content-Type": "application/json", "X-GitHub-Event": event, "X-GitHub-Delivery": id,
            "X-Hub-Signature-256": WebhookSignature(of: body, with: .init(secret)).headerValue,
        ]
    }

    /// Its statistics.
    func statistics() async throws -> JSONValue {
        try await self.control.get("stats")
    }

    private static func send(_ request: HTTPClientRequest) async throws -> Answer {
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let body = try await response.body.collect(upTo: 64 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, body: Array(buffer: body))
    }
}
