import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct HookRouteTests {
    private let hooks = "/repos/octo-tools/hello-ci/hooks"
    private let body: JSON = [
        "name": "web", "active": true, "events": ["workflow_run"],
        "config": [
            "url": "http://127.0.0.1:9/webhook", "content_type": "json", "secret": "s3cret", "insecure_ssl": "0",
        ],
    ]

    @Test func aHookIsCreatedPingedChangedAndRemoved() throws {
        var world = try World()
        let created = world.call("POST", hooks, body: body)
        #expect(created.status == 201)
        #expect(created.json.at("config.secret") == "********")
        let id = try #require(created.json["id"]?.integer)
        let ping = try #require(world.github.takeDeliveries(at: world.now).first)
        #expect(ping.event == "ping" && ping.action == nil)
        #expect(ping.json.keys == ["zen", "hook_id", "hook", "repository", "organization", "sender"])
        #expect(world.call("POST", hooks, body: body).status == 422)
        #expect(world.call("POST", "\(hooks)/\(id)/pings").status == 204)
        #expect(world.github.takeDeliveries(at: world.now).map(\.event) == ["ping"])
        #expect(world.get(hooks).json.elements.count == 1)

        #expect(world.call("PATCH", "\(hooks)/\(id)/config", body: ["content_type": "form"]).status == 200)
        #expect(world.get("\(hooks)/\(id)/config").json["secret"] == "********")
        let config: JSON = ["url": "http://127.0.0.1:9/new", "content_type": "json"]
        #expect(world.call("PATCH", "\(hooks)/\(id)", body: ["config": config]).json.at("config.secret") == nil)
        #expect(world.call("DELETE", "\(hooks)/\(id)").status == 204)
        #expect(world.get("\(hooks)/\(id)").status == 404)
    }

    @Test func contentTypeIsFormUnlessSaid() throws {
        var world = try World()
        let made = world.call("POST", hooks, body: ["config": ["url": "http://127.0.0.1:9/"]])
        #expect(made.json.at("config.content_type") == "form")
        #expect(made.json["events"] == ["push"])
    }

    @Test func badBodiesAreRefused() throws {
        var world = try World()
        #expect(world.call("POST", hooks, body: [:]).status == 422)
        let broken = SimulatedGitHub.Request(
            method: "POST",
            target: hooks,
            headers: [HeaderField("User-Agent", "t"), HeaderField("Authorization", "token admin")],
            body: Array("{\"config\":".utf8)
        )
        #expect(world.github.respond(to: broken, at: world.now).status == 400)
    }

    @Test func aRepositorysHookHearsNothingOfOrganizations() throws {
        var world = try World()
        let config: JSON = ["url": "http://127.0.0.1:9/"]
        let events: JSON = ["team", "push"]
        #expect(world.call("POST", hooks, body: ["config": config, "events": events]).status == 422)
        let made = world.call("POST", hooks, body: ["config": config])
        let id = try #require(made.json["id"]?.integer)
        #expect(world.call("PATCH", "\(hooks)/\(id)", body: ["events": events]).status == 422)
        let ofAll = world.call("POST", "/orgs/octo-tools/hooks", body: ["config": config, "events": events])
        #expect(ofAll.status == 201)
    }

    @Test func thereAreTwentyHooksAtMost() throws {
        var world = try World()
        for number in 0..<SimulatedGitHub.Limits.hooks {
            let made = world.call("POST", hooks, body: ["config": ["url": .string("http://127.0.0.1:9/\(number)")]])
            #expect(made.status == 201)
        }
        #expect(world.call("POST", hooks, body: body).status == 422)
    }
}
