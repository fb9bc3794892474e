import CacheCore
import CacheWorld
import Foundation
import GitHubCore
import GitHubSimulatorCore
import Testing

/// The order of deliveries does not matter, and no reader sees time run backwards (invariants 1 and 2).
///
/// Each case is one seed; `HOOKCACHE_SEED=17 swift test --filter OrderPropertyTests` plays one again, and
/// `HOOKCACHE_SEEDS=300` plays so many.
struct OrderPropertyTests {
    static let seeds: [UInt64] = {
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["HOOKCACHE_SEED"], let seed = UInt64(text) { return [seed] }
        return Array(1...(environment["HOOKCACHE_SEEDS"].flatMap { UInt64($0) } ?? 24))
    }()

    @Test(arguments: seeds) func lateAndDoubledDeliveriesNeverTakeAReaderBack(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        let lag = chance.pick([0, 0, 2_000, 20_000] as [Int64])
        var history = try History(seed: seed, listLag: lag, earlierRuns: chance.below(3))
        try history.live(&chance, steps: 3 + chance.below(6))
        if chance.below(2) == 0 { try history.live(&chance, steps: 2 + chance.below(4)) }
        var playback = Playback(history, chance: chance)
        playback.planAll(lateness: chance.pick([1, 400, 3_000, 90_000]), readers: 40)
        try playback.run()
        #expect(playback.stepBack == nil, "seed \(seed)")
        #expect(playback.lies(of: 0) == [], "seed \(seed)")
        #expect(playback.lies(of: 1) == [], "seed \(seed)")
        #expect(playback.unsettled(of: 0) == [], "seed \(seed)")
    }

    @Test(arguments: Array(seeds.prefix(1))) func everyOrderOfAFewEventsEndsInTheSameState(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        var history = try History(seed: seed)
        try history.live(&chance, steps: 3)
        let count = min(history.deliveries.count, 4)
        let orders = Self.permutations(of: Array(0..<count))
        for order in chance.below(2) == 0 ? orders : orders.map({ $0 + [$0[0], $0[count - 1]] }) {
            try expectSameEnd(history, order: order + Array(count..<history.deliveries.count), seed: seed)
        }
    }

    @Test(arguments: Array(seeds.prefix(max(1, seeds.count / 4)))) func everyOrderOfManyEventsEndsInTheSameState(
        seed: UInt64
    ) throws {
        var chance = Chance(seed: seed)
        var history = try History(seed: seed)
        try history.live(&chance, steps: 8)
        try history.live(&chance, steps: 4)
        for _ in 0..<1 {
            var order =
                Array(history.deliveries.indices) + history.deliveries.indices.filter { _ in chance.below(3) == 0 }
            chance.shuffle(&order)
            try expectSameEnd(history, order: order, seed: seed)
        }
    }

    private func expectSameEnd(_ history: History, order: [Int], seed: UInt64) throws {
        var playback = Playback(history, chance: Chance(seed: seed))
        playback.plan(order: order)
        try playback.run()
        #expect(playback.stepBack == nil, "seed \(seed), order \(order)")
        #expect(playback.unsettled(of: 0) == [], "seed \(seed), order \(order)")
        #expect(playback.lies(of: 0) == [], "seed \(seed), order \(order)")
    }

    /// Every order of some values.
    static func permutations(of values: [Int]) -> [[Int]] {
        guard let first = values.first else { return [[]] }
        return permutations(of: Array(values.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in
                var order = rest
                order.insert(first, at: place)
                return order
            }
        }
    }
}
