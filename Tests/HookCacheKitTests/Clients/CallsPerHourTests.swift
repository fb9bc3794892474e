import Replay
import Testing

/// What an hour of runners' checks costs at GitHub from a cold start, and how old what they are told is, in virtual time;
/// `Tests/Benchmarks/CallsPerHour` prints more.
@Suite(.serialized, .timeLimit(.minutes(5)))
struct CallsPerHourTests {
    /// All of the hour of 5 runners, and of that of 50, who ask ten times as much, its first third.
    @Test(arguments: [(5, RunnerFleet.wholeHour, 19), (50, RunnerFleet.wholeHour / 3, 8)])
    func runnersWithLiveWebhooksCostLessThan20CallsAnHourAndAreToldWithinASecond(
        _ count: Int,
        _ seconds: Int,
        _ most: Int
    ) async throws {
        let hour = try await RunnerFleet(count).hour(.node, seconds: seconds)
        #expect(hour.tally.requests == count * 3 * seconds / RunnerFleet.interval)
        #expect(hour.tally.counted <= most, "\(hour.tally)")
        #expect(hour.staleness.count(of: FleetHour.announced) > count * RunnerFleet.runs * seconds / 1_200)
        let delay = try #require(hour.staleness.percentile(99, of: FleetHour.announced))
        #expect(delay < 1_000, "\(hour.staleness.delays)")
        // Of runners that come and go no event tells: they are seen within their lifetime.
        let silent = try #require(hour.staleness.percentile(100, of: FleetHour.silent))
        #expect(silent <= 330_000)
    }

    @Test func plainPollingCostsACallForEachCheck() async throws {
        let hour = try await RunnerFleet(5).hour(.direct)
        #expect(hour.tally.counted == 450)
        #expect(try #require(hour.staleness.percentile(50, of: FleetHour.announced)) > 30_000)
    }

    @Test func aCacheThatOnlyForgetsCostsMoreAndTellsLater() async throws {
        let hour = try await RunnerFleet(5).hour(.lifetimes)
        #expect(hour.tally.requests == 450)
        #expect(hour.tally.counted > 100)
        #expect(hour.tally.free == 0)
        #expect(try #require(hour.staleness.percentile(99, of: FleetHour.announced)) > 60_000)
    }
}
