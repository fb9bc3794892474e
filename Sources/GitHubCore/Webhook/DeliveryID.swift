/// `X-GitHub-Delivery`: names an event, the same for every hook that hears of it and for every redelivery.
///
/// It is opaque. Where it is a version-1 UUID, as GitHub's are, the time in it is that of the event; undocumented, and
/// used to break ties only (redeliveries keep it).
package struct DeliveryID: Hashable, Sendable, CustomStringConvertible {
    /// The longest identifier that is taken, in characters.
    package static let maximumLength = 128

    /// The identifier as sent.
    package let text: String

    /// An identifier of 1 to 128 visible ASCII characters, or nil.
    package init?(_ text: some StringProtocol) {
        guard (1...Self.maximumLength).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.text = String(text)
    }

    package var description: String { text }

    /// How long GitHub keeps a delivery to send it again at the most, in seconds: what says to be older was not named by its
    /// clock.
    package static let retention = 7 * 86_400

    /// The moment that a delivery with this name speaks of: its own, which a redelivery keeps, where GitHub's clock can have
    /// set it; otherwise that of its receipt.
    package func moment(receivedAt: Timestamp) -> Timestamp {
        guard let time, time <= receivedAt, time > receivedAt.advanced(bySeconds: -Self.retention) else {
            return receivedAt
        }
        return time
    }

    /// The moment inside a version-1 UUID (RFC 9562, section 5.1), or nil for any other identifier.
    package var time: Timestamp? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], parts[2].first == "1",
            parts.allSatisfy({ $0.utf8.allSatisfy { hexValue($0) != nil } }),
            let ticks = UInt64(parts[2].dropFirst() + parts[1] + parts[0], radix: 16)
        else { return nil }
        // 100 ns ticks since 1582-10-15; the Unix epoch lies 122,192,928,000,000,000 ticks later.
        return Timestamp(milliseconds: (Int64(ticks) - 122_192_928_000_000_000) / 10_000)
    }
}
