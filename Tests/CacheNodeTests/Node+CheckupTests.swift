import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// What a running node finds out about GitHub and its webhooks.
@Suite(.timeLimit(.minutes(1))) struct NodeCheckupTests {
    private func standing(_ checkups: [Checkup], _ name: String) -> Checkup.Standing? {
        checkups.first { $0.name == name }?.standing
    }

    @Test func whatIsWatchedAndHasNoWebhookIsTold() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            let checkups = await world.node.checkups()
            #expect(standing(checkups, "github") == .pass)
            #expect(standing(checkups, "credential") == .pass)
            #expect(standing(checkups, "hook \(NodeWorld.hello)") == .warn)
            #expect(standing(checkups, "inbox") == .pass)
        }
    }

    @Test func theNodesOwnWebhookIsLookedUpAtGitHub() async throws {
        let world = try NodeWorld()
        let scope = Scope.repository(NodeWorld.hello)
        try await world.running {
            _ = try await world.node.registerHook(of: scope, url: "https://hooks.example.com/webhook")
            #expect(standing(await world.node.checkups(), "hook \(scope)") == .pass)
            let id = try #require(world.store.hook(of: scope)?.hookID)
            _ = world.origin.call("DELETE", "/repos/\(NodeWorld.hello)/hooks/\(id)")
            #expect(standing(await world.node.checkups(), "hook \(scope)") == .fail)
        }
    }

    @Test func whereGitHubDoesNotAnswerNothingIsSaidOfWebhooks() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            world.origin.setDown(true)
            let checkups = await world.node.checkups()
            #expect(checkups.map(\.name) == ["github", "events", "inbox"])
            #expect(standing(checkups, "github") == .fail)
        }
    }
}
