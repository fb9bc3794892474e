import CacheCore
import CacheNode
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NodeIntakeTests {
    static func run(_ id: Int = 7, repository: String = "octo-tools/hello-ci", status: String = "queued") -> [UInt8] {
        Array(
            """
            {"action":"requested","workflow_run":{"id":\(id),"status":"\(status)","updated_at":"2026-08-01T10:00:00Z"},\
            "repository":{"id":5,"full_name":"\(repository)","private":false}}
            """.utf8
        )
    }

    private func status(_ answer: WebhookAnswer) -> Int {
        switch answer {
        case .accepted, .duplicate, .ignored: 202
        case .pong: 200
        case .refused(let status, _): status
        case .unavailable: 503
        }
    }

    @Test func everyRefusalHasItsStatus() async throws {
        let world = try NodeWorld()
        try await world.running {
            let body = Self.run()
            let refused: [(Int, WebhookRequest)] = [
                (415, NodeWorld.request("workflow_run", body, type: "text/plain")),
                (415, NodeWorld.request("workflow_run", body, type: nil)),
                (400, NodeWorld.request(nil, body)),
                (400, NodeWorld.request("", body)),
                (400, NodeWorld.request("workflow_run", body, id: nil)),
                (400, NodeWorld.request("workflow_run", body, id: "a b")),
                (400, NodeWorld.request("workflow_run", body, id: String(repeating: "a", count: 129))),
                (401, NodeWorld.request("workflow_run", body, secret: nil)),
                (401, NodeWorld.request("workflow_run", body, secret: "wrong")),
                (401, NodeWorld.request("workflow_run", body, secret: "")),
                (400, NodeWorld.request("workflow_run", Array("{".utf8))),
                (400, NodeWorld.request("workflow_run", Array("[]".utf8))),
                (400, NodeWorld.request("workflow_run", Array(repeating: 0x5B, count: 10_000))),
                (400, NodeWorld.request("workflow_job", body)),
                (400, NodeWorld.request("ping", body)),
                (400, NodeWorld.request("workflow_run", body, type: "application/x-www-form-urlencoded")),
            ]
            for (status, request) in refused {
                let answer = await world.node.accept(request)
                #expect(self.status(answer) == status, "\(answer)")
                if case .refused(_, let why) = answer {
                    #expect(!why.contains(NodeWorld.secret) && !why.contains("hello-ci"))
                }
            }
            #expect(world.store.pendingCount == 0)
            #expect(await world.node.statistics().deliveries.rejected == refused.count)
        }
    }

    @Test func aDeliveryIsAcceptedOnceAndServed() async throws {
        let world = try NodeWorld()
        try await world.running {
            let request = NodeWorld.request("workflow_run", Self.run(), type: "Application/JSON; charset=utf-8")
            let id = try #require(DeliveryID(request.delivery ?? ""))
            #expect(await world.deliver(request) == .accepted(id))
            #expect(await world.node.accept(request) == .duplicate(id))
            let answer = await world.read("\(NodeWorld.runs())/7", .anonymous)
            #expect(answer.text == #"{"id":7,"status":"queued","updated_at":"2026-08-01T10:00:00Z"}"#)
            #expect(answer.found?.outcome.cacheStatus == "hookcache; hit; ttl=120; detail=webhook")
            #expect(world.origin.questions.isEmpty)
            let counts = await world.node.statistics().deliveries
            #expect(counts.accepted == 1 && counts.duplicate == 1 && counts.pending == 0)
        }
    }

    @Test func formsPingsAndForeignEventsAreAnswered() async throws {
        let world = try NodeWorld()
        try await world.running {
            let form = Array("a=b&payload=\(PercentEncoding.query(String(decoding: Self.run(8), as: UTF8.self)))".utf8)
            let type = "application/x-www-form-urlencoded"
            let accepted = await world.deliver(NodeWorld.request("workflow_run", form, id: "f", type: type))
            #expect(accepted == .accepted(DeliveryID("f")!))
            #expect(await world.read("\(NodeWorld.runs())/8").text.hasPrefix(#"{"id":8"#))
            let ping = Array(#"{"zen":"z","hook_id":7}"#.utf8)
            #expect(await world.node.accept(NodeWorld.request("ping", ping, id: "p")) == .pong(DeliveryID("p")!))
            #expect(await world.node.accept(NodeWorld.request("star", ping, id: "x")) == .ignored(DeliveryID("x")!))
        }
    }

    @Test func aHooksSecretSpeaksForItsScopeAlone() async throws {
        let world = try NodeWorld(secrets: [])
        #expect(!world.node.hasSecret)
        try await world.running {
            let hook = try await world.node.registerHook(
                of: .repository(NodeWorld.hello),
                url: "https://ci.example/webhook"
            )
            let hookID = try #require(hook.id)
            let secret = try #require(world.hooks.secret(of: hookID))
            #expect(world.node.hasSecret)
            let other = Self.run(repository: "octo-tools/other")
            let foreign = NodeWorld.request("workflow_run", other, id: "foreign", signedWith: secret)
            guard case .refused(403, _) = await world.node.accept(foreign) else {
                Issue.record("another repository's delivery was not refused")
                return
            }
            let body = Self.run()
            let own = await world.deliver(NodeWorld.request("workflow_run", body, id: "own", signedWith: secret))
            #expect(self.status(own) == 202)
            try await world.node.removeHook(of: .repository(NodeWorld.hello))
            #expect(!world.node.hasSecret)
            let late = await world.node.accept(NodeWorld.request("workflow_run", body, id: "l", signedWith: secret))
            #expect(self.status(late) == 401)
        }
    }

    @Test func aFullInboxSaysSo() async throws {
        let world = try NodeWorld(maxInbox: 1)
        // The store runs and the node does not, so what is accepted stays in the inbox.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await world.store.run() }
            #expect(status(await world.node.accept(NodeWorld.request("workflow_run", Self.run(1), id: "d1"))) == 202)
            let answer = await world.node.accept(NodeWorld.request("workflow_run", Self.run(2), id: "d2"))
            #expect(status(answer) == 503)
            if case .unavailable(let after, _) = answer { #expect(after > 0) }
            group.cancelAll()
            try await group.waitForAll()
        }
    }

    @Test func whatWasAcknowledgedIsReplayedBeforeAnyRead() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try NodeWorld(directory: directory)
        // The store runs and the node does not: accepted, and not done.
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.store.run() }
            for id in 1...3 {
                let answer = await first.node.accept(NodeWorld.request("workflow_run", Self.run(id), id: "d\(id)"))
                #expect(self.status(answer) == 202)
            }
            #expect(first.store.pendingCount == 3)
            #expect(first.node.readiness() != nil)
            group.cancelAll()
            try await group.waitForAll()
        }
        let second = try NodeWorld(directory: directory, after: first)
        second.origin.setDown(true)
        try await second.running {
            for id in 1...3 {
                #expect(await second.read("\(NodeWorld.runs())/\(id)", .anonymous).text.hasPrefix("{\"id\":\(id)"))
            }
            #expect(second.store.pendingCount == 0)
            #expect(second.node.readiness() == nil)
            let again = await second.node.accept(NodeWorld.request("workflow_run", Self.run(1), id: "d1"))
            #expect(again == .duplicate(DeliveryID("d1")!))
            #expect(second.neighbours.told.count == 3)
        }
    }
}
