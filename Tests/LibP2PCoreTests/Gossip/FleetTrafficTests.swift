import FleetModel
import Testing

/// A node's traffic grows with what it follows, not with the fleet.
@Suite struct FleetTrafficTests {
    private static func cost(nodes: Int) throws -> FleetModel.Result {
        var model = FleetModel(nodes: nodes)
        model.repositories = 8
        model.follows = [1, 4]
        model.pause = 4
        model.settling = 20
        model.measured = 20
        let result = try model.run()
        #expect(result.events == 40)
        #expect(result.missed == 0)
        return result
    }

    @Test func fourTimesTheFleetCostsANodeNoMore() throws {
        let small = try Self.cost(nodes: 60)
        let large = try Self.cost(nodes: 240)
        for follows in [1, 4] {
            let before = try #require(small.costs[follows])
            let after = try #require(large.costs[follows])
            #expect(after.received < before.received * 1.3, "received by who follows \(follows)")
            #expect(after.sent < before.sent * 1.3, "sent by who follows \(follows)")
        }
    }

    @Test func fourTimesTheRepositoriesCostFourTimesAsMuch() throws {
        let result = try Self.cost(nodes: 120)
        let one = try #require(result.costs[1])
        let four = try #require(result.costs[4])
        #expect((2.5...5.5).contains(four.received / one.received))
        #expect(four.messages > one.messages * 2)
    }
}
