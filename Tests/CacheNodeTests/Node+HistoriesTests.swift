import CacheCore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Simulation
import Testing

@testable import CacheNode

/// The actor itself goes through random histories: its store is the real one, and restarts come in between.
///
/// The many seeds are the machine's (`SimulationTests`).
@Suite(.timeLimit(.minutes(2)))
struct NodeHistoriesTests {
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func noReaderOfTheActorSeesAStepBackAndAfterQuietEveryAnswerIsGitHubs(seed: UInt64) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "hookcache-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var world = try NodeWorld(directory: directory)
        var history = ActorHistory(seed: seed, world)
        for _ in 0..<3 {
            history = try await world.running {
                var history = history
                for _ in 0..<6 { await history.goOn(world) }
                return history
            }
            world = try NodeWorld(directory: directory, after: world)
        }
        let lies = try await world.running { await history.lies(world) }
        #expect(lies == [], "seed \(seed)")
        #expect(history.complaints == [], "seed \(seed)")
    }
}

/// A history as the actor's readers live through it.
private struct ActorHistory: Sendable {
    private var truth: Truth
    private var plot: Plot
    private var readers = Readers()
    private var chance: Chance
    private var late: [SimulatedGitHub.OutgoingDelivery] = []
    private(set) var complaints: [String] = []

    init(seed: UInt64, _ world: NodeWorld) {
        chance = Chance(seed: seed)
        truth = Truth(world.origin.look { $0 })
        plot = Plot(Chance(seed: chance.next()), runs: 2)
    }

    /// Something happens, some of it is told, late, twice and in any order, and readers look.
    mutating func goOn(_ world: NodeWorld) async {
        world.clock.advance(milliseconds: chance.pick([3, 400, 1_500, 61_000]))
        world.origin.act { github, now in
            truth.github = github
            late += plot.goOn(&truth, at: now).sent
            github = truth.github
        }
        world.origin.setDown(chance.happens(20))
        chance.shuffle(&late)
        let told = late.prefix(chance.below(late.count + 1))
        late.removeFirst(told.count)
        for delivery in told { await deliver(delivery, to: world) }
        if let again = told.first, chance.happens(30) { await deliver(again, to: world) }
        for _ in 0..<4 { await look(chance.pick(truth.paths), world) }
    }

    private mutating func deliver(_ delivery: SimulatedGitHub.OutgoingDelivery, to world: NodeWorld) async {
        await world.deliver([delivery])
        readers.acknowledge(Letter(delivery), by: truth)
    }

    private mutating func look(_ path: String, _ world: NodeWorld) async {
        guard let found = await world.read(path).found, found.status == 200, let resource = Resource(path) else {
            return
        }
        for sight in Sight.all(in: found.body.bytes, of: resource) { readers.see(sight, in: path, by: truth) }
        if let complaint = readers.complaint, complaints.isEmpty { complaints.append(complaint) }
    }

    /// Everything is told and a day passes; what is not GitHub's answer then.
    mutating func lies(_ world: NodeWorld) async -> [String] {
        world.origin.setDown(false)
        for delivery in late { await deliver(delivery, to: world) }
        world.clock.advance(milliseconds: 86_400_000)
        var lies: [String] = []
        for path in truth.paths {
            // The first asks GitHub, the second is served what is stored.
            for _ in 0..<2 {
                await look(path, world)
                let (served, right) = (await world.read(path), world.origin.call("GET", path))
                if served.status != right?.status || served.status == 200 && served.found?.body.bytes != right?.body {
                    lies.append("\(path): \(served.status), \(right?.status ?? 0)")
                }
            }
        }
        return lies
    }
}
