import CacheCore
import CacheNode
import GitHubCore
import Testing

@testable import NodeServer

struct EventStreamTests {
    private func events(_ api: API) throws {
        let delivery = try #require(DeliveryID("d"))
        api.node.with { state in
            state.events = [
                .delivery(delivery, event: "workflow_run", repository: "o/secret"),
                .stored(path: "/repos/o/r", source: .webhook, isPublic: true),
                .invalidated(path: "/repos/o/secret", isPublic: false),
                .peer("12D3", isConnected: true),
            ]
        }
    }

    @Test func everyEventIsTold() async throws {
        let api = API(.unixSocket)
        try events(api)
        let answer = try await api.get("/_hookcache/v1/events")
        #expect(answer.header("Content-Type") == "text/event-stream")
        #expect(
            answer.text == """
                : hello

                event: delivery
                data: {"delivery":"d","event":"workflow_run","repository":"o/secret"}

                event: stored
                data: {"path":"/repos/o/r","origin":"webhook","public":true}

                event: invalidated
                data: {"path":"/repos/o/secret","public":false}

                event: peer
                data: {"peer_id":"12D3","connected":true}


                """
        )
    }

    @Test func overTCPOnlyThePublicIsTold() async throws {
        let api = API()
        try events(api)
        let text = try await api.get("/_hookcache/v1/events").text
        #expect(text.contains("/repos/o/r"))
        #expect(!text.contains("secret") && !text.contains("12D3"))
    }

    @Test func readersAreBounded() async throws {
        let stream = EventStream(
            node: FakeNode(),
            limits: { () -> Limits in
                var limits = Limits()
                limits.eventReaders = 1
                return limits
            }()
        )
        let first = try stream.response(isTrusted: true)
        #expect(throws: ControlRefusal.self) { try stream.response(isTrusted: true) }
        withExtendedLifetime(first) {}
    }
}
