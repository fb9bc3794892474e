import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// Events, answers and members' words that change who may read.
@Suite(.timeLimit(.minutes(1)))
struct NodeNewsOfAccessTests {
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
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 200)
            #expect(await world.read(NodeWorld.vaultRuns, reader).found?.outcome.kind == .hit)
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "reader") }
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(event, members, of: NodeWorld.vault, isPrivate: true)
            world.origin.setDown(true)
            // Not even while GitHub cannot be asked.
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 502)
            world.origin.setDown(false)
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 404)
            #expect(await world.read(NodeWorld.vaultRuns).status == 200)
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
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 200)
            #expect(await world.read("/user/repos", reader).text.contains("vault-ci"))
            try world.origin.act { github, _ in try github.setGrants([], ofToken: "reader") }
            world.clock.advance(milliseconds: 1_000)
            await world.deliver(NodeWorld.request(event, Array("{\(members)}".utf8), id: event))
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 404)
            #expect(await !world.read("/user/repos", reader).text.contains("vault-ci"))
        }
    }

    @Test func whoCouldNotSeeItIsAskedForAgain() async throws {
        let world = try NodeWorld()
        try await world.running {
            let reader = world.caller("reader", [])
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 404)
            #expect(await world.read(NodeWorld.vaultRuns, reader).found?.outcome.kind == .hit)
            try world.origin.act { github, _ in try github.setGrants([.read(NodeWorld.vault)], ofToken: "reader") }
            await world.deliver("member", #""action":"added","member":{}"#, of: NodeWorld.vault, isPrivate: true)
            #expect(await world.read(NodeWorld.vaultRuns, reader).status == 200)
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
}

extension NodeWorld {
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
