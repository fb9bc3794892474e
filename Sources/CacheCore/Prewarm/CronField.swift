/// One of the five fields of a schedule: a set of small numbers.
struct CronField: Hashable, Sendable {
    /// Which of the five.
    enum Kind: String, Sendable {
        case minute
        case hour
        case day = "day of the month"
        case month
        case weekday = "day of the week"

        var range: ClosedRange<Int> {
            switch self {
            case .minute: 0...59
            case .hour: 0...23
            case .day: 1...31
            case .month: 1...12
            // 0 and 7 are Sunday.
            case .weekday: 0...7
            }
        }

        var names: [String] {
            switch self {
            case .minute, .hour, .day: []
            case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
            case .weekday: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
            }
        }
    }

    private let bits: UInt64
    /// Whether it begins with `*`.
    let isStar: Bool

    init(_ text: Substring, of kind: Kind) throws(CronRefusal) {
        isStar = text.hasPrefix("*")
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            bits |= try Self.bits(of: part, kind)
        }
        if kind == .weekday, bits & 1 << 7 != 0 { bits = bits & ~(1 << 7) | 1 }
        self.bits = bits
    }

    func has(_ value: Int) -> Bool { bits & 1 << UInt64(value) != 0 }

    private static func bits(of part: Substring, _ kind: Kind) throws(CronRefusal) -> UInt64 {
        let halves = part.split(separator: "/", omittingEmptySubsequences: false)
        guard halves.count <= 2 else { throw refusal(of: part, kind) }
        let range: ClosedRange<Int>
        let isRange: Bool
        let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false)
        switch ends.count {
        case 1 where ends[0] == "*":
            (range, isRange) = (kind == .weekday ? 0...6 : kind.range, true)
        case 1:
            guard let value = value(ends[0], kind) else { throw refusal(of: part, kind) }
            (range, isRange) = (value...value, false)
        case 2:
            guard let low = value(ends[0], kind), var high = value(ends[1], kind) else { throw refusal(of: part, kind) }
            if kind == .weekday, ends[1] == "sun" { high = 7 }
            guard low <= high else {
                throw CronRefusal("a range that goes up; \"\(part)\" in the field for the \(kind.rawValue) does not")
            }
            (range, isRange) = (low...high, true)
        default:
            throw refusal(of: part, kind)
        }
        var step = 1
        if halves.count == 2 {
            guard isRange, let number = number(halves[1]), (1...kind.range.upperBound).contains(number) else {
                throw CronRefusal(
                    "a step from 1 to \(kind.range.upperBound) after * or a range; \"\(part)\" in the field for the \(kind.rawValue) is not that"
                )
            }
            step = number
        }
        return stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    private static func value(_ text: Substring, _ kind: Kind) -> Int? {
        if let index = kind.names.firstIndex(of: String(text)) { return index + kind.range.lowerBound }
        return number(text).flatMap { kind.range.contains($0) ? $0 : nil }
    }

    private static func number(_ text: Substring) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func refusal(of part: Substring, _ kind: Kind) -> CronRefusal {
        let names = kind.names.isEmpty ? "" : " or \(kind.names.joined(separator: ", "))"
        let range = "\(kind.range.lowerBound) to \(kind.range.upperBound)"
        return CronRefusal("\(range)\(names) in the field for the \(kind.rawValue), not \"\(part)\"")
    }
}
