import CacheCore
import GitHubCore
import Testing

@Suite struct CallTallyTests {
    @Test func theLastHourCounts() {
        let start = Timestamp(seconds: 1_785_578_400)
        var tally = CallTally()
        #expect(tally.lastHour(at: start) == 0)
        tally.add(3, at: start)
        tally.add(4, at: start.advanced(bySeconds: 1800))
        #expect(tally.lastHour(at: start.advanced(bySeconds: 3599)) == 7)
        #expect(tally.lastHour(at: start.advanced(bySeconds: 3600)) == 4)
        tally.add(1, at: start.advanced(bySeconds: 3600))
        #expect(tally.lastHour(at: start.advanced(bySeconds: 3600)) == 5)
        #expect(tally.lastHour(at: start.advanced(bySeconds: 9000)) == 0)
    }
}
