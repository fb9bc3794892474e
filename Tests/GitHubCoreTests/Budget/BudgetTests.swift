import Testing

@testable import GitHubCore

@Suite struct BudgetTests {
    private let now = Timestamp(seconds: 1_800_000_000)

    private func quota(_ remaining: Int, limit: Int = 5_000, reset: Int64 = 1_800_003_000) -> RateLimit {
        RateLimit(limit: limit, remaining: remaining, used: limit - remaining, reset: reset)
    }

    private func call(
        _ priority: Budget.Priority = .read,
        account: String = "one",
        quota: QuotaKind = .core,
        points: Int = 1
    ) -> Budget.Call {
        Budget.Call(account: account, priority: priority, quota: quota, points: points)
    }

    private func budget(knowing quota: RateLimit, _ configuration: Budget.Configuration = .init()) -> Budget {
        var budget = Budget(configuration)
        budget.enter(call(), at: now)
        budget.settle(call(), .answered(quota, nil), at: now, jitter: 0)
        return budget
    }

    @Test(arguments: Budget.Priority.allCases)
    func anUnknownQuotaLetsCallsOut(priority: Budget.Priority) {
        var budget = Budget()
        #expect(budget.admit(call(priority), at: now) == .go)
        #expect(budget.quota(of: "one", at: now) == nil)
    }

    @Test(arguments: [(1_001, Budget.Admission.go), (1_000, .refuse(until: .init(seconds: 1_800_003_000), .reserved))])
    func backgroundWorkStopsAtTheReserve(remaining: Int, expected: Budget.Admission) {
        for priority in [Budget.Priority.prewarm, .poll] {
            var budget = budget(knowing: quota(remaining))
            #expect(budget.admit(call(priority), at: now) == expected)
        }
        var budget = budget(knowing: quota(remaining))
        #expect(budget.admit(call(.read), at: now) == .go)
    }

    @Test func theSmallestQuotaKeepsAReserveToo() {
        var budget = budget(knowing: quota(1, limit: 3))
        #expect(budget.admit(call(.poll), at: now) == .refuse(until: Timestamp(seconds: 1_800_003_000), .reserved))
    }

    @Test func aSpentQuotaRefusesUntilItsResetAndIsFullAfterIt() {
        var budget = budget(knowing: quota(0))
        let reset = Timestamp(seconds: 1_800_003_000)
        #expect(budget.admit(call(), at: now) == .refuse(until: reset, .spent))
        #expect(budget.admit(call(account: "other"), at: now) == .go)
        #expect(budget.admit(call(), at: reset) == .go)
        let full = budget.quota(of: "one", at: reset)
        #expect(full?.remaining == 5_000)
        #expect(full?.used == 0)
        #expect(full?.reset == reset.seconds + 3_600)
    }

    @Test func whatIsUnderWayHoldsTheLastOfTheQuotaBack() {
        var budget = budget(knowing: quota(1))
        #expect(budget.admit(call(), at: now) == .go)
        #expect(budget.admit(call(), at: now) == .wait(until: now.advanced(byMilliseconds: 25)))
        budget.settle(call(), .answered(quota(1), nil), at: now, jitter: 0)
        #expect(budget.admit(call(), at: now) == .go, "a free answer leaves the quota as it was")
        budget.settle(call(), .answered(quota(0), nil), at: now, jitter: 0)
        #expect(budget.admit(call(), at: now) == .refuse(until: Timestamp(seconds: 1_800_003_000), .spent))
    }

    @Test func aCallWithoutAnAnswerCounts() {
        var budget = budget(knowing: quota(10))
        _ = budget.admit(call(), at: now)
        budget.settle(call(), .unanswered, at: now, jitter: 0)
        #expect(budget.quota(of: "one", at: now)?.remaining == 9)
        _ = budget.admit(call(), at: now)
        budget.settle(call(), .unsent, at: now, jitter: 0)
        #expect(budget.quota(of: "one", at: now)?.remaining == 9)
    }

    @Test func answersThatOvertakeEachOtherNeverRaiseTheQuota() {
        var budget = budget(knowing: quota(10))
        budget.settle(call(), .answered(quota(12, reset: 1_800_002_999), nil), at: now, jitter: 0)
        #expect(budget.quota(of: "one", at: now)?.remaining == 10)
        budget.settle(call(), .answered(quota(4_990, reset: 1_799_999_000), nil), at: now, jitter: 0)
        #expect(budget.quota(of: "one", at: now)?.remaining == 10, "an answer of the window before")
        budget.settle(call(), .answered(quota(4_999, reset: 1_800_006_600), nil), at: now, jitter: 0)
        #expect(budget.quota(of: "one", at: now)?.remaining == 4_999, "a new window")
    }

