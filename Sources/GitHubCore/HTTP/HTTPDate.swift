/// The dates of HTTP (RFC 9110, section 5.6.7), as seconds since 1970.
package enum HTTPDate {
    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, and the two older forms of it; nil for anything else.
    package static func seconds(_ text: String) -> Int64? {
        guard text.utf8.count <= 64 else { return nil }
        let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
        switch words.count {
        case 6 where words[5] == "GMT":
            return seconds(day: words[1], month: words[2], year: words[3], time: words[4])
        case 5:
            return seconds(day: words[2], month: words[1], year: words[4], time: words[3])
        default:
            return nil
        }
    }

    /// Prints the form that senders must use.
    package static func text(_ seconds: Int64) -> String {
        let days = (Double(seconds) / 86_400).rounded(.down)
        let date = CivilDate(daysSince1970: Int64(days))
        let time = seconds - Int64(days) * 86_400
        // 1 January 1970 was a Thursday.
        let weekday = weekdays[Int(((Int64(days) + 4) % 7 + 7) % 7)]
        let clock = [time / 3_600, time / 60 % 60, time % 60].map(pad).joined(separator: ":")
        return "\(weekday), \(pad(date.day)) \(months[Int(date.month) - 1]) \(date.year) \(clock) GMT"
    }

    private static func seconds(
        day: Substring,
        month: Substring,
        year: Substring,
        time: Substring
    ) -> Int64? {
        let clock = time.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
        guard let day = Int64(day), (1...31).contains(day), let month = months.firstIndex(of: String(month)),
            var year = Int64(year), (0...9_999).contains(year), clock.count == 3,
            let hour = clock[0], (0...23).contains(hour), let minute = clock[1], (0...59).contains(minute),
            let second = clock[2], (0...60).contains(second)
        else { return nil }
        // A year of two digits belongs to the RFC 850 form; 70 and later are the last century's.
        if year < 100 { year += year < 70 ? 2_000 : 1_900 }
        let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        return date.daysSince1970 * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}

/// A day of the Gregorian calendar, counted in eras of 400 years that begin on 1 March.
private struct CivilDate {
    var year: Int64
    var month: Int64
    var day: Int64

    init(year: Int64, month: Int64, day: Int64) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(daysSince1970 days: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        self.day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        self.month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        self.year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    var daysSince1970: Int64 {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
