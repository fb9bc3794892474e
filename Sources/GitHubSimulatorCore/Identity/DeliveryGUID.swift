import GitHubCore

/// The id of an event as GitHub makes it: a version-1 UUID (RFC 9562, section 5.1) that carries the event's time.
enum DeliveryGUID {
    /// The id of an event at a moment; the tick, below 10,000, tells events of one millisecond apart.
    static func make(at time: Timestamp, tick: UInt64, clockSequence: UInt16, node: UInt64) -> String {
        // 100 ns steps since the reform of the calendar, 15 October 1582.
        let since1970 = UInt64(bitPattern: time.milliseconds) &* 10_000 &+ tick % 10_000
        let steps = since1970 &+ 0x01B2_1DD2_1381_4000
        return [
            hex(steps & 0xFFFF_FFFF, 8), hex(steps >> 32 & 0xFFFF, 4), hex(steps >> 48 & 0x0FFF | 0x1000, 4),
            hex(UInt64(clockSequence & 0x3FFF | 0x8000), 4), hex(node & 0xFFFF_FFFF_FFFF, 12),
        ].joined(separator: "-")
    }

    private static func hex(_ value: UInt64, _ digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
}
