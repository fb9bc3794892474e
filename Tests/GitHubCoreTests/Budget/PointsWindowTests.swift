import Testing

@testable import GitHubCore

@Suite struct PointsWindowTests {
    @Test func pointsLeaveAfterAMinute() {
        var window = PointsWindow()
        window.add(3, at: Timestamp(seconds: 100))
        window.add(2, at: Timestamp(seconds: 130))
        #expect(window.earliest(for: 1, atMost: 6, at: Timestamp(seconds: 140)) == nil)
        #expect(window.earliest(for: 2, atMost: 6, at: Timestamp(seconds: 140)) == Timestamp(seconds: 160))
        #expect(window.earliest(for: 5, atMost: 6, at: Timestamp(seconds: 140)) == Timestamp(seconds: 190))
        #expect(window.earliest(for: 4, atMost: 6, at: Timestamp(seconds: 160)) == nil)
        #expect(window.earliest(for: 6, atMost: 6, at: Timestamp(seconds: 100_000)) == nil)
    }

    @Test func aClockSetBackLosesNothing() {
        var window = PointsWindow()
        window.add(5, at: Timestamp(seconds: 100))
        window.add(5, at: Timestamp(seconds: 50))
        #expect(window.earliest(for: 1, atMost: 10, at: Timestamp(seconds: 50)) == Timestamp(seconds: 160))
    }

    @Test func whatWasNotSentIsTakenBack() {
        var window = PointsWindow()
        window.add(5, at: Timestamp(seconds: 100))
        window.remove(5, at: Timestamp(seconds: 101))
        #expect(window.earliest(for: 10, atMost: 10, at: Timestamp(seconds: 101)) == nil)
    }
}
