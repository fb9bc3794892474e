import CacheCore
import CacheStore
import CacheWorld
import GitHubCore
import GitHubSimulatorCore
import Multiformats
import SharedData
import Testing

@testable import CacheNode

@Suite(.timeLimit(.minutes(1)))
struct NodeEventsTests {
    private static let payloads = SharedData.files(under: "github/payloads").filter { path in
        path.hasSuffix(".json") && (path.contains("/workflow_run/") || path.contains("/workflow_job/"))
    }

    @Test func whoComesAndGoesIsTold() async throws {
        let world = try NodeWorld()
        try await world.running {
            let events = world.node.events()
            let peer = try PeerID("12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5")
            for isConnected in [true, false] {
                world.changes.yield(NeighbourChange(peer: peer, isConnected: isConnected))
            }
            var told: [NodeEvent] = []
            for await event in events {
                told.append(event)
                if told.count == 2 { break }
            }
            let name = peer.description
            #expect(told == [.peer(name, isConnected: true), .peer(name, isConnected: false)])
        }
    }

    /// Every recorded delivery, signed again: of each run and job the newest object is served as its payload holds it.
    @Test(.enabled(if: SharedData.has("github/payloads"), "the shared payloads are not here"))
    func recordedDeliveriesAreServedByteByByte() async throws {
        #expect(Self.payloads.count == 25)
        let world = try NodeWorld()
        world.origin.setDown(true)
        try await world.running {
            var newest: [ObjectID: (version: ObjectVersion, bytes: [UInt8], isPrivate: Bool)] = [:]
            for (number, path) in Self.payloads.enumerated() {
                let name: EventName = path.contains("/workflow_run/") ? .workflowRun : .workflowJob
                let body = try SharedData.bytes(path)
                let answer = await world.deliver(NodeWorld.request(name.rawValue, body, id: "shared-\(number)"))
                guard case .accepted = answer else {
                    Issue.record("\(path): \(answer)")
                    continue
                }
                let delivery = try Delivery(event: name, body: body)
                let object = try #require(delivery.object)
                let repository = try #require(delivery.repository)
                let id = ObjectID(repository: repository, kind: object.kind, id: object.id)
                let version = ObjectVersion(object, deploymentUpdatedAt: delivery.deploymentUpdatedAt)
                if let held = newest[id], version.order(against: held.version) != .newer,
                    held.bytes != delivery.objectBytes
                {
                    // Samples that were edited by hand share an id and a stamp: either may stand.
                    if version.order(against: held.version) != .older { newest[id] = nil }
                    continue
                }
                newest[id] = (version, delivery.objectBytes, delivery.isPrivate)
            }
            #expect(newest.count >= 10)
            for (id, object) in newest {
                let path = id.endpoint.path
                world.prove(.node, id.repository)
                if object.isPrivate, world.node.isPublic(id.endpoint) {
                    // What was stored when its repository was private is nobody's before GitHub is asked again.
                    #expect(await world.read(path).status == 502)
                    continue
                }
                #expect(await world.read(path).found?.body.bytes == object.bytes, "\(path)")
                let other = await world.read(path, NodeWorld.stranger)
                #expect((other.found?.body.bytes == object.bytes) == !object.isPrivate, "\(path)")
            }
        }
    }

