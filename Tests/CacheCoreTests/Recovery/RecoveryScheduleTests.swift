import CacheCore
import GitHubCore
import Testing

@Suite struct RecoveryScheduleTests {
    private let start = Timestamp(seconds: 1_785_578_400)
    private let one = DeliveryLog.hook(.owner("one"))
    private let two = DeliveryLog.app

    private func at(_ seconds: Int) -> Timestamp { start.advanced(bySeconds: seconds) }

    @Test func everyLogIsReadAtTheStartAndThenFromTimeToTime() {
        var schedule = RecoverySchedule()
        #expect(schedule.due(among: [one, two], now: start) == [one, two])
        schedule.ended(.complete, of: one, logs: 2, now: start)
        #expect(schedule.due(among: [one, two], now: start) == [two])
        schedule.ended(.complete, of: two, logs: 2, now: at(10))
        #expect(schedule.due(among: [one, two], now: at(899)).isEmpty)
        #expect(schedule.due(among: [one, two], now: at(900)) == [one])
        #expect(schedule.due(among: [one, two], now: at(910)) == [one, two])
    }

    @Test func ofManyHooksEachIsReadLessOften() {
        var schedule = RecoverySchedule()
        schedule.ended(.complete, of: one, logs: 100, now: start)
        #expect(schedule.due(among: [one], now: at(5999)).isEmpty)
        #expect(schedule.due(among: [one], now: at(6000)) == [one])
    }

    @Test func whatFailedIsTriedAgainLessAndLessOften() {
        var schedule = RecoverySchedule()
        var moment = start
        for pause in [60, 120, 240, 480, 960, 1920, 3600, 3600] {
            schedule.ended(.failed, of: one, logs: 1, now: moment)
            #expect(schedule.due(among: [one], now: moment.advanced(bySeconds: pause - 1)).isEmpty)
            moment = moment.advanced(bySeconds: pause)
            #expect(schedule.due(among: [one], now: moment) == [one])
        }
        schedule.ended(.complete, of: one, logs: 1, now: moment)
        schedule.ended(.failed, of: one, logs: 1, now: moment)
        #expect(schedule.due(among: [one], now: moment.advanced(bySeconds: 60)) == [one])
    }

    @Test func aLimitIsWaitedFor() {
        var schedule = RecoverySchedule()
        schedule.ended(.limited(until: at(1800)), of: one, logs: 1, now: start)
        #expect(schedule.due(among: [one], now: at(1799)).isEmpty)
        #expect(schedule.due(among: [one], now: at(1800)) == [one])
        schedule.ended(.limited(until: start), of: one, logs: 1, now: at(1800))
        #expect(schedule.due(among: [one], now: at(1801)).isEmpty)
    }

    @Test func aDoubtIsClearedSoon() {
        var schedule = RecoverySchedule()
        for scope in [one, two] { schedule.ended(.complete, of: scope, logs: 2, now: start) }
        schedule.doubt(one, now: at(100))
        #expect(schedule.due(among: [one, two], now: at(129)).isEmpty)
        #expect(schedule.due(among: [one, two], now: at(130)) == [one])
        schedule.doubt(nil, now: at(130))
        #expect(schedule.due(among: [one, two], now: at(160)) == [one, two])
        schedule.doubt(nil, now: at(159))
        #expect(schedule.due(among: [one, two], now: at(160)) == [one, two])
    }

    @Test func aHookThatIsGoneIsForgotten() {
        var schedule = RecoverySchedule()
        schedule.ended(.complete, of: one, logs: 1, now: start)
        #expect(schedule.due(among: [one], now: start).isEmpty)
        schedule.keep(only: [two])
        #expect(schedule.due(among: [one], now: start) == [one])
    }
}
