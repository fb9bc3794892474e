import Replay
import Testing

/// What polls cost at GitHub through a node with a live webhook, in virtual time; `Tests/Benchmarks/PollReplay` prints more.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct PollReplayTests {
    @Test(arguments: [1, 12])
    func watchingARunForTenMinutesCostsOneCallForAHundredRequestsAtMost(from second: Int) async throws {
        let tally = try await ReplayWorld.with(.throughNode, repositories: ["app"]) {
            try await $0.watchRun(from: second)
        }
        #expect(tally.requests > 500)
        #expect(tally.counted * 100 <= tally.requests, "\(tally)")
    }

    @Test func askedDirectlyEachChangedAnswerCounts() async throws {
        let tally = try await ReplayWorld.with(.direct, repositories: ["app"]) {
            try await $0.watchRun(from: 12, hasETags: true)
        }
        // Two jobs that show a step every three seconds.
        #expect(tally.counted > 190)
        #expect(tally.counted + tally.free == tally.requests)
    }

    @Test func anHourOfKEDAsPollsOfTwentyRepositoriesCostsOneCallForAHundredRequestsAtMost() async throws {
        let names = (1...20).map { "app-\($0)" }
        let life = Life.busy(names, runs: 2, seconds: 3_600, seed: 7)
        let tally = try await ReplayWorld.with(.throughNode, repositories: names) {
            try await $0.pollQueue(of: life, seconds: 3_600)
        }
        #expect(tally.requests > 120 * 41)
        #expect(tally.counted * 100 <= tally.requests, "\(tally)")
    }
}
