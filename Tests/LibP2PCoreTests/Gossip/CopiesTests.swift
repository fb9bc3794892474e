import GossipWorld
import LibP2PCore
import Testing

/// What a message costs: how often each node gets it.
@Suite struct CopiesTests {
    private func world(_ count: Int, dialling links: Int, seed: UInt64) throws -> GossipWorld {
        var settings = GossipWorld.Settings()
        settings.seed = seed
        var world = try GossipWorld(settings, count: count, dialling: links, following: "t")
        world.run(milliseconds: 20_000)
        return world
    }

    private func publishing(
        _ messages: Int,
        of size: Int,
        in world: inout GossipWorld
    ) throws -> (copies: Double, missing: Int, slowest: Int) {
        var ids: [MessageID] = []
        for _ in 0..<messages {
            let author = Int.random(in: world.nodes.indices, using: &world.random)
            ids.append(try world.publish(author, Array(repeating: 7, count: size), to: "t"))
            world.run(milliseconds: 300)
        }
        world.run(milliseconds: 5000)
        let courses = ids.compactMap { world.courses[$0] }
        let copies = courses.map(\.copies).reduce(0, +)
        let slowest = courses.flatMap { course in course.arrivals.values.map { $0 - course.start } }.max()
        return (
            Double(copies) / Double(messages * (world.living.count - 1)),
            ids.map { world.missing($0).count }.reduce(0, +),
            slowest ?? 0
        )
    }

    @Test(arguments: [500, 2000, 20_000, 200_000])
    func amongAHundredNodesEachGetsAMessageAtMostFourTimes(size: Int) throws {
        for links in [4, 12] {
            var world = try self.world(100, dialling: links, seed: UInt64(size + links))
            let (copies, missing, slowest) = try self.publishing(20, of: size, in: &world)
            #expect(copies <= 4)
            #expect(missing == 0)
            // Links take up to 44 ms, and nodes one to judge.
            #expect(slowest <= 250)
            #expect(world.partings.isEmpty)
        }
    }
}
