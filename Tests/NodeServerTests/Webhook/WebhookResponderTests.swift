import CacheNode
import GitHubCore
import HTTPTypes
import Hummingbird
import NIOCore
import Testing

@testable import NodeServer

struct WebhookResponderTests {
    private let node = FakeNode()
    private let counters = ServerCounters()

    private func deliver(
        _ method: HTTPRequest.Method = .post,
        _ path: String = "/webhook",
        _ headers: [(String, String)]? = nil,
        body: [UInt8] = Array("{}".utf8),
        limits: Limits = Limits()
    ) async throws -> Answer {
        let responder = WebhookResponder(node: node, limits: limits, counters: counters)
        let standard = [
            ("content-type", "application/json"), ("x-github-event", "workflow_run"), ("X-GITHUB-DELIVERY", "d-1"),
            ("X-Hub-Signature-256", "sha256=00"), ("X-Github-Hook-Id", "9"),
        ]
        return try await Answer(await responder.respond(to: request(method, path, headers ?? standard, body: body)))
    }

    private func answer(_ answer: WebhookAnswer) async throws -> Answer {
        node.with { $0.webhookAnswer = answer }
        return try await deliver()
    }

    @Test func eachAnswerOfTheNodeHasItsStatus() async throws {
        let delivery = try #require(DeliveryID("d-1"))
        let accepted = try await answer(.accepted(delivery))
        #expect(accepted.status == 202)
        #expect(accepted.text == #"{"delivery":"d-1","status":"accepted"}"#)
        #expect(try await answer(.duplicate(delivery)).text == #"{"delivery":"d-1","status":"duplicate"}"#)
        #expect(try await answer(.ignored(delivery)).text == #"{"delivery":"d-1","status":"ignored"}"#)
        let pong = try await answer(.pong(delivery))
        #expect(pong.status == 200)
        #expect(pong.text == #"{"delivery":"d-1","status":"pong"}"#)
    }

    @Test(arguments: [400, 401, 403])
    func refusalsAreJSON(status: Int) async throws {
        let refused = try await answer(.refused(status: status, "the signature is wrong"))
        #expect(refused.status == status)
        #expect(refused.text == #"{"error":"the signature is wrong"}"#)
        #expect(refused.header("Content-Type") == "application/json; charset=utf-8")
    }

    @Test func aFullInboxSaysWhenToTryAgain() async throws {
        let full = try await answer(.unavailable(retryAfter: 30, "the inbox is full"))
        #expect(full.status == 503)
        #expect(full.header("Retry-After") == "30")
        #expect(full.text == #"{"error":"the inbox is full"}"#)
    }

    @Test func theNodeGetsTheRawBodyAndTheHeaders() async throws {
        let body = Array("payload=%7B%7D".utf8)
        _ = try await deliver(body: body)
        let seen = try #require(node.with { $0.deliveries.first })
        #expect(seen.body == body)
        #expect(seen.event == "workflow_run")
        #expect(seen.delivery == "d-1")
        #expect(seen.signature == "sha256=00")
        #expect(seen.hookID == "9")
        #expect(seen.contentType == "application/json")
    }

    @Test(arguments: [HTTPRequest.Method.get, .put, .delete, .patch, .head])
    func onlyPostDelivers(method: HTTPRequest.Method) async throws {
        let answer = try await deliver(method)
        #expect(answer.status == 405)
        #expect(answer.header("Allow") == "POST")
    }

    @Test(arguments: ["text/plain", "multipart/form-data", "application/jsonx", ""])
    func otherContentTypesAreRefused(type: String) async throws {
        #expect(try await deliver(.post, "/webhook", [("Content-Type", type)]).status == 415)
        #expect(try await deliver(.post, "/webhook", []).status == 415)
        #expect(node.with { $0.deliveries.isEmpty })
        #expect(counters.snapshot.refusedDeliveries == 2)
    }

    @Test(arguments: ["application/json; charset=utf-8", "Application/JSON", "application/x-www-form-urlencoded"])
    func jsonAndFormsAreTaken(type: String) async throws {
        _ = try await deliver(.post, "/webhook", [("Content-Type", type)])
        #expect(node.with { $0.deliveries.count } == 1)
    }

    @Test func aBodyAtTheLimitIsTakenAndOneByteMoreIsNot() async throws {
        var limits = Limits()
        limits.webhookBody = 1000
        _ = try await deliver(body: [UInt8](repeating: 0, count: 1000), limits: limits)
        #expect(node.with { $0.deliveries.first?.body.count } == 1000)
        let answer = try await deliver(body: [UInt8](repeating: 0, count: 1001), limits: limits)
        #expect(answer.status == 413)
        #expect(answer.header("Connection") == "close")
        #expect(node.with { $0.deliveries.count } == 1)
    }

    @Test func aBodyOfUnknownLengthIsCutAtTheLimit() async throws {
        var limits = Limits()
        limits.webhookBody = 1000
        let chunks = AsyncStream<ByteBuffer> { continuation in
            for _ in 0..<3 { continuation.yield(ByteBuffer(repeating: 0, count: 500)) }
            continuation.finish()
        }
        let head = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: "h",
            path: "/webhook",
            headerFields: [.contentType: "application/json"]
        )
        let request = Request(head: head, body: RequestBody(asyncSequence: chunks))
        let responder = WebhookResponder(node: node, limits: limits, counters: counters)
        #expect(await responder.respond(to: request).status.code == 413)
        #expect(node.with { $0.deliveries.isEmpty })
    }

    @Test func aBodyThatDoesNotComeIsGivenUp() async throws {
        var limits = Limits()
        limits.webhookBodyTime = .milliseconds(1)
        let (chunks, open) = AsyncStream.makeStream(of: ByteBuffer.self)
        let head = HTTPRequest(
            method: .post,
            scheme: "http",
            authority: "h",
            path: "/webhook",
            headerFields: [.contentType: "application/json"]
        )
        let request = Request(head: head, body: RequestBody(asyncSequence: chunks))
        let responder = WebhookResponder(node: node, limits: limits, counters: counters)
        #expect(await responder.respond(to: request).status.code == 408)
        open.finish()
    }

    @Test func memoryForBodiesIsBounded() async throws {
        var limits = Limits()
        limits.webhookBodiesInFlight = 10
        let answer = try await deliver(body: [UInt8](repeating: 0, count: 11), limits: limits)
        #expect(answer.status == 503)
        #expect(answer.header("Retry-After") == "60")
        let next = try await deliver(body: [UInt8](repeating: 0, count: 10), limits: limits)
        #expect(next.status == 401)
    }

    @Test(arguments: ["X-Hub-Signature-256", "X-GitHub-Event", "X-GitHub-Delivery", "Content-Type"])
    func repeatedHeadersAreRefused(name: String) async throws {
        let headers = [("Content-Type", "application/json"), (name, "a"), (name.lowercased(), "b")]
        #expect(try await deliver(.post, "/webhook", headers).status == 400)
        #expect(node.with { $0.deliveries.isEmpty })
    }

    @Test(arguments: ["/", "/webhook/", "/webhooks", "/metrics", "/_hookcache/v1/stats", "/repos/o/r"])
    func nothingElseIsHere(path: String) async throws {
        let answer = try await deliver(.get, path)
        #expect(answer.status == 404)
        #expect(answer.text == #"{"error":"deliveries go to /webhook"}"#)
    }

    @Test func healthIsTold() async throws {
        let answer = try await deliver(.get, "/healthz")
        #expect(answer.status == 200)
        #expect(answer.text == #"{"status":"ok"}"#)
        #expect(try await deliver(.head, "/healthz").bytes.isEmpty)
    }
}
