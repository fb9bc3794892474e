import CacheCore
import CacheStore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// Events that carry no run or job, from their delivery to what readers get.
@Suite(.timeLimit(.minutes(1)))
struct NodeNewsTests {
    private static let readme = "/repos/\(NodeWorld.hello)/readme"
    private static let vault = NodeWorld.runs(NodeWorld.vault)
    private static let renamed = RepositoryName("octo-tools/renamed-ci")!

    @Test func whatAnEventTouchesIsAskedForAgainAndTheRestIsNot() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            for path in [Self.readme, NodeWorld.runs()] { #expect(await world.read(path).status == 200) }
            world.clock.advance(milliseconds: 1_000)
            let push = #""ref":"refs/heads/main","before":"0","after":"1","commits":[]"#
            let answer = await world.deliver("push", push)
            guard case .accepted = answer else {
                Issue.record("\(answer)")
                return
            }
            world.clock.advance(milliseconds: 100)
            #expect(await world.read(NodeWorld.runs()).found?.outcome.kind == .hit)
            #expect(await world.read(Self.readme).found?.outcome.kind == .forwarded(.stale, status: 304))
            #expect(world.store.pendingCount == 0)
        }
    }

    @Test func aCheckRunsEventIsFetchedAheadOfItsReaders() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.hearEverything()
            let run = try await world.startRun(.init(NodeWorld.hello, jobs: ["build"]))
            let job = try #require(world.store.states(in: NodeWorld.hello, kind: .job).first?.id.id)
            let path = "/repos/\(NodeWorld.hello)/check-runs/\(job)"
            #expect(await world.read(path).text.contains("\"queued\""))
            world.clock.advance(milliseconds: 1_000)
            let events = world.node.events()
            await world.deliver(
                try world.origin.act { try $0.finish(run: run, at: $1) }.filter { $0.event == "check_run" }
            )
            await world.clock.pass(milliseconds: 500)
            for await event in events {
                if case .stored(path, .prewarm, _) = event { break }
            }
            let answer = await world.read(path)
            #expect(answer.found?.outcome.kind == .hit)
            #expect(answer.text.contains("\"completed\""))
        }
    }

    @Test func whatIsOfNoUseIsIgnored() async throws {
        let world = try NodeWorld()
        try await world.running {
            let labelled = #""action":"labeled","pull_request":{"id":8,"head":{"ref":"x","sha":"abc"}}"#
            #expect(await world.deliver("pull_request", labelled) == .ignored(DeliveryID("pull_request")!))
            #expect(await world.deliver("push", labelled).isRefused(400))
        }
    }

    @Test(arguments: [
        ("member", #""action":"removed","member":{"login":"reader"}"#),
        ("team_add", #""team":{"id":4}"#),
        ("repository", #""action":"archived""#),
        ("repository", #""action":"of_next_year""#),
    ])
    func whoMayReadProvesItAnew(event: String, members: String) async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, reader).status == 200)
            #expect(await world.read(Self.vault, reader).found?.outcome.kind == .hit)
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "reader") }
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(event, members, of: NodeWorld.vault, isPrivate: true)
            world.origin.setDown(true)
            // Not even while GitHub cannot be asked.
            #expect(await world.read(Self.vault, reader).status == 502)
            world.origin.setDown(false)
            #expect(await world.read(Self.vault, reader).status == 404)
            #expect(await world.read(Self.vault).status == 200)
        }
    }

    @Test(arguments: [
        ("organization", #""action":"member_removed","membership":{},"organization":{"login":"octo-tools","id":1}"#),
        ("team", #""action":"deleted","team":{"id":4},"organization":{"login":"octo-tools","id":1}"#),
        (
            "membership",
            #""action":"removed","scope":"team","member":{},"team":{"id":4},"organization":{"login":"Octo-Tools","id":1}"#
        ),
        ("installation", #""action":"suspend","installation":{"id":3,"account":{"login":"octo-tools"}}"#),
        (
            "installation_repositories",
            #""action":"removed","installation":{"id":3,"account":{"login":"octo-tools"}},"repositories_added":[],"#
                + #""repositories_removed":[{"full_name":"octo-tools/vault-ci"}]"#
        ),
    ])
    func whoMayReadAnOwnersRepositoriesProvesItAnew(event: String, members: String) async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.vault, reader).status == 200)
            #expect(await world.read("/user/repos", reader).text.contains("vault-ci"))
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "reader") }
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(NodeWorld.request(event, Array("{\(members)}".utf8), id: event))
            #expect(await world.read(Self.vault, reader).status == 404)
            #expect(await !world.read("/user/repos", reader).text.contains("vault-ci"))
        }
    }

    @Test func whoCouldNotSeeItIsAskedForAgain() async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [])
            #expect(await world.read(Self.vault, reader).status == 404)
            #expect(await world.read(Self.vault, reader).found?.outcome.kind == .hit)
            try world.origin.act { github, _ in try github.setGrants([.read(NodeWorld.vault)], ofToken: "reader") }
            await world.deliver("member", #""action":"added","member":{}"#, of: NodeWorld.vault, isPrivate: true)
            #expect(await world.read(Self.vault, reader).status == 200)
        }
    }

    @Test func whatBecomesPrivateIsGoneAndPeersAreTold() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            world.hearEverything()
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)"
            #expect(await world.read(path, .anonymous).status == 200)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver(try world.origin.act { try $0.setPrivate(true, NodeWorld.hello, at: $1) })
            world.origin.setDown(true)
            for caller in [.anonymous, NodeWorld.stranger] { #expect(await world.read(path, caller).status == 502) }
            #expect(world.store.entries(in: NodeWorld.hello).allSatisfy { $0.key.audience != .public })
            // A poll may have seen it, too.
            #expect(Set(world.neighbours.privatized) == [NodeWorld.hello])
            #expect(world.store.statistics.outboxItems == 0)
            // Again, and later: nothing more to tell or to forget.
            world.origin.setDown(false)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver(try world.origin.act { try $0.setPrivate(false, NodeWorld.hello, at: $1) })
            #expect(await world.read(path, .anonymous).status == 200)
        }
    }

    @Test func anAnswerThatSaysPrivateIsToldToPeersToo() async throws {
        let world = try NodeWorld()
        try await world.running {
            #expect(await world.read("/repos/\(NodeWorld.hello)").status == 200)
            world.clock.advance(milliseconds: 700_000)
            _ = try world.origin.act { try $0.setPrivate(true, NodeWorld.hello, at: $1) }
            #expect(await world.read("/repos/\(NodeWorld.hello)").status == 200)
            #expect(world.neighbours.privatized == [NodeWorld.hello])
        }
    }

    @Test func aNewNameIsLearntAndWhatIsRememberedMoves() async throws {
        let world = try NodeWorld()
        try await world.running {
            world.hearEverything()
            _ = try await world.startRun()
            #expect(await world.read(NodeWorld.runs()).status == 200)
            let waiting = try await world.node.queue(.repository(NodeWorld.hello), labels: [], includesPrivate: true)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver(try world.origin.act { try $0.rename(NodeWorld.hello, to: Self.renamed, at: $1) })
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            #expect(world.store.states(in: NodeWorld.hello, kind: .job).isEmpty)
            #expect(world.store.states(in: Self.renamed, kind: .job).count == waiting.queued)
            let asked = world.origin.questions.count
            world.clock.advance(milliseconds: 10)
            // Under either name, by one question and no redirect.
            #expect(await world.read(NodeWorld.runs()).text.contains("renamed-ci"))
            #expect(await world.read(NodeWorld.runs(Self.renamed)).found?.outcome.kind == .hit)
            #expect(world.origin.questions.dropFirst(asked) == [NodeWorld.runs(Self.renamed)])
        }
    }

    @Test func whatIsDeletedIsGoneWithItsQueue() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try await world.startRun()
            let before = try await world.node.queue(.owner("octo-tools"), labels: [], includesPrivate: false)
            #expect(before.queued > 0)
            #expect(await world.read(NodeWorld.runs()).status == 200)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver("repository", #""action":"deleted""#)
            let after = try await world.node.queue(.owner("octo-tools"), labels: [], includesPrivate: false)
            #expect(after.queued == 0)
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            world.origin.setDown(true)
            #expect(await world.read(NodeWorld.runs()).status == 502)
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
            try world.origin.act { try $0.rename(NodeWorld.hello, to: Self.renamed, at: $1) }
            let before = world.origin.questions.count
            let events = world.node.events()
            let truth = world.body(changes, of: Self.renamed, id: id)
            await world.deliver(NodeWorld.request("repository", Array(truth.utf8), id: "truth", secret: secret))
            await world.clock.pass(milliseconds: 500)
            for await event in events { if case .stored = event { break } }
            #expect(world.origin.questions.dropFirst(before) == ["/repos/\(NodeWorld.hello)"])
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            let own = Array(
                """
                {"action":"requested","workflow_run":{"id":7,"status":"queued","updated_at":"2026-08-01T10:00:00Z"},\
                "repository":{"id":\(id),"full_name":"\(Self.renamed)","private":false}}
                """.utf8
            )
            let answer = await world.deliver(NodeWorld.request("workflow_run", own, id: "own", secret: secret))
            #expect(answer == .accepted(DeliveryID("own")!))
            // The name is the hook's from then on, and the former one is whose it is next.
            await world.passing { world.store.hook(of: .repository(Self.renamed)) != nil }
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

    @Test func aMembersWordOnlyMakesThingsMorePrivate() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 200)
            let seen = world.clock.now
            world.clock.advance(milliseconds: 1_000)
            world.origin.setDown(true)
            // Of before this node was told that it is public: it is known better. The other one nobody here follows.
            try world.hearPrivate(NodeWorld.hello, asOf: seen.advanced(bySeconds: -5))
            try world.hearPrivate(NodeWorld.vault, asOf: world.clock.now)
            try await world.hearJob(9)
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 200)
            #expect(world.store.visibility(of: NodeWorld.vault) == nil)
            try world.hearPrivate(NodeWorld.hello, asOf: world.clock.now.advanced(bySeconds: 60))
            while world.store.visibility(of: NodeWorld.hello)?.isPrivate != true { await Task.yield() }
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 502)
            #expect(world.store.visibility(of: NodeWorld.hello)?.asOf == world.clock.now)
            #expect(world.neighbours.privatized.isEmpty, "a peer's word is not this node's to tell")
            // GitHub's own word stands against it.
            world.origin.setDown(false)
            world.clock.advance(milliseconds: 1_000)
            #expect(await world.read(NodeWorld.runs(), .anonymous).status == 200)
        }
    }

    @Test func whatWasAcknowledgedIsDoneAndToldAfterACrash() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("node-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let first = try NodeWorld(directory: directory)
        let body = first.body(#""action":"privatized""#, isPrivate: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await first.store.run() }
            let answer = await first.node.accept(NodeWorld.request("repository", Array(body.utf8), id: "d"))
            #expect(answer == .accepted(DeliveryID("d")!))
            group.cancelAll()
            try await group.waitForAll()
        }
        let second = try NodeWorld(directory: directory, after: first)
        try await second.running {
            _ = await second.read(NodeWorld.runs(NodeWorld.vault))
            #expect(second.store.pendingCount == 0)
            #expect(second.store.visibility(of: NodeWorld.hello)?.isPrivate == true)
            #expect(second.neighbours.privatized == [NodeWorld.hello])
        }
    }
}

