import LibP2PCore
import Testing

/// Thirty routers in virtual time.
@Suite struct GossipNetworkTests {
    private let count = 30

    private func network(seed: UInt64, parameters: GossipRouter.Parameters = .init()) throws -> GossipNetwork {
        var network = try GossipNetwork(count: self.count, linksEach: 6, seed: seed, parameters: parameters)
        for index in 0..<self.count { try network.subscribe(index, "t") }
        return network
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func everyMessageReachesEveryRouterOnce(seed: UInt64) throws {
        var network = try self.network(seed: seed)
        network.run(seconds: 3)
        let ids = try (0..<self.count).map { try network.publish($0, "from \($0)", "t") }
        network.run(seconds: 2)
        for index in 0..<self.count {
            #expect(ids.allSatisfy { network.delivered[index][$0] == 1 })
        }
        #expect(network.disconnections == 0)
    }

    @Test func withoutFloodingTheMeshAloneReachesEveryRouter() throws {
        var parameters = GossipRouter.Parameters()
        parameters.floodsOwnMessages = false
        var network = try self.network(seed: 4, parameters: parameters)
        network.run(seconds: 3)
        let ids = try (0..<self.count).map { try network.publish($0, "from \($0)", "t") }
        network.run(seconds: 5)
        #expect((0..<self.count).allSatisfy { index in ids.allSatisfy { network.delivered[index][$0] == 1 } })
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func whatIsLostIsHealedByGossip(seed: UInt64) throws {
        var parameters = GossipRouter.Parameters()
        parameters.floodsOwnMessages = false
        var network = try self.network(seed: seed, parameters: parameters)
        network.run(seconds: 5)
        network.loss = 0.2
        var ids: [MessageID] = []
        for round in 0..<10 {
            ids.append(try network.publish(round * 3, "round \(round)", "t"))
            network.run(seconds: 1)
        }
        network.run(seconds: 10)
        let missing = (0..<self.count).flatMap { index in ids.filter { network.delivered[index][$0] != 1 } }
        #expect(missing.isEmpty)
        #expect(network.disconnections == 0)
    }

    @Test func meshesSettleWithinTheirBounds() throws {
        var network = try self.network(seed: 5)
        network.run(seconds: 20)
        for (index, router) in network.routers.enumerated() {
            let mesh = router.mesh(of: "t")
            #expect(mesh.count <= router.parameters.degreeHigh)
            #expect(mesh.count >= min(router.parameters.degreeLow, network.links[index].count))
            for peer in mesh {
                let other = network.routers.first { $0.identity == peer }
                #expect(other?.mesh(of: "t").contains(router.identity) == true)
            }
        }
    }

    @Test func routersComeAndGo() throws {
        var network = try self.network(seed: 6)
        network.run(seconds: 3)
        for index in stride(from: 0, to: self.count, by: 3) {
            for other in network.links[index] { network.disconnect(index, other) }
        }
        network.run(seconds: 3)
        for index in stride(from: 0, to: self.count, by: 3) {
            network.connect(index, (index + 1) % self.count)
            network.connect(index, (index + 2) % self.count)
        }
        network.run(seconds: 3)
        let id = try network.publish(0, "back again", "t")
        network.run(seconds: 5)
        #expect((0..<self.count).allSatisfy { network.delivered[$0][id] == 1 })
    }

    @Test func whoDoesNotFollowHearsNothing() throws {
        var network = try self.network(seed: 7)
        network.unsubscribe(3, "t")
        network.run(seconds: 3)
        let id = try network.publish(0, "for followers", "t")
        network.run(seconds: 5)
        #expect(network.delivered[3][id] == nil)
        #expect((0..<self.count).count { network.delivered[$0][id] == 1 } == self.count - 1)
    }

    @Test func aSeedDecidesTheWholeCourse() throws {
        func course() throws -> [[MessageID: Int]] {
            var network = try self.network(seed: 8)
            network.loss = 0.2
            network.run(seconds: 2)
            _ = try network.publish(0, "again", "t")
            network.run(seconds: 1)
            return network.delivered
        }
        #expect(try course() == course())
    }
}
