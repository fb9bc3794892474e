/// A moment of the wall clock, in whole milliseconds since the Unix epoch.
///
/// Deciding code never reads a clock: a moment is always an argument. GitHub writes moments as RFC 3339 date-times,
/// to the second or the millisecond, in UTC or with an offset.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    package var milliseconds: Int64

    /// A moment from milliseconds since the Unix epoch.
    package init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A moment from whole seconds since the Unix epoch, saturating at the ends of the range.
    package init(seconds: Int64) {
        self.milliseconds = Self.milliseconds(ofSeconds: seconds)
    }

    /// Whole seconds since the Unix epoch, rounded down.
    package var seconds: Int64 {
        let (quotient, remainder) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// This moment moved by a number of seconds, saturating at the ends of the range.
    package func advanced(bySeconds seconds: Int) -> Timestamp {
        advanced(byMilliseconds: Self.milliseconds(ofSeconds: Int64(seconds)))
    }

    private static func milliseconds(ofSeconds seconds: Int64) -> Int64 {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? (seconds > 0 ? .max : .min) : product
    }

    /// This moment moved by a number of milliseconds, saturating at the ends of the range.
    package func advanced(byMilliseconds delta: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(delta)
        return Timestamp(milliseconds: overflow ? (delta > 0 ? .max : .min) : sum)
    }

    /// Milliseconds from another moment to this one, saturating; negative when the other is later.
    package func milliseconds(since other: Timestamp) -> Int64 {
        let (difference, overflow) = milliseconds.subtractingReportingOverflow(other.milliseconds)
        return overflow ? (self < other ? .min : .max) : difference
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }
}

extension Timestamp {
    /// Parses an RFC 3339 date-time, such as `2026-08-01T10:00:00Z` or `2024-12-06T21:17:46.000-05:00`; nil for others.
    package init?(rfc3339 text: some StringProtocol) {
        var fields = DateTimeFields(Substring(text).utf8)
        guard let year = fields.number(4), fields.skip("-"),
            let month = fields.number(2), fields.skip("-"),
            let day = fields.number(2), fields.skip("T") || fields.skip("t") || fields.skip(" "),
            let hour = fields.number(2), fields.skip(":"),
            let minute = fields.number(2), fields.skip(":"),
            let second = fields.number(2),
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day),
            hour < 24, minute < 60, second < 61
        else { return nil }
        guard let fraction = fields.fraction(), let offset = fields.offset(), fields.isAtEnd else { return nil }
        let days = Self.daysSinceEpoch(year: year, month: month, day: day)
        let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset * 60
        self.init(milliseconds: Int64(seconds) * 1000 + Int64(fraction))
    }

    /// The moment as GitHub writes it, in UTC and to the second.
    package var rfc3339: String {
        let day = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = Int(seconds) - day * 86_400
        let (year, month, dayOfMonth) = Self.civil(daysSinceEpoch: day)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let zeros = String(repeating: "0", count: max(0, 4 - "\(year)".count))
        let date = "\(zeros)\(year)-\(two(month))-\(two(dayOfMonth))"
        return "\(date)T\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60))Z"
    }

    /// How many days a month has.
    package static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// Days of the proleptic Gregorian calendar before a date, counted from the epoch.
    package static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The date of a day of the proleptic Gregorian calendar, counted from the epoch.
    package static func civil(daysSinceEpoch: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1
        )
    }
}

/// Reads the fixed-width fields of a date-time, one after the other.
private struct DateTimeFields<Bytes: Collection> where Bytes.Element == UInt8 {
    private var rest: Bytes.SubSequence

    init(_ bytes: Bytes) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number(_ digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = rest.first, (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
            rest = rest.dropFirst()
        }
        return value
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard let first = rest.first, UInt32(first) == character.value else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Milliseconds of an optional fraction; further digits are cut, and none after the point is an error.
    mutating func fraction() -> Int? {
        guard skip(".") else { return 0 }
        guard let first = rest.first, (0x30...0x39).contains(first) else { return nil }
        var value = 0
        var scale = 100
        while let digit = rest.first, (0x30...0x39).contains(digit) {
            value += Int(digit - 0x30) * scale
            scale /= 10
            rest = rest.dropFirst()
        }
        return value
    }

    /// Minutes east of UTC.
    mutating func offset() -> Int? {
        if skip("Z") || skip("z") { return 0 }
        let sign = skip("+") ? 1 : skip("-") ? -1 : 0
        guard sign != 0, let hours = number(2), skip(":"), let minutes = number(2), hours < 24, minutes < 60 else {
            return nil
        }
        return sign * (hours * 60 + minutes)
    }
}
