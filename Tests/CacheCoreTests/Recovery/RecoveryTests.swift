import CacheCore
import GitHubCore
import Testing

@Suite struct RecoveryTests {
    private static let now = Timestamp(seconds: 1_785_578_400)

    private func entry(
        _ id: Int64,
        _ guid: String? = nil,
        secondsAgo: Int,
        isOK: Bool = false,
        event: String = "workflow_job",
        isRedelivery: Bool = false
    ) throws -> LoggedDelivery {
        LoggedDelivery(
            id: id,
            guid: try #require(DeliveryID(guid ?? "g\(id)")),
            deliveredAt: Self.now.advanced(bySeconds: -secondsAgo),
            isRedelivery: isRedelivery,
            status: isOK ? "OK" : "failed to connect to host",
            statusCode: isOK ? 202 : 502,
            event: event
        )
    }

    private func recovery(
        settledSecondsAgo: Int = 3600,
        takesReceived: Bool = false,
        pages: Int = 200
    ) -> Recovery {
        var limits = Recovery.Limits()
        limits.pages = pages
        return Recovery(
            settledThrough: Self.now.advanced(bySeconds: -settledSecondsAgo),
            now: Self.now,
            takesReceived: takesReceived,
            limits: limits
        )
    }

    @Test func whatNobodyReceivedAndIsUsedIsWantedInTheOrderItWasSent() throws {
        var recovery = recovery()
        let page = [
            try entry(6, secondsAgo: 10), try entry(5, secondsAgo: 20, isOK: true),
            try entry(4, secondsAgo: 30, event: "star"), try entry(3, secondsAgo: 40, event: "ping"),
            try entry(2, secondsAgo: 50), try entry(1, secondsAgo: 60),
        ]
        #expect(recovery.candidates(in: page).map(\.text) == ["g6", "g2", "g1"])
        let goesOn = recovery.take(page, isLast: true, known: [try #require(DeliveryID("g2"))])
        #expect(!goesOn)
        #expect(recovery.plan.wanted.map(\.id) == [1, 6])
        #expect(recovery.plan.settledThrough == Self.now)
        #expect(!recovery.plan.hasGap)
        #expect(recovery.listed == 6)
    }

    @Test func anEventIsWantedOnceWhateverItsAttempts() throws {
        var recovery = recovery()
        let page = [
            try entry(9, "a", secondsAgo: 5, isRedelivery: true), try entry(8, "b", secondsAgo: 6, isRedelivery: true),
            try entry(7, "c", secondsAgo: 7),
        ]
        let goesOn = recovery.take(page, isLast: false, known: [])
        #expect(goesOn)
        let older = [
            try entry(3, "a", secondsAgo: 50), try entry(2, "b", secondsAgo: 60, isOK: true),
            try entry(1, "c", secondsAgo: 70),
        ]
        #expect(recovery.candidates(in: older).isEmpty)
        let goesOnPast = recovery.take(older, isLast: true, known: [])
        #expect(!goesOnPast)
        let wanted = recovery.plan.wanted
        #expect(wanted.map(\.guid.text) == ["c", "a"])
        #expect(wanted.map(\.id) == [7, 9])
        #expect(wanted.map(\.isRedelivered) == [false, true])
        #expect(wanted.map(\.sentAt) == [70, 50].map { Self.now.advanced(bySeconds: -$0) })
    }

    @Test func itReadsBackToWhatIsSettledAndALittleFurther() throws {
        var recovery = recovery(settledSecondsAgo: 100)
        let goesOn = recovery.take([try entry(4, secondsAgo: 90)], isLast: false, known: [])
        #expect(goesOn)
        let older = [try entry(3, secondsAgo: 159), try entry(2, secondsAgo: 161), try entry(1, secondsAgo: 162)]
        let isOver = !recovery.take(older, isLast: false, known: [])
        #expect(isOver)
        #expect(recovery.plan.wanted.map(\.id) == [3, 4])
        #expect(recovery.listed == 2)
    }

    @Test func afterSomeOfItTheRestIsStillToBeSettled() throws {
        var recovery = recovery()
        _ = recovery.take(
            [try entry(3, secondsAgo: 10), try entry(2, secondsAgo: 20), try entry(1, secondsAgo: 30)],
            isLast: true,
            known: []
        )
        let plan = recovery.plan
        #expect(plan.settledThrough(after: 0) == Self.now.advanced(bySeconds: -30))
        #expect(plan.settledThrough(after: 2) == Self.now.advanced(bySeconds: -10))
        #expect(plan.settledThrough(after: 3) == Self.now)
    }

    @Test func whatTheLogNoLongerTellsIsAGap() throws {
        var late = recovery(settledSecondsAgo: 3 * 86_400 + 1)
        let lateGoesOn = late.take([], isLast: true, known: [])
        #expect(!lateGoesOn)
        #expect(late.plan.hasGap)
        var inTime = recovery(settledSecondsAgo: 3 * 86_400)
        let inTimeGoesOn = inTime.take([], isLast: true, known: [])
        #expect(!inTimeGoesOn)
        #expect(!inTime.plan.hasGap)
        var long = recovery(pages: 2)
        let goesOn = long.take([try entry(2, secondsAgo: 1)], isLast: false, known: [])
        #expect(goesOn)
        let goesOnPast = long.take([try entry(1, secondsAgo: 2)], isLast: false, known: [])
        #expect(!goesOnPast)
        #expect(long.plan.hasGap)
        #expect(long.plan.wanted.count == 2)
    }

    @Test func whereTheLogIsTheSourceWhatWasReceivedIsWantedToo() throws {
        var recovery = recovery(takesReceived: true)
        let page = [try entry(2, secondsAgo: 1, isOK: true), try entry(1, secondsAgo: 2, event: "ping")]
        #expect(recovery.candidates(in: page).map(\.text) == ["g2"])
        _ = recovery.take(page, isLast: true, known: [])
        #expect(recovery.plan.wanted.map(\.id) == [2])
        #expect(recovery.plan.pings.map(\.text) == ["g1"])
    }
}
