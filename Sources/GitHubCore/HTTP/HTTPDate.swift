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
        let parts = Timestamp(seconds: seconds).rfc3339.split { "-T:Z".contains($0) }
        guard parts.count == 6, let month = Int(parts[1]) else { return "" }
        // 1 January 1970 was a Thursday, and the remainder of a negative number is one.
        let days = (Double(seconds) / 86_400).rounded(.down)
        let weekday = weekdays[(Int(days) % 7 + 11) % 7]
        return "\(weekday), \(parts[2]) \(months[month - 1]) \(parts[0]) \(parts[3]):\(parts[4]):\(parts[5]) GMT"
    }

    private static func seconds(day: Substring, month: Substring, year: Substring, time: Substring) -> Int64? {
        guard let month = months.firstIndex(of: String(month)) else { return nil }
        // A year of two digits belongs to the RFC 850 form; 70 and later are the last century's.
        let century = year.count == 2 ? (year < "70" ? "20" : "19") : ""
        let monthText = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        let dayText = day.count == 1 ? "0\(day)" : String(day)
        return Timestamp(rfc3339: "\(century)\(year)-\(monthText)-\(dayText)T\(time)Z")?.seconds
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