    @Test func otherKindsOfQuotaDoNotStopCalls() {
        var budget = Budget()
        let search = RateLimit(limit: 30, remaining: 0, used: 30, reset: 1_800_003_000, resource: "search")
        budget.settle(call(), .answered(search, nil), at: now, jitter: 0)
        #expect(budget.admit(call(), at: now) == .go)
        budget.settle(call(), .answered(search, .primary(until: search.reset)), at: now, jitter: 0)
        #expect(budget.admit(call(), at: now) == .go)
        #expect(budget.quota(of: "one", .graphql, at: now) == nil)
    }

    @Test func placesAreKeptForReads() {
        var budget = Budget(Budget.Configuration(concurrentCalls: 10, prewarmPercent: 60, pollPercent: 40))
        let soon = Budget.Admission.wait(until: now.advanced(byMilliseconds: 25))
        for _ in 0..<4 { #expect(budget.admit(call(.poll), at: now) == .go) }
        #expect(budget.admit(call(.poll), at: now) == soon)
        for _ in 0..<2 { #expect(budget.admit(call(.prewarm), at: now) == .go) }
        #expect(budget.admit(call(.prewarm), at: now) == soon)
        for _ in 0..<4 { #expect(budget.admit(call(.read, account: "two"), at: now) == .go) }
        #expect(budget.admit(call(.read), at: now) == soon)
        budget.settle(call(.poll), .unanswered, at: now, jitter: 0)
        #expect(budget.admit(call(.poll), at: now) == soon)
        #expect(budget.admit(call(.read), at: now) == .go)
    }

    @Test func pointsPaceEachCredential() {
        var budget = Budget(Budget.Configuration(pointsPerMinute: 10, prewarmPercent: 50, pollPercent: 50))
        #expect(budget.admit(call(points: 5), at: now) == .go)
        let later = now.advanced(bySeconds: 20)
        #expect(budget.admit(call(.prewarm), at: later) == .wait(until: now.advanced(bySeconds: 60)))
        #expect(budget.admit(call(points: 5), at: later) == .go)
        #expect(budget.admit(call(), at: later) == .wait(until: now.advanced(bySeconds: 60)))
        #expect(budget.admit(call(points: 6), at: later) == .wait(until: later.advanced(bySeconds: 60)))
        #expect(budget.admit(call(account: "other", points: 10), at: later) == .go)
        #expect(budget.admit(call(), at: now.advanced(bySeconds: 60)) == .go)
    }

    @Test func whoCameFirstGoesFirst() {
        var budget = Budget(Budget.Configuration(concurrentCalls: 2))
        budget.enter(call(), at: now)
        budget.enter(call(), at: now)
        let tickets = (0..<4).map { _ in budget.ticket(for: call())! }
        for ticket in tickets { #expect(budget.goes(ticket, at: now) == false) }
        budget.settle(call(), .unanswered, at: now, jitter: 0)
        // Whoever asks again, in whatever order, the first in line has the place.
        for ticket in tickets.dropFirst().reversed() { #expect(budget.goes(ticket, at: now) == false) }
        #expect(budget.goes(tickets[0], at: now) == true)
        budget.settle(call(), .unanswered, at: now, jitter: 0)
        budget.settle(call(), .unanswered, at: now, jitter: 0)
        // Two places: the next two, whichever of them asks first.
        #expect(budget.goes(tickets[3], at: now) == false)
        #expect(budget.goes(tickets[2], at: now) == true)
        #expect(budget.goes(tickets[1], at: now) == true)
        #expect(budget.waitingCount == 1)
        budget.leave(tickets[3])
        #expect(budget.waitingCount == 0)
    }

    @Test func oneCredentialDoesNotWaitForAllThatAnotherWants() {
        var budget = Budget(Budget.Configuration(concurrentCalls: 1))
        budget.enter(call(), at: now)
        let many = (0..<100).map { _ in budget.ticket(for: call(account: "many"))! }
        let few = budget.ticket(for: call(account: "few"))!
        for ticket in many + [few] { #expect(budget.goes(ticket, at: now) == false) }
        budget.settle(call(), .unanswered, at: now, jitter: 0)
        #expect(budget.goes(few, at: now) == false)
        #expect(budget.goes(many[0], at: now) == true)
        budget.settle(call(account: "many"), .unanswered, at: now, jitter: 0)
        #expect(budget.goes(many[1], at: now) == false)
        budget.settle(call(account: "many"), .unanswered, at: now, jitter: 0)
        #expect(budget.goes(many[1], at: now) == false, "it is the other's turn")
        #expect(budget.goes(few, at: now) == true)
    }

    @Test func nobodyWaitsForWhoWaitsForItsOwnQuota() {
        var budget = Budget(Budget.Configuration(concurrentCalls: 1, pointsPerMinute: 1))
        #expect(budget.admit(call(account: "paced"), at: now) == .go)
        budget.settle(call(account: "paced"), .unanswered, at: now, jitter: 0)
        let paced = budget.ticket(for: call(account: "paced"))!
        #expect(budget.admit(paced, at: now) == .wait(until: now.advanced(bySeconds: 60)))
        let other = budget.ticket(for: call(account: "other"))!
        #expect(budget.goes(other, at: now) == true)
    }

    @Test func aReadGoesBeforeAPrewarmThatCameFirst() {
        var budget = Budget(Budget.Configuration(concurrentCalls: 2, prewarmPercent: 100))
        budget.enter(call(), at: now)
        budget.enter(call(), at: now)
        let prewarm = budget.ticket(for: call(.prewarm))!
        let read = budget.ticket(for: call(.read))!
        for ticket in [prewarm, read] { #expect(budget.goes(ticket, at: now) == false) }
        budget.settle(call(), .unanswered, at: now, jitter: 0)
        #expect(budget.goes(prewarm, at: now) == false)
        #expect(budget.goes(read, at: now) == true)
    }

    @Test func theLineIsBounded() {
        var budget = Budget()
        for _ in 0..<Budget.Limits.waiting { _ = budget.ticket(for: call()) }
        let further = budget.ticket(for: call())
        #expect(further == nil)
    }

    @Test func aSecondaryLimitIsWaitedOut() {
        var budget = Budget()
        _ = budget.admit(call(), at: now)
        budget.settle(call(), .answered(quota(4_000), .secondary(until: now.seconds + 30)), at: now, jitter: 0)
        let until = now.advanced(bySeconds: 30)
        for priority in Budget.Priority.allCases {
            #expect(budget.admit(call(priority), at: now) == .refuse(until: until, .limited))
        }
        #expect(budget.pause(of: "one", at: now) == until)
        #expect(budget.pause(of: "one", at: until) == nil)
        #expect(budget.admit(call(account: "other"), at: now) == .go)
        #expect(budget.admit(call(), at: until) == .go)
    }

    @Test func secondaryLimitsThatNameNoMomentDoubleTheWait() {
        var budget = Budget()
        var moment = now
        for wait in [60, 120, 240, 480, 960, 1_920, 3_600, 3_600] {
            #expect(budget.admit(call(), at: moment) == .go)
            // Two that were out together are one limit.
            budget.enter(call(), at: moment)
            budget.settle(call(), .answered(nil, .secondary(until: nil)), at: moment, jitter: 0)
            budget.settle(call(), .answered(nil, .secondary(until: nil)), at: moment, jitter: 0)
            let until = moment.advanced(bySeconds: wait)
            #expect(budget.admit(call(), at: moment) == .refuse(until: until, .limited))
            moment = until
        }
        #expect(budget.admit(call(), at: moment) == .go)
        budget.settle(call(), .answered(nil, nil), at: moment, jitter: 0)
        #expect(budget.admit(call(), at: moment) == .go)
        budget.settle(call(), .answered(nil, .secondary(until: nil)), at: moment, jitter: 1)
        let spread = moment.advanced(byMilliseconds: 66_000)
        #expect(budget.admit(call(), at: moment) == .refuse(until: spread, .limited))
    }

    @Test func queriesHaveAQuotaOfTheirOwn() {
        var budget = budget(knowing: quota(0))
        let spent = RateLimit(limit: 5_000, remaining: 0, used: 5_000, reset: 1_800_003_000, resource: "graphql")
        let reset = Timestamp(seconds: 1_800_003_000)
        #expect(budget.admit(call(quota: .graphql), at: now) == .go)
        budget.settle(call(quota: .graphql), .answered(spent, .primary(until: spent.reset)), at: now, jitter: 0)
        #expect(budget.admit(call(quota: .graphql), at: now) == .refuse(until: reset, .spent))
        #expect(budget.pause(of: "one", .graphql, at: now) == reset)
        #expect(budget.quota(of: "one", .graphql, at: now) == spent)
        #expect(budget.admit(call(account: "two", quota: .graphql), at: now) == .go)
        #expect(budget.admit(call(quota: .graphql), at: reset) == .go)
    }

    @Test func aSpentQueryQuotaStopsNoOtherCalls() {
        var budget = budget(knowing: quota(4_000))
        budget.enter(call(quota: .graphql), at: now)
        // GitHub was seen to refuse while the header still showed points.
        let told = RateLimit(limit: 5_000, remaining: 12, used: 4_988, reset: 1_800_003_000, resource: "graphql")
        budget.settle(call(quota: .graphql), .answered(told, .primary(until: now.seconds)), at: now, jitter: 0)
        #expect(budget.admit(call(quota: .graphql), at: now) == .refuse(until: now.advanced(bySeconds: 10), .spent))
        #expect(budget.admit(call(), at: now) == .go)
        #expect(budget.quota(of: "one", at: now)?.remaining == 4_000)
        budget.enter(call(quota: .graphql), at: now)
        budget.settle(call(quota: .graphql), .unanswered, at: now, jitter: 0)
        #expect(budget.quota(of: "one", at: now)?.remaining == 4_000)
    }

    @Test func queriesAreADifferentPace() {
        var budget = Budget(Budget.Configuration(pointsPerMinute: 2, queryPointsPerMinute: 3))
        for _ in 0..<2 { #expect(budget.admit(call(), at: now) == .go) }
        let later = now.advanced(bySeconds: 60)
        #expect(budget.admit(call(), at: now) == .wait(until: later))
        for _ in 0..<3 { #expect(budget.admit(call(quota: .graphql), at: now) == .go) }
        #expect(budget.admit(call(quota: .graphql), at: now) == .wait(until: later))
        budget.settle(call(quota: .graphql), .unsent, at: now, jitter: 0)
        #expect(budget.admit(call(quota: .graphql), at: now) == .go)
        #expect(budget.admit(call(), at: now) == .wait(until: later))
    }

    @Test func aPrimaryLimitIsWaitedOutEvenWithoutHeaders() {
        var budget = Budget()
        budget.settle(call(), .answered(nil, .primary(until: now.seconds + 90)), at: now, jitter: 1)
        #expect(budget.admit(call(), at: now) == .refuse(until: now.advanced(bySeconds: 90), .limited))
    }

    @Test func clocksThatDisagreeEndInAShortPause() {
        var budget = Budget()
        let past = quota(0, reset: now.seconds - 100)
        budget.settle(call(), .answered(past, .primary(until: now.seconds)), at: now, jitter: 0)
        #expect(budget.admit(call(), at: now) == .refuse(until: now.advanced(bySeconds: 10), .spent))
        #expect(budget.pause(of: "one", at: now) == now.advanced(bySeconds: 10))
        #expect(budget.admit(call(), at: now.advanced(bySeconds: 10)) == .go)
    }

    @Test func aResetBeyondAnyWindowIsNotBelieved() {
        var budget = budget(knowing: quota(0, reset: .max))
        #expect(budget.admit(call(), at: now) == .refuse(until: now.advanced(bySeconds: 7_200), .spent))
    }

    @Test func aCallLostAfterItsWindowHidesNoNewWindow() {
        var budget = budget(knowing: quota(5))
        let later = Timestamp(seconds: 1_800_003_100)
        budget.enter(call(), at: later)
        budget.settle(call(), .unanswered, at: later, jitter: 0)
        budget.settle(call(), .answered(quota(4_000, reset: 1_800_006_000), nil), at: later, jitter: 0)
        #expect(budget.quota(of: "one", at: later)?.remaining == 4_000)
    }

    @Test func credentialsAreForgottenBeyondTheLimit() {
        var budget = budget(knowing: quota(7))
        for number in 0..<Budget.Limits.accounts {
            let other = call(account: "a\(number)")
            let moment = now.advanced(bySeconds: 61 + number)
            budget.enter(other, at: moment)
            budget.settle(other, .answered(quota(7), nil), at: moment, jitter: 0)
        }
        #expect(budget.quota(of: "one", at: now) == nil)
        #expect(budget.quota(of: "a0", at: now) != nil)
    }
}

extension Budget {
    /// Asks for a call that stands in no line: it has a place only for the moment.
    fileprivate mutating func admit(_ call: Call, at now: Timestamp) -> Admission? {
        guard let ticket = ticket(for: call) else { return nil }
        defer { leave(ticket) }
        return admit(ticket, at: now)
    }

    /// Whether a call that stands in line goes out now.
    fileprivate mutating func goes(_ ticket: Ticket, at now: Timestamp) -> Bool { admit(ticket, at: now) == .go }
}
