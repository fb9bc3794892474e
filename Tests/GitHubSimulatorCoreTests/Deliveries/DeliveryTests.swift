import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct DeliveryTests {
    @Test func payloadObjectsAreTheBytesOfREST() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(.init(World.hello), at: world.now)
        repeat {
            for delivery in world.github.takeDeliveries(at: world.now) where delivery.action != "queued" {
                let key = delivery.event == "workflow_run" ? "workflow_run" : "workflow_job"
                let object = try #require(delivery.json[key])
                let url = try #require(object["url"]?.text)
                let body = world.get(String(url.dropFirst("https://api.github.com".count))).body
                #expect(object.compact == body)
                #expect(Array(delivery.body).contains(body))
            }
        } while try world.github.advance(run: run, at: world.now) != .nothing
    }

    @Test func bodiesAreSignedOverTheirBytes() throws {
        for isForm in [false, true] {
            var world = try World()
            let hook = try world.hook(isForm: isForm)
            try world.github.startRun(.init(World.hello), at: world.now)
            let delivery = try #require(world.github.takeDeliveries(at: world.now).first)
            let signature = try #require(delivery.headers.first("X-Hub-Signature-256").flatMap { WebhookSignature($0) })
            #expect(signature.firstSigner(of: delivery.body, among: [.init(World.secret)]) == 0)
            #expect(delivery.headers.first("x-github-event") == "workflow_run")
            #expect(delivery.headers.first("X-GitHub-Hook-ID") == "\(hook)")
            #expect(delivery.headers.first("X-GitHub-Hook-Installation-Target-Type") == "organization")
            #expect(delivery.body.starts(with: (isForm ? "payload=%7B%22action" : "{\"action").utf8))
        }
    }

    @Test func eventIDsCarryTheEventsTime() throws {
        var world = try World()
        _ = try world.hook()
        world.pass(seconds: 12_345)
        try world.github.startRun(.init(World.hello), at: world.now)
        let ids = world.github.takeDeliveries(at: world.now).compactMap { DeliveryID($0.guid) }
        #expect(Set(ids).count == ids.count)
        #expect(ids.map(\.time) == ids.map { _ in world.now })
    }

    @Test func everyHookHearsOfAnEventUnderOneID() throws {
        var world = try World()
        _ = try world.hook()
        try world.github.createHook(
            in: .repository(World.hello),
            url: "http://127.0.0.1:9/other",
            secret: nil,
            events: ["workflow_run"],
            at: world.now
        )
        #expect(world.github.takeDeliveries(at: world.now).map(\.event) == ["ping"])
        try world.github.startRun(.init(World.hello, jobs: []), at: world.now)
        let deliveries = world.github.takeDeliveries(at: world.now)
        #expect(deliveries.count == 2)
        #expect(deliveries[0].guid == deliveries[1].guid)
        #expect(deliveries[0].id != deliveries[1].id)
        #expect(deliveries.contains { $0.headers.first("X-Hub-Signature-256") == nil })
    }

    @Test func aRedeliveryKeepsTheIDAndThePayload() throws {
        var world = try World()
        let hook = try world.hook()
        try world.github.startRun(.init(World.hello, jobs: []), at: world.now)
        let first = world.github.takeDeliveries(at: world.now)[0]
        world.github.record(.init(status: 503, milliseconds: 20), of: first, at: world.now)
        let path = "/orgs/octo-tools/hooks/\(hook)/deliveries"
        let listed = world.get(path).json
        #expect(listed.at("0.status_code") == 503)
        #expect(listed.at("0.guid") == .string(first.guid))
        #expect(world.get("\(path)?status=success").json.elements.isEmpty)
        #expect(world.call("POST", "\(path)/\(first.id)/attempts").status == 202)
        let again = world.github.takeDeliveries(at: world.now)[0]
        #expect(again.guid == first.guid)
        #expect(again.body == first.body)
        #expect(again.isRedelivery)
        world.github.record(.init(status: 202), of: again, at: world.now)
        #expect(world.get(path).json.elements.map { $0["status"] } == ["OK", "Invalid HTTP Response: 503"])
        #expect(world.get("\(path)/\(first.id)").json.at("request.payload.action") == "requested")
    }

    @Test func theLogIsPagedByCursorAndForgetsAfterThreeDays() throws {
        var world = try World()
        let hook = try world.hook()
        try world.finishedRun()
        let deliveries = world.github.takeDeliveries(at: world.now)
        for delivery in deliveries { world.github.record(.init(status: 202), of: delivery, at: world.now) }
        var target = "/orgs/octo-tools/hooks/\(hook)/deliveries?per_page=4"
        var seen: [JSON] = []
        while true {
            let answer = world.get(target)
            seen += answer.json.elements
            let next = answer.header("Link").flatMap { LinkHeader($0) }?.target(relation: "next")
            guard let next else { break }
            target = String(next.dropFirst("https://api.github.com".count))
        }
        #expect(seen.compactMap { $0["id"]?.integer } == deliveries.map(\.id).reversed())
        world.pass(seconds: 3 * 86_400 + 1)
        #expect(world.get("/orgs/octo-tools/hooks/\(hook)/deliveries").json.elements.isEmpty)
    }

    @Test func deliveriesAreLostFailedDoubledDelayedAndShuffled() throws {
        var world = try World()
        let hook = try world.hook()
        func start(_ fault: Faults.OfDeliveries) throws -> [SimulatedGitHub.OutgoingDelivery] {
            world.github.faults.setDeliveries(fault, times: 1)
            try world.github.startRun(.init(World.hello, jobs: []), at: world.now)
            return world.github.takeDeliveries(at: world.now)
        }
        #expect(try start(.lost).isEmpty)
        #expect(world.github.deliveries(ofHook: hook).isEmpty)
        #expect(try start(.failed).isEmpty)
        #expect(world.github.deliveries(ofHook: hook).map(\.isSuccess) == [false])
        let doubled = try start(.doubled)
        #expect(doubled.count == 2 && doubled[0].guid == doubled[1].guid)
        #expect(try start(.delayed(milliseconds: 1_500)).isEmpty)
        #expect(world.github.nextDeliveryAt == world.now.advanced(byMilliseconds: 1_500))
        world.pass(seconds: 2)
        #expect(world.github.takeDeliveries(at: world.now).count == 1)

        world.github.faults.setDeliveries(.scattered(withinMilliseconds: 5_000))
        for _ in 0..<10 { try world.github.startRun(.init(World.hello, jobs: []), at: world.now) }
        world.pass(seconds: 6)
        let shuffled = world.github.takeDeliveries(at: world.now)
        #expect(shuffled.count == 10)
        #expect(shuffled.map(\.id) != shuffled.map(\.id).sorted())
    }

    @Test func aHookHearsItsRepositoryAndItsEventsOnly() throws {
        var world = try World()
        try world.github.createHook(
            in: .repository(World.vault),
            url: "http://127.0.0.1:9/",
            secret: "s",
            events: ["workflow_job"],
            at: world.now
        )
        _ = world.github.takeDeliveries(at: world.now)
        try world.github.startRun(.init(World.hello), at: world.now)
        #expect(world.github.takeDeliveries(at: world.now).isEmpty)
        try world.github.startRun(.init(World.vault), at: world.now)
        #expect(world.github.takeDeliveries(at: world.now).map(\.event) == ["workflow_job", "workflow_job"])
    }
}
