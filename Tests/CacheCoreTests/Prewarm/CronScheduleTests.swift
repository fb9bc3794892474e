import CacheCore
import GitHubCore
import Testing

@Suite struct CronScheduleTests {
    private func moment(_ text: String) throws -> Timestamp { try #require(Timestamp(rfc3339: text)) }

    private func next(_ text: String, after moment: String) throws -> String? {
        try CronSchedule(text).next(after: self.moment(moment))?.rfc3339
    }

    @Test(arguments: [
        ("* * * * *", "2026-08-01T10:00:00Z", "2026-08-01T10:01:00Z"),
        ("* * * * *", "2026-08-01T10:00:59.999Z", "2026-08-01T10:01:00Z"),
        ("*/15 * * * *", "2026-08-01T10:45:00Z", "2026-08-01T11:00:00Z"),
        ("5-59/20 * * * *", "2026-08-01T10:05:00Z", "2026-08-01T10:25:00Z"),
        ("0 3 * * *", "2026-08-01T03:00:00Z", "2026-08-02T03:00:00Z"),
        ("0 3 * * *", "2026-08-01T02:59:59Z", "2026-08-01T03:00:00Z"),
        ("30 9-17 * * mon-fri", "2026-07-31T17:30:00Z", "2026-08-03T09:30:00Z"),
        ("0 0 * * 7", "2026-08-01T10:00:00Z", "2026-08-02T00:00:00Z"),
        ("0 0 * * sat-sun", "2026-08-02T00:00:00Z", "2026-08-08T00:00:00Z"),
        ("0 0 * * 5-7", "2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z"),
        ("0 0 1 jan *", "2026-08-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("0 0 31 * *", "2026-08-31T00:00:00Z", "2026-10-31T00:00:00Z"),
        ("0 0 29 2 *", "2026-08-01T00:00:00Z", "2028-02-29T00:00:00Z"),
        ("0 0 29 FEB *", "2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("59 23 31 12 *", "2026-12-31T23:58:00Z", "2026-12-31T23:59:00Z"),
        ("@hourly", "2026-08-01T10:00:00Z", "2026-08-01T11:00:00Z"),
        ("@daily", "2026-08-01T10:00:00Z", "2026-08-02T00:00:00Z"),
        ("@midnight", "2026-08-01T10:00:00Z", "2026-08-02T00:00:00Z"),
        ("@weekly", "2026-08-01T10:00:00Z", "2026-08-02T00:00:00Z"),
        ("@monthly", "2026-08-01T10:00:00Z", "2026-09-01T00:00:00Z"),
        ("@yearly", "2026-08-01T10:00:00Z", "2027-01-01T00:00:00Z"),
        ("@Annually", "2026-08-01T10:00:00Z", "2027-01-01T00:00:00Z"),
        ("  1,2,40\t0 * * * ", "2026-08-01T00:02:00Z", "2026-08-01T00:40:00Z"),
        ("0 0 1 1 *", "1969-12-31T23:59:30Z", "1970-01-01T00:00:00Z"),
        ("* * * * *", "1969-12-31T23:58:30.500Z", "1969-12-31T23:59:00Z"),
    ])
    func theNextMomentIsFound(text: String, after: String, expected: String) throws {
        #expect(try next(text, after: after) == expected)
    }

    /// 13 August 2026 is a Thursday, 14 August a Friday.
    @Test(arguments: [
        // Both fields name days: either will do.
        ("0 0 13 * fri", "2026-08-12T00:00:00Z", "2026-08-13T00:00:00Z"),
        ("0 0 13 * fri", "2026-08-13T00:00:00Z", "2026-08-14T00:00:00Z"),
        // One begins with a star: both must agree.
        ("0 0 * * fri", "2026-08-12T00:00:00Z", "2026-08-14T00:00:00Z"),
        ("0 0 13 * *", "2026-08-12T00:00:00Z", "2026-08-13T00:00:00Z"),
        ("0 0 */2 * fri", "2026-08-08T00:00:00Z", "2026-08-21T00:00:00Z"),
        ("0 0 13 * */5", "2026-08-12T00:00:00Z", "2026-09-13T00:00:00Z"),
        // A list that names all is no star.
        ("0 0 1-31 * fri", "2026-08-12T00:00:00Z", "2026-08-13T00:00:00Z"),
    ])
    func theTwoFieldsOfDaysAreReadAsVixieReadsThem(text: String, after: String, expected: String) throws {
        #expect(try next(text, after: after) == expected)
    }

    @Test(arguments: [
        "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *",
        "* * * * 8", "*/0 * * * *", "*/60 * * * *", "5/2 * * * *", "5-3 * * * *", "fri-mon * * * *", "1,,2 * * * *",
        ", * * * *", "-1 * * * *", "1- * * * *", "1-2-3 * * * *", "*/2/2 * * * *", "+1 * * * *", "١ * * * *",
        "a * * * *",
        "jan * * * *", "* * * mon *", "* * * * feb", "** * * * *", "*-5 * * * *", "0x1 * * * *", "100 * * * *",
        "@never",
        "@daily @daily", "@daily * * * *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "0 0 31 feb *", "L * * * *",
    ])
    func whatIsNoScheduleIsRefused(text: String) {
        let refusal = #expect(throws: CronRefusal.self) { try CronSchedule(text) }
        #expect(refusal?.description.isEmpty == false)
    }

    @Test func aLongTextIsRefused() {
        #expect(throws: CronRefusal.self) {
            try CronSchedule("\(Array(repeating: "1", count: 200).joined(separator: ",")) * * * *")
        }
    }

    @Test func aRefusalSaysWhatIsWanted() {
        let refusal = #expect(throws: CronRefusal.self) { try CronSchedule("0 25 * * *") }
        #expect(refusal?.description == "0 to 23 in the field for the hour, not \"25\"")
        let date = #expect(throws: CronRefusal.self) { try CronSchedule("0 0 30 2 *") }
        #expect(date?.description.contains("a date that there is") == true)
    }

    /// A day that is hardly ever there: 29 February on a Sunday, as both fields must agree.
    @Test func aRareDateIsFound() throws {
        let schedule = try CronSchedule("0 0 29 2 */7")
        let first = try #require(schedule.next(after: moment("2026-01-01T00:00:00Z")))
        #expect(first.rfc3339 == "2032-02-29T00:00:00Z")
        #expect(schedule.next(after: first)?.rfc3339 == "2060-02-29T00:00:00Z")
        #expect(try schedule.latest(upTo: moment("2060-02-28T00:00:00Z")) == first)
    }

    /// Whether a minute is right, by the fields one by one and without any short cut.
    private struct Slow {
        let fields: [Substring]

        init(_ text: String) { fields = text.split(separator: " ") }

        func has(_ index: Int, _ value: Int, _ range: ClosedRange<Int>) -> Bool {
            fields[index].split(separator: ",").contains { part in
                let halves = part.split(separator: "/")
                let ends = halves[0].split(separator: "-").compactMap { Int($0) }
                let low = ends.first ?? range.lowerBound
                let high = halves[0] == "*" ? range.upperBound : ends.last ?? low
                let step = halves.count > 1 ? Int(halves[1]) ?? 1 : 1
                return value >= low && value <= high && (value - low).isMultiple(of: step)
            }
        }

        func matches(_ moment: Timestamp) -> Bool {
            let text = Array(moment.rfc3339.utf8)
            func number(_ start: Int) -> Int { Int(text[start] - 0x30) * 10 + Int(text[start + 1] - 0x30) }
            let weekday = Int((moment.seconds / 86_400 + 4) % 7)
            let byDate = has(2, number(8), 1...31)
            let byWeekday = has(4, weekday, 0...6) || weekday == 0 && has(4, 7, 0...7) && fields[4] != "*"
            let isEither = !fields[2].hasPrefix("*") && !fields[4].hasPrefix("*")
            return has(0, number(14), 0...59) && has(1, number(11), 0...23) && has(3, number(5), 1...12)
                && (isEither ? byDate || byWeekday : byDate && byWeekday)
        }
    }

    @Test(arguments: [
        "* * * * *", "*/7 * * * *", "0,30 */6 * * *", "17 3-5 1-7 * *", "0 12 28-31 2,3 *", "5 5 13 * 5",
        "59 23 * 2 1-5",
        "0 0 */2 * 1", "1-59/29 0-23/11 * * 0,6", "0 0 31 12 *", "30 4 1,15 * 5", "0 22 * * 1-5",
    ])
    func noMomentIsLeftOutAndNoneIsWrong(text: String) throws {
        let schedule = try CronSchedule(text)
        let slow = Slow(text)
        // Over the end of February of a leap year, and over the end of a year.
        for (start, days) in [("2028-02-27T22:13:20Z", 3), ("2026-12-30T00:00:00Z", 3)] {
            var moment = try self.moment(start)
            var next = schedule.next(after: moment)
            for _ in 0..<(days * 1440) {
                moment = Timestamp(seconds: (moment.seconds / 60 + 1) * 60)
                #expect(slow.matches(moment) == (next == moment), "\(moment.rfc3339)")
                guard next == moment else { continue }
                #expect(schedule.latest(upTo: moment) == moment)
                #expect(schedule.latest(upTo: moment.advanced(bySeconds: 59)) == moment)
                next = schedule.next(after: moment)
            }
        }
    }

    @Test func twoWaysToWriteTheSameAreTheSame() throws {
        #expect(try CronSchedule("@daily") == CronSchedule(" 0  0 * * *"))
        #expect(try CronSchedule("0 0 * * MON").description == "0 0 * * mon")
    }
}
