package import GitHubCore

/// When something runs, in cron's five fields, in UTC: minute, hour, day of the month, month, day of the week.
///
/// A field is `*`, a number, a name (`jan`, `mon`), a range or a list of those; a range and `*` may have a step. As in
/// Vixie's cron a day is one that either of the two fields of days names, where neither begins with `*`; otherwise both
/// must. `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly` and `@annually` stand for five fields.
package struct CronSchedule: Hashable, Sendable, CustomStringConvertible {
    /// The longest text that is read, in bytes.
    package static let longest = 256

    private let minutes: CronField
    private let hours: CronField
    private let days: CronField
    private let months: CronField
    private let weekdays: CronField

    /// The five fields in lower case, one space between them.
    package let description: String

    private static let macros = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads a schedule; one that names no date that there is, such as 30 February, is refused.
    package init(_ text: String) throws(CronRefusal) {
        guard text.utf8.count <= Self.longest else { throw CronRefusal("at most \(Self.longest) bytes") }
        var words = text.lowercased().split { $0 == " " || $0 == "\t" }
        if let first = words.first, first.hasPrefix("@") {
            guard words.count == 1, let fields = Self.macros[String(first)] else {
                throw CronRefusal("one of \(Self.macros.keys.sorted().joined(separator: ", ")), or five fields")
            }
            words = fields.split(separator: " ")
        }
        guard words.count == 5 else {
            throw CronRefusal(
                "five fields, such as \"0 3 * * mon-fri\": minute, hour, day of the month, month, day of the week; these are \(words.count)"
            )
        }
        minutes = try CronField(words[0], of: .minute)
        hours = try CronField(words[1], of: .hour)
        days = try CronField(words[2], of: .day)
        months = try CronField(words[3], of: .month)
        weekdays = try CronField(words[4], of: .weekday)
        description = words.joined(separator: " ")
        guard next(after: Timestamp(milliseconds: 0)) != nil else {
            throw CronRefusal("a date that there is: no month named here has such a day")
        }
    }

    /// The first moment of the schedule after another; nil only at the end of the calendar.
    package func next(after moment: Timestamp) -> Timestamp? {
        let minute = Self.floored(moment.seconds, 60) + 1
        var day = Int(Self.floored(minute, 1440))
        var rest = Int(minute) - day * 1440
        let end = day + Self.cycle
        while day <= end {
            let date = Timestamp.civil(daysSinceEpoch: day)
            if !months.has(date.month) {
                day += Timestamp.days(in: date.month, of: date.year) - date.day + 1
                rest = 0
                continue
            }
            if isRight(day, date.day), let found = firstMinute(from: rest) {
                return Timestamp(seconds: Int64(day * 1440 + found) * 60)
            }
            day += 1
            rest = 0
        }
        return nil
    }

    /// The last moment of the schedule up to another; nil where it lies longer back than any schedule's do.
    package func latest(upTo moment: Timestamp) -> Timestamp? {
        for window in Self.windows {
            guard var found = next(after: moment.advanced(bySeconds: -window)), found <= moment else { continue }
            while let later = next(after: found), later <= moment { found = later }
            return found
        }
        return nil
    }

    /// After so many days the calendar is the same again, days of the week and all.
    private static let cycle = 146_097

    /// How far to look back, ever further: what is found in a longer one is rare, so that few steps lead from there.
    private static let windows = [3600, 86_400, 32 * 86_400, 366 * 86_400, 9 * 366 * 86_400, 41 * 366 * 86_400]

    private static func floored(_ value: Int64, _ divisor: Int64) -> Int64 {
        let (quotient, rest) = value.quotientAndRemainder(dividingBy: divisor)
        return rest < 0 ? quotient - 1 : quotient
    }

    private func isRight(_ day: Int, _ dayOfMonth: Int) -> Bool {
        // 1 January 1970 was a Thursday.
        let weekday = ((day + 4) % 7 + 7) % 7
        let (byDate, byWeekday) = (days.has(dayOfMonth), weekdays.has(weekday))
        return days.isStar || weekdays.isStar ? byDate && byWeekday : byDate || byWeekday
    }

    private func firstMinute(from start: Int) -> Int? {
        for hour in (start / 60)..<24 where hours.has(hour) {
            let first = hour == start / 60 ? start % 60 : 0
            if let minute = (first..<60).first(where: { minutes.has($0) }) { return hour * 60 + minute }
        }
        return nil
    }
}

/// Why a text is no schedule.
package struct CronRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wanted instead.
    package let description: String

    init(_ wants: String) {
        description = wants
    }
}
