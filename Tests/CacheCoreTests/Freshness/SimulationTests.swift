import Foundation
import Simulation
import Testing

/// Random histories drive the machine against a simulated GitHub as the truth, in virtual time (invariants 1 and 2).
///
/// Each seed is a story of its own. `HOOKCACHE_SEEDS=10000 Tests/run --filter SimulationTests` plays so many,
/// `HOOKCACHE_SEED=17 Tests/run --filter SimulationTests` plays one again and prints what happened in it.
struct SimulationTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let one = environment["HOOKCACHE_SEED"].flatMap { UInt64($0) }
    private static let count = environment["HOOKCACHE_SEEDS"].flatMap { UInt64($0) } ?? 20
    private static let parts: UInt64 = 4

    @Test(arguments: 0..<parts) func noReaderSeesAStepBackAndAfterQuietEveryAnswerIsGitHubs(part: UInt64) throws {
        let seeds =
            Self.one.map { part == 0 ? [$0] : [] }
            ?? Array(stride(from: part + 1, through: Self.count, by: Int(Self.parts)))
        var failures = 0
        for seed in seeds where failures < 5 {
            var world = try World(seed: seed, isTold: Self.one != nil)
            do {
                try world.play()
            } catch {
                failures += 1
                Issue.record("HOOKCACHE_SEED=\(seed): \(error)")
            }
            for line in world.diary { print(line) }
        }
    }
}