extension NodeWorld {
    /// Has GitHub send every event there is.
    fileprivate func hearEverything() {
        origin.act { github, moment in
            _ = try? github.createHook(
                in: .owner("octo-tools"),
                url: "http://127.0.0.1:9/all",
                secret: NodeWorld.secret,
                events: ["*"],
                at: moment
            )
        }
    }

    fileprivate func id(of name: RepositoryName) -> Int64 {
        var id: Int64 = 0
        origin.act { github, _ in id = github.repository(name)?.id ?? 0 }
        return id
    }

    fileprivate func body(
        _ members: String,
        of name: RepositoryName = NodeWorld.hello,
        isPrivate: Bool = false,
        id: Int64? = nil
    ) -> String {
        let stamp = clock.now.rfc3339
        return """
            {\(members),"repository":{"id":\(id ?? self.id(of: name)),"full_name":"\(name)","private":\(isPrivate),\
            "updated_at":"\(stamp)","default_branch":"main"}}
            """
    }

    @discardableResult
    fileprivate func deliver(
        _ event: String,
        _ members: String,
        of name: RepositoryName = NodeWorld.hello,
        isPrivate: Bool = false
    ) async -> WebhookAnswer {
        let body = Array(body(members, of: name, isPrivate: isPrivate).utf8)
        return await deliver(NodeWorld.request(event, body, id: event))
    }

