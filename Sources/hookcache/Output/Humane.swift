import Foundation

/// Numbers and moments as people read them.
enum Humane {
    /// `3.5` rather than `3.50000`.
    static func number(_ value: Double) -> String {
        let text = String(format: "%.2f", value)
        guard text.contains(".") else { return text }
        let trimmed = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
        return String(trimmed.reversed())
    }

    /// `12 kB` rather than `12345`.
    static func bytes(_ count: Double) -> String {
        var value = count
        for unit in ["B", "kB", "MB", "GB"] {
            if value < 1000 {
                return
                    "\(unit == "B" || value >= 10 ? String(Int(value)) : Self.number((value * 10).rounded() / 10)) \(unit)"
            }
            value /= 1000
        }
        return "\(Int(value)) TB"
    }

    /// `2m 5s` rather than `125`.
    static func seconds(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded())
        return switch whole {
        case ..<0: "now"
        case ..<60: "\(whole)s"
        case ..<3600: "\(whole / 60)m \(whole % 60)s"
        case ..<86_400: "\(whole / 3600)h \(whole % 3600 / 60)m"
        default: "\(whole / 86_400)d \(whole % 86_400 / 3600)h"
        }
    }

    /// How long ago one of GitHub's moments was.
    static func since(_ moment: String, now: Date = Date()) -> String {
        guard let date = try? Date(moment, strategy: .iso8601) else { return moment }
        return Self.seconds(now.timeIntervalSince(date))
    }

    /// How long it is until one of GitHub's moments.
    static func until(_ moment: String, now: Date = Date()) -> String {
        guard let date = try? Date(moment, strategy: .iso8601) else { return moment }
        return Self.seconds(max(0, date.timeIntervalSince(now)))
    }

    /// From one of GitHub's moments to another, or until now.
    static func between(_ start: String?, _ end: String?, now: Date = Date()) -> String {
        guard let start, let from = try? Date(start, strategy: .iso8601) else { return "-" }
        let to = end.flatMap { try? Date($0, strategy: .iso8601) } ?? now
        return Self.seconds(max(0, to.timeIntervalSince(from)))
    }
}
