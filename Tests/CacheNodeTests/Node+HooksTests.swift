import CacheCore
import CacheNode
import CacheStore
import CacheWorld
import GitHubCore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct NodeHooksTests {
    private static let scope = Scope.repository(NodeWorld.hello)
    private static let url = "https://ci.example/webhook"

    @Test func aHookIsRegisteredMendedAndRemoved() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(hook.isOurs && hook.isActive && hook.url == Self.url)
            #expect(hook.events == HookEvents.names(in: Self.scope))
            let id = try #require(hook.id)
            let secret = try #require(world.hooks.secret(of: id))
            #expect(secret == String(repeating: "ab", count: 32))
            let again = try await world.node.registerHook(of: Self.scope, url: Self.url)
            #expect(again.id == id)
            #expect(world.hooks.secret(of: id) == secret)
            #expect(try await world.node.hooks(of: nil).map(\.id) == [id])
            #expect(try await world.node.hooks(of: Self.scope).map(\.isOurs) == [true])
            try await world.node.removeHook(of: Self.scope)
            #expect(try await world.node.hooks(of: nil).isEmpty)
            #expect(world.hooks.secret(of: id) == nil)
            await #expect(throws: ControlError.self) { try await world.node.removeHook(of: Self.scope) }
        }
    }

    @Test(arguments: ["ftp://x/", "https://", "https:///webhook", "ci.example", "https://ci.example/\n"])
    func whatIsNoURLIsRefused(url: String) async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            await #expect(throws: ControlError.self) { try await world.node.registerHook(of: Self.scope, url: url) }
            await #expect(throws: ControlError.self) { try await world.node.registerHook(of: Self.scope, url: nil) }
            #expect(!world.node.hasSecret)
        }
    }

    @Test func aPingIsWaitedFor() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            await #expect(throws: ControlError.self) { try await world.node.pingHook(of: Self.scope) }
            let hook = try await world.node.registerHook(of: Self.scope, url: Self.url)
            let id = try #require(hook.id)
            let secret = try #require(world.hooks.secret(of: id))
            let body = Array(#"{"zen":"z","hook_id":\#(id),"repository":{"full_name":"octo-tools/hello-ci"}}"#.utf8)
            world.hooks.onPing {
                let answer = await world.node.accept(NodeWorld.request("ping", body, id: "p", secret: secret))
                #expect(answer == .pong(DeliveryID("p")!))
            }
            try await world.node.pingHook(of: Self.scope)
        }
    }
}