    fileprivate func secret(ofHookOf scope: Scope) async throws -> String {
        let hook = try await node.registerHook(of: scope, url: "https://ci.example/webhook")
        let id = try #require(hook.id)
        return String(decoding: try #require(hooks.secret(of: id)).bytes, as: UTF8.self)
    }

    /// Lets a member say that a repository is private.
    fileprivate func hearPrivate(_ name: RepositoryName, asOf: Timestamp) throws {
        peers.yield(PeerAnnouncement(author: try Self.member(), announcement: .privatized(name, asOf: asOf)))
    }

    /// Lets a member tell of a job, and returns when that and all before it was taken in.
    fileprivate func hearJob(_ id: Int64) async throws {
        let events = node.events()
        let job = SharedObject(
            repository: NodeWorld.hello,
            kind: .job,
            body: Body(Array(#"{"id":\#(id),"run_id":1,"status":"queued"}"#.utf8)),
            delivery: DeliveryID("job")!,
            deploymentUpdatedAt: nil,
            acceptedAt: clock.now
        )
        peers.yield(PeerAnnouncement(author: try Self.member(), announcement: .event(job)))
        for await event in events { if case .stored(_, .peer, _) = event { break } }
    }

    private static func member() throws -> PeerID {
        try PeerID("12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5")
    }
}

extension ToldNeighbours {
    fileprivate var privatized: [RepositoryName] {
        told.compactMap { if case .privatized(let name, _) = $0 { name } else { nil } }
    }
}

extension WebhookAnswer {
    fileprivate func isRefused(_ expected: Int) -> Bool {
        if case .refused(expected, _) = self { true } else { false }
    }
}
