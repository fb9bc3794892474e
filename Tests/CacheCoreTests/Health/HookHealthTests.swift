import CacheCore
import GitHubCore
import Testing

struct HookHealthTests {
    private static let start = Timestamp(seconds: 1_785_578_400)

    private static func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    private static func log(_ facts: [(Int, HookLog.Fact)]) -> HookLog {
        var log = HookLog(of: .owner("o"), createdAt: at(-1000), startedAt: start, pause: 900_000)
        for (second, fact) in facts { log.take(fact, at: at(second)) }
        return log
    }

    private static let readLog = log([(1, .read(begunAt: at(1), isLossy: false))])
    private static let unreadLog = log([])
    private static let goneLog = log([(1, .gone)])

    private static func health(_ facts: [(Int, HookHealth.Fact)]) -> HookHealth {
        var health = HookHealth(startedAt: start)
        for (second, fact) in facts { health.take(fact, at: at(second)) }
        return health
    }

    private static func run(_ second: Int, isLogged: Bool = false) -> (Int, HookHealth.Fact) {
        (second, .delivered(.workflowRun, isLogged: isLogged))
    }

    private static func clean(_ second: Int) -> (Int, HookHealth.Fact) { (second, .clean(askedAt: at(second))) }

    /// Facts at their seconds and the hooks' logs, and what comes of them.
    struct Row: Sendable, CustomTestStringConvertible {
        let facts: [(Int, HookHealth.Fact)]
        let logs: [HookLog]
        let state: HookHealth.State
        let reason: HookHealth.Reason
        let since: Int

        init(
            _ facts: [(Int, HookHealth.Fact)],
            _ logs: [HookLog],
            _ state: HookHealth.State,
            _ reason: HookHealth.Reason,
            _ since: Int
        ) {
            self.facts = facts
            self.logs = logs
            self.state = state
            self.reason = reason
            self.since = since
        }

        var testDescription: String { "\(facts) with \(logs.count) logs" }
    }

    private static let table: [Row] = [
        // Nothing is known of it.
        Row([], [], .absent, .noHook, 0),
        // What comes by a hook of this node is told of by its log.
        Row([run(3, isLogged: true)], [], .absent, .noHook, 0),
        Row([], [unreadLog], .suspect, .logUnread, 0),
        Row([run(3, isLogged: true)], [unreadLog], .suspect, .logUnread, 0),
        Row([], [readLog], .live, .logRead, 1),
        Row([], [goneLog], .absent, .hookGone, 1),
        Row([], [goneLog, readLog], .live, .logRead, 1),
        Row([], [goneLog, unreadLog], .suspect, .logUnread, 0),
        // Without a log only GitHub's answers vouch.
        Row([run(3)], [], .suspect, .unproven, 3),
        Row([clean(2), run(3)], [], .suspect, .unproven, 3),
        Row([clean(2), run(3), clean(4)], [], .live, .audited, 4),
        Row([run(3), clean(4), clean(5)], [], .live, .audited, 4),
        Row([run(3)], [goneLog], .suspect, .unproven, 3),
        Row([run(3)], [readLog], .live, .logRead, 1),
        // Before a restart deliveries had come.
        Row([(1, .recalled([.workflowRun]))], [], .suspect, .unproven, 0),
        Row([(1, .recalled([.workflowRun])), clean(2)], [], .live, .audited, 2),
        // A change that no event announced is the first sign of trouble, whoever vouches.
        Row([run(3), clean(4), (5, .unannounced)], [], .suspect, .unannounced, 5),
        Row([(5, .unannounced)], [readLog], .suspect, .unannounced, 5),
        Row([(5, .unannounced), (6, .unannounced)], [readLog], .suspect, .unannounced, 5),
        // It was only late.
        Row([(5, .unannounced), (6, .caughtUp)], [readLog], .live, .logRead, 6),
        Row([run(3), clean(4), (5, .unannounced), (6, .caughtUp)], [], .live, .audited, 6),
        Row([run(3), clean(4), (6, .caughtUp)], [], .live, .audited, 4),
        // An answer that shows nothing new says little of a dead hook, and all once deliveries come again.
        Row([run(3), clean(4), (5, .unannounced), clean(6)], [], .suspect, .unannounced, 5),
        Row([run(3), clean(4), (5, .unannounced), run(6), clean(7)], [], .live, .audited, 7),
        Row([(5, .unannounced), run(6, isLogged: true), clean(7)], [readLog], .live, .logRead, 7),
        // The question was asked before.
        Row([run(3), clean(4), (5, .unannounced), run(6), (7, .clean(askedAt: at(5)))], [], .suspect, .unannounced, 5),
    ]

