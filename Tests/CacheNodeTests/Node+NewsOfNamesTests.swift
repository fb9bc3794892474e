import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Testing

@testable import CacheNode

/// Events that give a repository another name, and whose word counts for that.
@Suite(.timeLimit(.minutes(1)))
struct NodeNewsOfNamesTests {
    @Test func aNewNameIsLearntAndWhatIsRememberedMoves() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.hearEverything()
            _ = try await world.startRun()
            #expect(await world.read(NodeWorld.runs()).status == 200)
            let waiting = try await world.node.queue(.repository(NodeWorld.hello), labels: [], includesPrivate: true)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver(try world.origin.act { try $0.rename(NodeWorld.hello, to: NodeWorld.renamed, at: $1) })
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            #expect(world.store.states(in: NodeWorld.hello, kind: .job).isEmpty)
            #expect(world.store.states(in: NodeWorld.renamed, kind: .job).count == waiting.queued)
            let asked = world.origin.questions.count
            world.clock.advance(milliseconds: 10)
            // Under either name, by one question and no redirect.
            #expect(await world.read(NodeWorld.runs()).text.contains("renamed-ci"))
            #expect(await world.read(NodeWorld.runs(NodeWorld.renamed)).found?.outcome.kind == .hit)
            #expect(world.origin.questions.dropFirst(asked) == [NodeWorld.runs(NodeWorld.renamed)])
        }
    }

    @Test func aHooksSecretSaysNothingOfAnotherScope() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let secret = try await world.secret(ofHookOf: .repository(NodeWorld.hello))
            let organization = #""organization":{"login":"octo-tools","id":1}"#
            let foreign: [(String, String)] = [
                ("repository", world.body(#""action":"deleted""#, of: NodeWorld.vault)),
                (
                    "push",
                    world.body(#""ref":"refs/heads/main","before":"","after":"","commits":[]"#, of: NodeWorld.vault)
                ),
                ("organization", #"{"action":"deleted",\#(organization)}"#),
                (
                    "team",
                    #"{"action":"edited","team":{},\#(organization),"repository":{"full_name":"octo-tools/hello-ci"}}"#
                ),
                ("installation", #"{"action":"deleted","installation":{"id":3,"account":{"login":"octo-tools"}}}"#),
            ]
            for (event, body) in foreign {
                let answer = await world.node.accept(
                    NodeWorld.request(event, Array(body.utf8), id: event, secret: secret)
                )
                #expect(answer.isRefused(403), "\(event): \(answer)")
            }
        }
    }

    @Test func aSecretSpeaksForANewNameOnceGitHubSaysSo() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let secret = try await world.secret(ofHookOf: .repository(NodeWorld.hello))
            _ = await world.read(NodeWorld.runs())
            world.clock.advance(milliseconds: 2_000)
            // Whoever has the secret may say anything; what GitHub says counts.
            let changes = #""action":"renamed","changes":{"repository":{"name":{"from":"hello-ci"}}}"#
            let asked = world.node.events()
            let lie = world.body(changes, of: NodeWorld.vault, id: world.id(of: NodeWorld.hello))
            await world.deliver(NodeWorld.request("repository", Array(lie.utf8), id: "lie", secret: secret))
            await world.clock.pass(milliseconds: 500)
            for await event in asked { if case .stored = event { break } }
            let run = NodeIntakeTests.run(repository: NodeWorld.vault.description)
            let foreign = await world.node.accept(NodeWorld.request("workflow_run", run, id: "f", secret: secret))
            #expect(foreign.isRefused(403))
            #expect(world.node.resource(of: try #require(RequestTarget(NodeWorld.runs())))?.path == NodeWorld.runs())

            let id = world.id(of: NodeWorld.hello)
            try world.origin.act { try $0.rename(NodeWorld.hello, to: NodeWorld.renamed, at: $1) }
            let before = world.origin.questions.count
            let events = world.node.events()
            let truth = world.body(changes, of: NodeWorld.renamed, id: id)
            await world.deliver(NodeWorld.request("repository", Array(truth.utf8), id: "truth", secret: secret))
            await world.clock.pass(milliseconds: 500)
            for await event in events { if case .stored = event { break } }
            #expect(world.origin.questions.dropFirst(before) == ["/repos/\(NodeWorld.hello)"])
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            let own = Array(
                """
                {"action":"requested","workflow_run":{"id":7,"status":"queued","updated_at":"2026-08-01T10:00:00Z"},\
                "repository":{"id":\(id),"full_name":"\(NodeWorld.renamed)","private":false}}
                """.utf8
            )
            let answer = await world.deliver(NodeWorld.request("workflow_run", own, id: "own", secret: secret))
            #expect(answer == .accepted(DeliveryID("own")!))
            // The name is the hook's from then on, and the former one is whose it is next.
            await world.passing { world.store.hook(of: .repository(NodeWorld.renamed)) != nil }
            #expect(world.store.hook(of: .repository(NodeWorld.hello)) == nil)
            let next = Array(String(decoding: own, as: UTF8.self).replacing("renamed-ci", with: "hello-ci").utf8)
            let stranger = Array(String(decoding: next, as: UTF8.self).replacing("\(id)", with: "999").utf8)
            let other = await world.node.accept(NodeWorld.request("workflow_run", stranger, id: "s", secret: secret))
            #expect(other.isRefused(403))
            // What was under way under its former name is still its own.
            let late = await world.node.accept(NodeWorld.request("workflow_run", next, id: "late", secret: secret))
            #expect(late == .accepted(DeliveryID("late")!))
        }
    }

    @Test func anotherOwnersSecretTakesNoNameAway() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            world.origin.act { github, now in _ = github.createAccount("elsewhere", isOrganization: true, at: now) }
            let secret = try await world.secret(ofHookOf: .owner("elsewhere"))
            #expect(await world.read(NodeWorld.runs()).status == 200)
            let changes =
                #""action":"transferred","changes":{"owner":{"from":{"organization":{"login":"octo-tools"}}}}"#
            let taken = world.body(changes, of: RepositoryName("elsewhere/hello-ci")!, id: 77)
            await world.deliver(NodeWorld.request("repository", Array(taken.utf8), id: "t", secret: secret))
            #expect(world.node.resource(of: try #require(RequestTarget(NodeWorld.runs())))?.path == NodeWorld.runs())
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .hit)
        }
    }
}
