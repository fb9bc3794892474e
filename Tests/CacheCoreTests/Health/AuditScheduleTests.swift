import CacheCore
import GitHubCore
import Testing

struct AuditScheduleTests {
    private static let start = Timestamp(seconds: 1_785_578_400)

    private static func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    private static func names(_ count: Int) -> [RepositoryName] {
        (0..<count).compactMap { RepositoryName("o/r\($0)") }
    }

    /// The audits of an hour, by repository.
    private func hour(of count: Int, chance: () -> Double) -> [RepositoryName: Int] {
        var schedule = AuditSchedule()
        let names = Self.names(count)
        var audits: [RepositoryName: Int] = [:]
        for second in 0..<3600 {
            if let name = schedule.next(among: names, now: Self.at(second), chance: chance) {
                audits[name, default: 0] += 1
            }
        }
        return audits
    }

    @Test(arguments: [(0.0, 12), (0.5, 6), (0.999, 4)])
    func aRepositoryIsAuditedAFewTimesAnHour(chance: Double, count: Int) {
        let audits = hour(of: 1) { chance }
        #expect(audits.values.reduce(0, +) == count)
    }

    @Test func allTogetherKeepToTheirPaceAndEachHasItsTurn() {
        var random = SystemRandomNumberGenerator()
        let audits = hour(of: 120) { Double.random(in: 0..<1, using: &random) }
        #expect(audits.values.reduce(0, +) <= 240)
        #expect(audits.values.max() ?? 0 <= 12)
        #expect(audits.count == 120)
    }

    @Test func anAnswerThatSomebodyElseAskedForWillDo() {
        var schedule = AuditSchedule()
        let names = Self.names(1)
        #expect(schedule.next(among: names, now: Self.start, chance: { 0 }) == nil)
        schedule.asked(names[0], now: Self.at(20))
        #expect(schedule.next(among: names, now: Self.at(319), chance: { 0 }) == nil)
        #expect(schedule.next(among: names, now: Self.at(320), chance: { 0 }) == names[0])
    }

    @Test func whatIsAuditedNoMoreIsForgotten() {
        var schedule = AuditSchedule()
        let names = Self.names(1)
        _ = schedule.next(among: names, now: Self.start, chance: { 0 })
        schedule.keep(only: [])
        #expect(schedule.next(among: names, now: Self.at(40), chance: { 0 }) == nil)
        #expect(schedule.next(among: names, now: Self.at(70), chance: { 0 }) == names[0])
    }

    @Test func nonsenseOfChanceIsBounded() {
        var schedule = AuditSchedule()
        let names = Self.names(1)
        _ = schedule.next(among: names, now: Self.start, chance: { 1e300 })
        #expect(schedule.next(among: names, now: Self.at(90), chance: { -.infinity }) == names[0])
    }
}
