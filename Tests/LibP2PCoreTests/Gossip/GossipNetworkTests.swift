import GossipWorld
import LibP2PCore
import Testing

/// Thirty routers in virtual time.
@Suite struct GossipNetworkTests {
    private let count = 30

    private func world(
        seed: UInt64,
        _ change: (inout GossipWorld.Settings) -> Void = { _ in }
    ) throws -> GossipWorld {
        var settings = GossipWorld.Settings()
        settings.seed = seed
        change(&settings)
        return try GossipWorld(settings, count: self.count, dialling: 6, following: "t")
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyMessageReachesEveryRouter(seed: UInt64) throws {
        var world = try self.world(seed: seed) { $0.checksSignatures = true }
        world.run(milliseconds: 3000)
        let ids = try (0..<self.count).map { try world.publish($0, Array("from \($0)".utf8), to: "t") }
        world.run(milliseconds: 2000)
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
        #expect(world.partings.isEmpty)
    }

    @Test func withoutFloodingTheMeshAloneReachesEveryRouter() throws {
        var world = try self.world(seed: 4) { $0.parameters.floodsOwnMessages = false }
        world.run(milliseconds: 3000)
        let ids = try (0..<self.count).map { try world.publish($0, [1], to: "t") }
        world.run(milliseconds: 5000)
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func whatIsLostIsHealedByGossip(seed: UInt64) throws {
        var world = try self.world(seed: seed) { $0.parameters.floodsOwnMessages = false }
        world.run(milliseconds: 5000)
        world.loss = 0.2
        var ids: [MessageID] = []
        for round in 0..<10 {
            ids.append(try world.publish(round * 3, [1], to: "t"))
            world.run(milliseconds: 1000)
        }
        world.run(milliseconds: 10_000)
        #expect(ids.allSatisfy { world.missing($0).isEmpty })
        #expect(world.partings.isEmpty)
    }

    @Test func meshesSettleWithinTheirBounds() throws {
        var world = try self.world(seed: 5)
        world.run(milliseconds: 20_500)
        for node in world.nodes {
            let router = try #require(node.router)
            let mesh = router.mesh(of: "t")
            #expect(mesh.count <= router.parameters.degreeHigh)
            #expect(mesh.count >= min(router.parameters.degreeLow, node.links.count))
            for peer in mesh {
                let other = world.index(of: peer).flatMap { world.nodes[$0].router }
                #expect(other?.mesh(of: "t").contains(router.identity) == true)
            }
        }
    }

    @Test func routersComeAndGo() throws {
        var world = try self.world(seed: 6)
        world.run(milliseconds: 3000)
        for index in stride(from: 0, to: self.count, by: 3) {
            for other in world.nodes[index].links { world.disconnect(index, other) }
        }
        world.run(milliseconds: 3000)
        for index in stride(from: 0, to: self.count, by: 3) {
            world.connect(index, (index + 1) % self.count)
            world.connect(index, (index + 2) % self.count)
        }
        world.run(milliseconds: 3000)
        let id = try world.publish(0, Array("back again".utf8), to: "t")
        world.run(milliseconds: 5000)
        #expect(world.missing(id).isEmpty)
    }

    @Test func whoDoesNotFollowHearsNothing() throws {
        var world = try self.world(seed: 7)
        world.unsubscribe(3, "t")
        world.run(milliseconds: 3000)
        let id = try world.publish(0, Array("for followers".utf8), to: "t")
        world.run(milliseconds: 5000)
        #expect(world.courses[id]?.arrivals[3] == nil)
        #expect(world.courses[id]?.arrivals.count == self.count - 2)
    }

    @Test func aSeedDecidesTheWholeCourse() throws {
        func course() throws -> GossipWorld.Course? {
            var world = try self.world(seed: 8)
            world.loss = 0.2
            world.run(milliseconds: 2000)
            let id = try world.publish(0, Array("again".utf8), to: "t")
            world.run(milliseconds: 1000)
            return world.courses[id]
        }
        #expect(try course() == course())
    }
}
