import CacheCore
import CacheNode
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

/// Paths that mean the same read the same entry.
struct NodeNamesTests {
    private static let former = "/repos/octo-tools/hello-ci"
    private static let present = RepositoryName("octo-tools/renamed-ci")!

    private func path(_ text: String, in world: NodeWorld) -> String? {
        RequestTarget(text).flatMap { world.node.resource(of: $0) }?.path
    }

    @Test func aWorkflowsFileAndItsIDAreOneEntry() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try world.startQuietly()
            let file = try #require(try world.workflow(of: run))
            let runs = "\(Self.former)/actions/workflows"
            // The answer itself tells the id.
            #expect(await world.read("\(runs)/\(file.name)/runs", .anonymous).status == 200)
            for path in ["\(runs)/\(file.id)/runs", "\(runs)/\(file.name)/runs?page=1"] {
                #expect(await world.read(path, .anonymous).found?.outcome.kind == .hit)
            }
            #expect(world.origin.questions == ["\(runs)/\(file.name)/runs"])
        }
    }

    @Test func pageLinksByIDReadWhatNamesRead() async throws {
        let world = try NodeWorld()
        try await world.running {
            for _ in 0..<3 { _ = try world.startQuietly() }
            let first = await world.read("\(NodeWorld.runs())?per_page=2", .anonymous)
            let link = try #require(first.found?.headers.link.flatMap { LinkHeader($0) }?.target(relation: "next"))
            let target = String(link.dropFirst("https://api.github.com".count))
            #expect(target.hasPrefix("/repositories/"))
            #expect(path(target, in: world) == "\(NodeWorld.runs())?page=2&per_page=2")
            let owner = try world.origin.account("octo-tools")
            #expect(path("/organizations/\(owner)/repos", in: world) == "/orgs/octo-tools/repos")
            #expect(path("/repositories/999/actions/runs", in: world) == nil)
        }
    }

    @Test func aDeliveryTellsNames() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let file = try #require(try world.workflow(of: run))
            let workflow = "\(Self.former)/actions/workflows"
            #expect(path("\(workflow)/\(file.name)", in: world) == "\(workflow)/\(file.id)")
            let owner = try world.origin.account("octo-tools")
            #expect(path("/organizations/\(owner)/actions/runners", in: world) == "/orgs/octo-tools/actions/runners")
            #expect(world.origin.questions.isEmpty)
        }
    }

    @Test func aFormerNameReadsThePresentOnesEntries() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.startQuietly()
            try world.origin.act { try $0.rename(NodeWorld.hello, to: Self.present, at: $1) }
            #expect(await world.read(NodeWorld.runs(), .anonymous).text.contains("octo-tools/renamed-ci"))
            for path in [NodeWorld.runs(), NodeWorld.runs(Self.present)] {
                #expect(await world.read(path, .anonymous).found?.outcome.kind == .hit)
            }
            #expect(world.origin.questions == [NodeWorld.runs()])
            #expect(world.store.entries(in: NodeWorld.hello).isEmpty)
            // GitHub is asked under the present name, at one call, until the former one is worth another look.
            world.clock.advance(milliseconds: 600_000)
            _ = await world.read(NodeWorld.runs(), .anonymous)
            #expect(world.origin.questions.last == NodeWorld.runs(Self.present))
            world.clock.advance(milliseconds: 300_000)
            _ = await world.read(NodeWorld.runs(), .anonymous)
            #expect(world.origin.questions.last == NodeWorld.runs())
            #expect(path(NodeWorld.runs(), in: world) == NodeWorld.runs(Self.present))
        }
    }

    @Test func anEventOfAnotherRepositoryUnderAFormerNameFreesIt() async throws {
        let world = try NodeWorld()
        try await world.running {
            _ = try world.startQuietly()
            try world.origin.act { try $0.rename(NodeWorld.hello, to: Self.present, at: $1) }
            _ = await world.read(NodeWorld.runs(), .anonymous)
            #expect(path(NodeWorld.runs(), in: world) == NodeWorld.runs(Self.present))
            world.clock.advance(milliseconds: 2_000)
            try world.origin.act { _ = try $0.createRepository(NodeWorld.hello, at: $1) }
            let run = try await world.startRun()
            #expect(path(NodeWorld.runs(), in: world) == NodeWorld.runs())
            let list = await world.read(NodeWorld.runs(), .anonymous).text
            #expect(list.contains("\"id\":\(run),") && !list.contains("renamed-ci"))
        }
    }

    @Test func aHooksSecretGivesNobodysLinksAway() async throws {
        let world = try NodeWorld(secrets: [])
        try await world.running {
            let hook = try await world.node.registerHook(of: .repository(NodeWorld.hello), url: "https://ci.example/w")
            let hookID = try #require(hook.id)
            let secret = try #require(world.hooks.secret(of: hookID))
            for name in [NodeWorld.hello, NodeWorld.vault] {
                #expect(await world.read("/repos/\(name)").status == 200)
            }
            let ids = world.origin.look { github in
                [NodeWorld.hello, NodeWorld.vault].compactMap { github.repository($0)?.id }
            }
            try #require(ids.count == 2)
            world.clock.advance(milliseconds: 700_000)
            // The vault's id, and one of nobody known; by a run, and by news.
            let members = [
                ("workflow_run", #""workflow_run":{"id":7,"status":"queued","updated_at":"2026-08-01T10:00:00Z"}"#),
                ("repository", #""changes":{}"#),
            ]
            for (number, id) in [ids[1], 999].enumerated() {
                for (event, member) in members {
                    let repository = #""repository":{"id":\#(id),"full_name":"\#(NodeWorld.hello)","private":false}"#
                    let body = Array(#"{"action":"requested",\#(member),\#(repository)}"#.utf8)
                    let name = "\(event)-\(number)"
                    let request = NodeWorld.request(event, body, id: name, signedWith: secret)
                    #expect(await world.deliver(request) == .accepted(try #require(DeliveryID(name))))
                }
            }
            #expect(path("/repositories/\(ids[0])/actions/runs", in: world) == NodeWorld.runs())
            #expect(path("/repositories/\(ids[1])/actions/runs", in: world) == NodeWorld.runs(NodeWorld.vault))
            #expect(path("/repositories/999/actions/runs", in: world) == nil)
        }
    }

    @Test func peersNameNothing() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            let name = NodeWorld.hello.canonical
            let repository = #"{"id":999,"full_name":"\#(name)","owner":{"id":998,"login":"octo-tools"}}"#
            let list = #"{"total_count":1,"workflow_runs":[{"id":1,"repository":\#(repository)}]}"#
            let body = Body(Array(list.utf8))
            let entry = Entry(
                key: ResourceKey(Representation(Resource(.runs(NodeWorld.hello))), audience: .public),
                cid: body.cid,
                size: body.bytes.count,
                validatedAt: world.clock.now,
                freshUntil: world.clock.now.advanced(bySeconds: 60),
                source: .peer
            )
            let events = world.node.events()
            world.peers.yield(
                PeerAnnouncement(
                    author: try PeerID("12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5"),
                    announcement: .entry(SharedEntry(entry: entry, body: body))
                )
            )
            for await event in events { if case .stored(_, .peer, _) = event { break } }
            #expect(path("/repositories/999/actions/runs", in: world) == nil)
            #expect(path("/organizations/998/repos", in: world) == nil)
        }
    }
}

extension NodeWorld {
    /// Starts a run of which no delivery tells.
    fileprivate func startQuietly() throws -> Int64 {
        var run: Int64 = 0
        _ = try origin.act { run = try $0.startRun(.init(NodeWorld.hello), at: $1) }
        return run
    }

    fileprivate func workflow(of run: Int64) throws -> (id: Int64, name: String)? {
        var found: (id: Int64, name: String)?
        origin.act { github, moment in
            let answer = github.respond(to: .get("/repos/octo-tools/hello-ci/actions/runs/\(run)"), at: moment)
            guard let object = try? JSONObject(answer.body), let read = WorkflowRun(object),
                let id = read.workflowID, let file = read.workflowFile
            else { return }
            found = (id, file)
        }
        return found
    }
}

extension SimulatedOrigin {
    fileprivate func account(_ login: String) throws -> Int64 {
        var id: Int64 = 0
        act { github, moment in id = github.createAccount(login, isOrganization: true, at: moment).id }
        return id
    }
}
