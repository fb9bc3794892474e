import CacheCore
import CacheNode
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NodeHooksTests {
    private static let scope = Scope.repository(NodeWorld.hello)
    private static let url = "https://ci.example/webhook"
    private static let hooks = "/repos/\(NodeWorld.hello)/hooks"

    @Test func aHookIsRegisteredAndRemoved() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(hook.isOurs && hook.isActive && hook.url == Self.url)
            #expect(hook.events == HookEvents.names(in: Self.scope))
            #expect(hook.outcome == .created && hook.changes.isEmpty)
            let id = try #require(hook.id)
            let secret = try #require(world.hooks.secret(of: id))
            #expect(secret == WebhookSignature.Secret(String(repeating: "ab", count: 32)))
            let again = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(again.id == id && again.outcome == .unchanged)
            #expect(world.hooks.secret(of: id) == secret)
            #expect(try await world.node.hooks(of: nil).map(\.id) == [id])
            #expect(try await world.node.hooks(of: Self.scope).map(\.isOurs) == [true])
            try await world.node.removeHook(of: Self.scope)
            #expect(try await world.node.hooks(of: nil).isEmpty)
            #expect(world.hooks.secret(of: id) == nil)
            await #expect(throws: ControlError.self) { try await world.node.removeHook(of: Self.scope) }
        }
    }

    @Test func eachHookHasASecretOfItsOwn() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let first = try await world.node.registerHook(of: Self.scope, url: Self.url)
            let second = try await world.node.registerHook(of: .repository(NodeWorld.vault), url: Self.url)
            let ids = try [first, second].map { try #require($0.id) }
            let secrets = try ids.map { try #require(world.hooks.secret(of: $0)) }
            #expect(secrets[0] != secrets[1])
            #expect(secrets.allSatisfy { $0.bytes.count == 64 })
        }
    }

    @Test func whatDiffersIsMendedAndShown() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let made = world.origin.call(
                "POST",
                Self.hooks,
                body: ["active": false, "events": ["push"], "config": ["url": .string(Self.url), "insecure_ssl": "1"]]
            )
            #expect(made?.status == 201)
            let hook = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(hook.outcome == .fixed)
            #expect(
                hook.changes.map(\.setting) == ["events", "active", "content type", "TLS verification", "secret"]
            )
            #expect(try await world.node.hooks(of: Self.scope).count == 1)
            // By hand at GitHub, behind the node's back.
            let id = try #require(hook.id)
            let target = "\(Self.hooks)/\(id)/config"
            #expect(world.origin.call("PATCH", target, body: ["content_type": "form", "secret": ""])?.status == 200)
            let mended = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(mended.id == id)
            #expect(mended.changes.map(\.setting) == ["content type", "secret"])
            #expect(world.hooks.secret(of: id) == WebhookSignature.Secret(String(repeating: "ab", count: 32)))
        }
    }

    @Test func aHookFollowsItsNewURL() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let first = try await world.node.registerHook(of: Self.scope, url: Self.url)
            let moved = try await world.node.registerHook(of: Self.scope, url: "https://new.example/webhook")
            #expect(moved.id == first.id && moved.url == "https://new.example/webhook")
            #expect(moved.changes == [HookChange("url", was: Self.url, becomes: "https://new.example/webhook")])
            #expect(try await world.node.hooks(of: Self.scope).count == 1)
        }
    }

    @Test(arguments: [
        ("ftp://x/", "https://"), ("https:///webhook", "no host"), ("http://localhost:8787/webhook", "localhost"),
        ("http://192.168.1.5/webhook", "192.168.1.5"), ("https://ci.example/\n", "space"),
    ])
    func whatGitHubWouldRefuseIsRefusedWithTheReason(url: String, why: String) async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let error = await #expect(throws: ControlError.self) {
                try await world.node.registerHook(of: Self.scope, url: url)
            }
            #expect(error?.status == 400)
            #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
            await #expect(throws: ControlError.self) { try await world.node.registerHook(of: Self.scope, url: nil) }
            #expect(!world.node.hasSecret)
        }
    }

    @Test func aPingIsWaitedFor() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            await #expect(throws: ControlError.self) { try await world.node.pingHook(of: Self.scope) }
            _ = try await world.node.registerHook(of: Self.scope, url: Self.url)
            world.hooks.onDeliveries { deliveries in
                for delivery in deliveries {
                    #expect(await world.node.accept(NodeWorld.request(delivery)) == .pong(DeliveryID(delivery.guid)!))
                }
            }
            try await world.node.pingHook(of: Self.scope)
        }
    }
}
