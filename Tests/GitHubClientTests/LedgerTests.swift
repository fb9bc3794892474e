import CacheCore
import GitHubCore
import Testing

@testable import GitHubClient

@Suite struct LedgerTests {
    /// A clock on which waiting moves the wall clock on.
    private struct LeapingClock: Clock {
        let wall: ManualNow
        let minimumResolution = Duration.zero
        var now: ContinuousClock.Instant { ContinuousClock.now }

        func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
            wall.advance(bySeconds: 1)
        }
    }

    private func ledger(_ budget: Budget.Configuration, _ timeouts: GitHubOrigin.Timeouts = .init()) -> (
        Ledger, ManualNow
    ) {
        let wall = ManualNow()
        let configuration = GitHubOrigin.Configuration(version: "0", timeouts: timeouts, budget: budget)
        let ledger = Ledger(
            configuration,
            logger: LogRecord().logger,
            clock: LeapingClock(wall: wall),
            now: { wall.value },
            random: { 0 }
        )
        return (ledger, wall)
    }

    @Test func aCallWaitsForItsTurn() async {
        let (ledger, wall) = ledger(.init(pointsPerMinute: 2, prewarmPercent: 100, pollPercent: 100))
        let start = wall.value
        let call = Budget.Call(account: "a", priority: .poll)
        for _ in 0..<3 { #expect(await ledger.admit(call) == nil) }
        #expect(wall.value == start.advanced(bySeconds: 60))
    }

    @Test func nobodyWaitsBeyondPatience() async {
        let (ledger, wall) = ledger(.init(pointsPerMinute: 1))
        let start = wall.value
        let call = Budget.Call(account: "a", priority: .read)
        #expect(await ledger.admit(call) == nil)
        #expect(await ledger.admit(call) == .limited(until: start.advanced(bySeconds: 60)))
        #expect(wall.value == start, "what cannot come in time is told at once")
    }

    @Test func aPlaceThatNeverComesFreeEndsTheWait() async {
        let (ledger, wall) = ledger(.init(concurrentCalls: 1))
        let start = wall.value
        let call = Budget.Call(account: "a", priority: .read)
        #expect(await ledger.admit(call) == nil)
        guard case .limited? = await ledger.admit(call) else {
            Issue.record("two at once")
            return
        }
        #expect(wall.value == start.advanced(bySeconds: 5))
        ledger.settle(call, .unsent)
        #expect(await ledger.admit(call) == nil)
    }

    @Test func aClientsOwnCallWaitsItsTurnAndThenGoesOut() async {
        let (ledger, wall) = ledger(.init(concurrentCalls: 1))
        let start = wall.value
        let call = Budget.Call(account: "a", priority: .read)
        #expect(await ledger.admit(call) == nil)
        #expect(await ledger.admitForwarded(call) == nil)
        #expect(wall.value == start.advanced(bySeconds: 5), "it had waited for as long as it may")
    }

    @Test func aClientsOwnCallIsKeptBackOnlyIfGitHubAskedForAPause() async {
        let (ledger, wall) = ledger(.init())
        let call = Budget.Call(account: "a", priority: .read)
        let reset = wall.value.seconds + 1_000
        let spent = RateLimit(limit: 5_000, remaining: 0, used: 5_000, reset: reset)
        #expect(await ledger.admitForwarded(call) == nil)
        ledger.settle(call, .answered(spent, .primary(until: reset)))
        #expect(await ledger.admit(call) == .limited(until: Timestamp(seconds: reset)))
        #expect(await ledger.admitForwarded(call) == nil, "GitHub says itself that the quota is spent")
        ledger.settle(call, .answered(spent, .secondary(until: wall.value.seconds + 30)))
        let until = wall.value.advanced(bySeconds: 30)
        #expect(await ledger.admitForwarded(call) == .limited(until: until))
        #expect(await ledger.admitForwarded(Budget.Call(account: "b", priority: .read)) == nil)
    }

    @Test func afterFailuresInARowOneAsksNowAndThen() async {
        let (ledger, wall) = ledger(.init())
        let call = Budget.Call(account: "a", priority: .read)
        for _ in 0..<5 {
            #expect(await ledger.admit(call) == nil)
            ledger.note(isThere: false)
            ledger.settle(call, .unsent)
        }
        guard case .unreachable? = await ledger.admit(call) else {
            Issue.record("GitHub is asked on")
            return
        }
        wall.advance(bySeconds: 1)
        #expect(await ledger.admit(call) == nil)
        #expect(await ledger.admit(call) != nil, "one alone tries")
        ledger.note(isThere: true)
        for _ in 0..<3 { #expect(await ledger.admit(call) == nil) }
    }

    @Test func aCancelledTaskStopsWaiting() async {
        let budget = Budget.Configuration(concurrentCalls: 1)
        let ledger = Ledger(
            GitHubOrigin.Configuration(version: "0", budget: budget),
            logger: LogRecord().logger,
            clock: ContinuousClock(),
            now: { Timestamp(seconds: 1_800_000_000) },
            random: { 0 }
        )
        let call = Budget.Call(account: "a", priority: .read)
        #expect(await ledger.admit(call) == nil)
        let failure = await withTaskGroup(of: OriginFailure?.self) { group in
            group.addTask { await ledger.admit(call) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(failure == .unreachable("cancelled"))
    }
}