    @Test(arguments: table) func eachFactLeadsWhereItShould(row: Row) {
        let standing = Self.health(row.facts).standing(logs: row.logs, now: Self.at(9))
        #expect(standing.state == row.state && standing.reason == row.reason)
        #expect(standing.since == Self.at(row.since))
        #expect((standing.vouchedSince != nil) == (row.state == .live))
    }

    @Test func anAnswerVouchesForHalfAnHour() {
        let health = Self.health([Self.run(3), Self.clean(4)])
        #expect(health.standing(logs: [], now: Self.at(1804)).state == .live)
        let lapsed = health.standing(logs: [], now: Self.at(1805))
        #expect(lapsed.state == .suspect && lapsed.reason == .unaudited && lapsed.since == Self.at(1804))
        // From then on it begins anew: older answers are not vouched for.
        let again = Self.health([Self.run(3), Self.clean(4), Self.clean(1900)])
        #expect(again.standing(logs: [], now: Self.at(1901)).vouchedSince == Self.at(1900))
        let steady = Self.health([Self.run(3), Self.clean(4), Self.clean(1000), Self.clean(2000)])
        #expect(steady.standing(logs: [], now: Self.at(2001)).vouchedSince == Self.at(4))
    }

    @Test func aRefusalCountsUntilALaterAnswer() {
        var health = Self.health([Self.run(3), Self.clean(4)])
        let refused = health.standing(logs: [], doubtedAt: Self.at(5), now: Self.at(9))
        #expect(refused.state == .suspect && refused.reason == .refused && refused.since == Self.at(5))
        health.take(.clean(askedAt: Self.at(10)), at: Self.at(10), doubtedAt: Self.at(5))
        let again = health.standing(logs: [], doubtedAt: Self.at(5), now: Self.at(11))
        #expect(again.state == .live && again.vouchedSince == Self.at(10))
    }

    @Test func whatWasLostForGoodIsNotVouchedFor() {
        let health = Self.health([(5, .unannounced), Self.run(6, isLogged: true), Self.clean(7)])
        #expect(health.standing(logs: [Self.readLog], now: Self.at(9)).vouchedSince == Self.at(7))
        let late = Self.health([(5, .unannounced), (6, .caughtUp)])
        #expect(late.standing(logs: [Self.readLog], now: Self.at(9)).vouchedSince == Self.at(-1000))
    }

    @Test func onlyWhatWasHeardIsToldWhereThereIsNoLog() {
        let health = Self.health([Self.run(3), Self.clean(4)])
        #expect(health.standing(logs: [], now: Self.at(5)).told == [.workflowRun])
        #expect(health.standing(logs: [Self.readLog], now: Self.at(5)).told.contains(.pullRequest))
    }

    /// Every order of up to five facts, each a second after the last, against a reading of the whole history.
    @Test func everyShortHistoryEndsWhereReadingItAnewDoes() {
        let facts: [HookHealth.Fact] = [
            .delivered(.workflowRun, isLogged: false), .clean(askedAt: Self.start), .unannounced, .caughtUp,
        ]
        for length in 0...5 {
            var history = Array(repeating: 0, count: length)
            repeat {
                let dated = history.enumerated().map { index, number -> (Int, HookHealth.Fact) in
                    // A question is asked at the very moment.
                    number == 1 ? Self.clean(index + 1) : (index + 1, facts[number])
                }
                let standing = Self.health(dated).standing(logs: [], now: Self.at(9))
                #expect(standing.state == Self.oracle(history), "\(history)")
            } while Self.advance(&history, base: facts.count)
        }
    }

    private static func advance(_ history: inout [Int], base: Int) -> Bool {
        for index in history.indices {
            history[index] += 1
            if history[index] < base { return true }
            history[index] = 0
        }
        return false
    }

    private static func oracle(_ history: [Int]) -> HookHealth.State {
        guard let first = history.firstIndex(of: 0) else { return .absent }
        // The first finding that nothing ended: neither its events, nor a delivery and a clean answer, in this order.
        var openAt: Int?
        var isDelivered = false
        for (index, fact) in history.enumerated() {
            switch fact {
            case 0: isDelivered = openAt != nil
            case 1: if isDelivered { (openAt, isDelivered) = (nil, false) }
            case 2: if openAt == nil { (openAt, isDelivered) = (index, false) }
            default: (openAt, isDelivered) = (nil, false)
            }
        }
        let isVouched = history.indices.contains { history[$0] == 1 && $0 > first }
        return openAt == nil && isVouched ? .live : .suspect
    }
}
