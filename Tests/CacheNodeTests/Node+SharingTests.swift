import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import Testing

@testable import CacheNode

/// Private repositories among peers that share all.
@Suite(.timeLimit(.minutes(1)))
struct NodeSharingTests {
    private static let list = NodeWorld.runs(NodeWorld.vault)

    /// What a peer tells of the first state of a new private run.
    private func beginning(_ world: NodeWorld, isPrivate: Bool = true) throws -> (run: Int64, PeerAnnouncement) {
        var run: Int64 = 0
        let sent = try world.origin.act { run = try $0.startRun(.init(NodeWorld.vault), at: $1) }
        let first = try #require(sent.first { $0.event == "workflow_run" })
        let told = try NodeEventsTests.announcement(first, at: world.clock.now, in: NodeWorld.vault)
        guard case .event(let object) = told.announcement else { throw CancellationError() }
        let shared = SharedObject(
            repository: object.repository,
            kind: object.kind,
            body: object.body,
            delivery: object.delivery,
            deploymentUpdatedAt: nil,
            acceptedAt: object.acceptedAt,
            isPrivate: isPrivate
        )
        return (run, PeerAnnouncement(author: told.author, announcement: .event(shared)))
    }

    @Test(arguments: [true, false])
    func aPeersNewsServesThoseWhoProvedAccess(isToldSo: Bool) async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.vault)], sharesPrivate: true)
        try await world.running {
            // What GitHub lists tells whose it is.
            _ = try world.origin.act { try $0.startRun(.init(NodeWorld.vault), at: $1) }
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            #expect(await world.read(Self.list, reader).status == 200)
            let (run, news) = try self.beginning(world, isPrivate: isToldSo)
            let events = world.node.events()
            world.peers.yield(news)
            for await event in events { if case .stored(_, .peer, _) = event { break } }
            // Though a peer calls it public, what GitHub said of its repository stands.
            #expect(world.store.entries(in: NodeWorld.vault).allSatisfy { $0.key.audience != .public })
            world.origin.setDown(true)
            let path = "\(Self.list)/\(run)"
            let answer = await world.read(path, reader)
            #expect(answer.found?.outcome.kind == .hit)
            #expect(answer.found?.outcome.source == .peer)
            for caller in [Caller.anonymous, NodeWorld.stranger] {
                #expect(await world.read(path, caller).status == 502)
            }
        }
    }

    @Test func ownNewsOfAPrivateRepositoryIsToldWhereAllIsShared() async throws {
        for sharesPrivate in [false, true] {
            let world = try NodeWorld(sharesPrivate: sharesPrivate)
            try await world.running {
                _ = try await world.startRun(.init(NodeWorld.vault))
                let told = world.neighbours.told.compactMap { announcement -> SharedObject? in
                    if case .event(let object) = announcement { object } else { nil }
                }
                #expect(told.isEmpty != sharesPrivate)
                #expect(!told.contains { !$0.isPrivate })
                _ = await world.read(Self.list)
                let entries = world.neighbours.told.compactMap { announcement -> Audience? in
                    if case .entry(let shared) = announcement { shared.entry.key.audience } else { nil }
                }
                #expect(entries.isEmpty != sharesPrivate)
                #expect(!entries.contains(.public))
            }
        }
    }

    @Test func aPeersCopyServesNobodyWhoDidNotProveAccess() async throws {
        let world = try NodeWorld(sharesPrivate: true)
        try await world.running {
            // Nothing is known here of the repository, and a peer has what is for those who may.
            let representation = Representation(try #require(Resource(Self.list)))
            let body = Body(Array(#"{"total_count":0,"workflow_runs":[]}"#.utf8))
            let audience = AudienceRule.audience(of: .runs(NodeWorld.vault), isPublic: false, to: .anonymous)
            let entry = Entry(
                key: ResourceKey(representation, audience: audience),
                cid: body.cid,
                size: body.bytes.count,
                validatedAt: world.clock.now,
                freshUntil: world.clock.now.advanced(bySeconds: 60),
                source: .peer
            )
            world.neighbours.lend(SharedEntry(entry: entry, body: body))
            #expect(await world.read(Self.list, NodeWorld.stranger).status == 404)
            #expect(await world.read(Self.list, .anonymous).status == 404)
            let reader = world.caller("reader", [.read(NodeWorld.vault)])
            world.prove(reader)
            let answer = await world.read(Self.list, reader)
            #expect(answer.text.contains("total_count"))
        }
    }
}
