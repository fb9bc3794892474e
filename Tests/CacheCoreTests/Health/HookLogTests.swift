import CacheCore
import GitHubCore
import Testing

struct HookLogTests {
    private static let start = Timestamp(seconds: 1_785_578_400)
    private static let scope = Scope.owner("o")

    private static func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    private static func log(createdAt: Timestamp = at(-1000)) -> HookLog {
        HookLog(of: scope, createdAt: createdAt, startedAt: start, pause: 900_000)
    }

    /// A fact at each second from the first on.
    private static func log(after facts: [HookLog.Fact], from first: Int = 1) -> HookLog {
        var log = log()
        for (index, fact) in facts.enumerated() { log.take(fact, at: at(first + index)) }
        return log
    }

    /// Facts, one at each second, and what comes of them.
    struct Row: Sendable {
        let facts: [HookLog.Fact]
        let reason: HookHealth.Reason
        let since: Int

        init(_ facts: [HookLog.Fact], _ reason: HookHealth.Reason, _ since: Int) {
            self.facts = facts
            self.reason = reason
            self.since = since
        }
    }

    private static let table: [Row] = [
        Row([], .logUnread, 0),
        Row([.read(begunAt: at(0), isLossy: false)], .logRead, 1),
        Row([.missing], .missing, 1),
        Row([.missing, .missing], .missing, 1),
        Row([.missing, .read(begunAt: at(1), isLossy: false)], .logRead, 2),
        Row([.read(begunAt: at(0), isLossy: false), .read(begunAt: at(1), isLossy: false)], .logRead, 1),
        Row([.read(begunAt: at(0), isLossy: false), .missing], .missing, 2),
        Row([.read(begunAt: at(0), isLossy: false), .refused], .refused, 2),
        Row([.read(begunAt: at(0), isLossy: false), .gone], .hookGone, 2),
        Row([.gone, .gone], .hookGone, 1),
        Row([.gone, .found(isActive: true)], .logUnread, 2),
        Row([.gone, .read(begunAt: at(2), isLossy: false)], .logRead, 2),
        Row([.found(isActive: true)], .logUnread, 0),
        Row([.read(begunAt: at(0), isLossy: false), .found(isActive: true)], .logRead, 1),
        Row([.read(begunAt: at(0), isLossy: false), .found(isActive: false)], .hookInactive, 2),
        Row([.found(isActive: false), .found(isActive: false)], .hookInactive, 1),
        Row([.found(isActive: false), .found(isActive: true)], .logUnread, 2),
        Row([.read(begunAt: at(0), isLossy: false), .mended], .logRead, 1),
        Row([.mended], .logUnread, 1),
        Row([.gone, .mended], .logUnread, 2),
        Row([.read(begunAt: at(0), isLossy: true)], .logRead, 1),
    ]

    @Test(arguments: table) func eachFactLeadsWhereItShould(row: Row) {
        let standing = Self.log(after: row.facts).standing(at: Self.at(9))
        #expect(standing.reason == row.reason)
        #expect(standing.since == Self.at(row.since))
        let state: HookHealth.State =
            switch row.reason {
            case .logRead: .live
            case .hookGone, .hookInactive: .absent
            default: .suspect
            }
        #expect(standing.state == state)
        #expect((standing.vouchedSince != nil) == (state == .live))
        #expect(standing.told.isEmpty == (state != .live))
    }

    @Test func aRefusalIsInTheLogOnlyOnceGitHubGaveUpWaiting() {
        var log = Self.log(after: [.read(begunAt: Self.at(0), isLossy: false), .refused], from: 1)
        log.take(.read(begunAt: Self.at(11), isLossy: false), at: Self.at(11))
        #expect(log.standing(at: Self.at(12)).reason == .refused)
        log.take(.read(begunAt: Self.at(12), isLossy: false), at: Self.at(13))
        #expect(log.standing(at: Self.at(14)).state == .live)
    }

    @Test func silenceIsBorneForThreePauses() {
        var log = Self.log(after: [.read(begunAt: Self.at(0), isLossy: false)])
        #expect(log.standing(at: Self.at(2700)).state == .live)
        let silent = log.standing(at: Self.at(2701))
        #expect(silent.state == .suspect && silent.reason == .logSilent && silent.since == Self.at(2700))
        // Of many hooks each is read less often.
        log.pause = 6_000_000
        #expect(log.standing(at: Self.at(2701)).state == .live)
        log.pause = 900_000
        log.take(.read(begunAt: Self.at(3000), isLossy: false), at: Self.at(3001))
        let again = log.standing(at: Self.at(3002))
        #expect(again.state == .live && again.since == Self.at(3001))
    }

    @Test func answersOfBeforeTheHookOrALossAreNotVouchedFor() {
        let log = Self.log(after: [.read(begunAt: Self.at(0), isLossy: false)])
        #expect(log.standing(at: Self.at(2)).vouchedSince == Self.at(-1000))
        let lossy = Self.log(after: [
            .read(begunAt: Self.at(0), isLossy: false), .read(begunAt: Self.at(1), isLossy: true),
        ])
        #expect(lossy.standing(at: Self.at(3)).vouchedSince == Self.at(2))
        for facts in [[HookLog.Fact.mended, .read(begunAt: Self.at(1), isLossy: false)]] + [
            [.read(begunAt: Self.at(0), isLossy: false), .mended]
        ] {
            let second = facts[0] == .mended ? 1 : 2
            #expect(Self.log(after: facts).standing(at: Self.at(3)).vouchedSince == Self.at(second))
        }
    }

    @Test func whatIsExpectedIsWhatTheHookIsRegisteredForWhileItIsThere() throws {
        var log = Self.log()
        let expectation = try #require(log.expectation)
        #expect(expectation.since == Self.start && expectation.events.contains(.workflowRun))
        #expect(Self.log(createdAt: Self.at(5)).expectation?.since == Self.at(5))
        log.take(.gone, at: Self.at(1))
        #expect(log.expectation == nil)
    }
}