    @Test func aRunsLifeIsServedWithoutACall() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)"
            _ = await world.read(NodeWorld.runs(), .anonymous)
            let before = world.origin.questions.count
            var progress = SimulatedGitHub.Progress.blocked
            repeat {
                world.clock.advance(milliseconds: 1_000)
                await world.deliver(try world.origin.act { progress = try $0.advance(run: run, at: $1) })
                var expected: [UInt8] = []
                world.origin.act { expected = $0.respond(to: .get(path, token: "node"), at: $1).body }
                #expect(await world.read(path, .anonymous).found?.body.bytes == expected)
                let list = await world.read(NodeWorld.runs(), .anonymous).text
                #expect(list.contains(String(decoding: expected, as: UTF8.self)))
            } while progress != .runCompleted
            #expect(world.origin.questions.count == before)
            #expect(world.neighbours.told.contains { if case .event = $0 { true } else { false } })
        }
    }

    @Test func peersEventsReplaceAndNeverStepBack() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            var deliveries = try world.origin.act {
                _ = try $0.startRun(.init(NodeWorld.hello, jobs: ["build"]), at: $1)
            }
            let run = try #require(deliveries.first?.workflowEvent(asOf: world.clock.now)?.object.id)
            world.clock.advance(milliseconds: 5_000)
            deliveries += try world.origin.act { try $0.finish(run: run, at: $1) }
            world.origin.setDown(true)
            let path = "\(NodeWorld.runs())/\(run)"
            let runs = deliveries.filter { $0.event == "workflow_run" }
            let jobs = deliveries.filter { $0.event == "workflow_job" }
            for (number, run) in [runs[runs.count - 1], runs[0], runs[1], runs[runs.count - 1]].enumerated() {
                let events = world.node.events()
                world.peers.yield(try Self.announcement(run, at: world.clock.now, in: NodeWorld.hello))
                // The job's news behind it in the same stream shows that it was handled.
                world.peers.yield(try Self.announcement(jobs[min(number, 2)], at: world.clock.now, in: NodeWorld.hello))
                if number < 3 {
                    for await event in events {
                        if case .stored(let path, _, _) = event, path.contains("/actions/jobs/") { break }
                    }
                }
                #expect(await world.read(path, .anonymous).text.contains("\"completed\""))
            }
            let answer = await world.read(path, .anonymous)
            #expect(answer.found?.outcome.source == .peer)
            #expect(await world.node.statistics().peerHits >= 1)
        }
    }

    @Test func peersAreNotHeardAboutAPrivateRepository() async throws {
        let world = try NodeWorld(watch: [.repository(NodeWorld.hello)])
        try await world.running {
            let run = try await world.startRun(.init(NodeWorld.vault))
            world.prove(.node)
            let held = await world.read("\(NodeWorld.runs(NodeWorld.vault))/\(run)").found?.body
            world.clock.advance(milliseconds: 1_000)
            let secret = try world.origin.act { try $0.finish(run: run, at: $1) }
            let open = try world.origin.act { _ = try $0.startRun(.init(NodeWorld.hello), at: $1) }
            let events = world.node.events()
            for delivery in secret where delivery.event == "workflow_run" {
                world.peers.yield(try Self.announcement(delivery, at: world.clock.now, in: NodeWorld.vault))
            }
            world.peers.yield(try Self.announcement(open[0], at: world.clock.now, in: NodeWorld.hello))
            for await event in events { if case .stored(_, .peer, _) = event { break } }
            #expect(await world.read("\(NodeWorld.runs(NodeWorld.vault))/\(run)").found?.body == held)
            #expect(world.store.entries(in: NodeWorld.vault).allSatisfy { $0.key.audience != .public })
        }
    }

    @Test func whatBecomesPrivateIsForEveryoneNoMore() async throws {
        let world = try NodeWorld()
        try await world.running {
            let run = try await world.startRun()
            let path = "\(NodeWorld.runs())/\(run)"
            #expect(await world.read(path, .anonymous).status == 200)
            world.clock.advance(milliseconds: 2_000)
            await world.deliver(
                try world.origin.act {
                    try $0.setPrivate(true, NodeWorld.hello, at: $1)
                    try $0.finish(run: run, at: $1)
                }
            )
            #expect(await world.read(path, .anonymous).status == 404)
            #expect(await world.read(path).text.contains("\"completed\""))
            #expect(world.store.entries(in: NodeWorld.hello).allSatisfy { $0.key.audience != .public })
        }
    }

    static func announcement(
        _ delivery: SimulatedGitHub.OutgoingDelivery,
        at moment: Timestamp,
        in repository: RepositoryName
    ) throws -> PeerAnnouncement {
        let event = try #require(delivery.workflowEvent(asOf: moment))
        return PeerAnnouncement(
            author: try PeerID("12D3KooWGC6TvWhfapngX6wvJHMYvKpDMXPb3ZnCZ6dMoaMtimQ5"),
            announcement: .event(
                SharedObject(
                    repository: repository,
                    kind: event.object.kind,
                    body: event.body,
                    delivery: DeliveryID(delivery.guid)!,
                    deploymentUpdatedAt: event.version.deploymentUpdatedAt,
                    acceptedAt: moment
                )
            )
        )
    }
}
