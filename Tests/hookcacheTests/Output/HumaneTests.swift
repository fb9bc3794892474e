import Foundation
import Testing

@testable import hookcache

@Suite struct HumaneTests {
    @Test(arguments: [(0.0, "0s"), (59.4, "59s"), (125, "2m 5s"), (3725, "1h 2m"), (90_061, "1d 1h"), (-1, "now")])
    func secondsReadAsPeopleSayThem(seconds: Double, text: String) {
        #expect(Humane.seconds(seconds) == text)
    }

    @Test(arguments: [
        (0.0, "0 B"), (999, "999 B"), (1234, "1.2 kB"), (12_345, "12 kB"), (5e6, "5 MB"), (3e9, "3 GB"), (2e12, "2 TB"),
    ])
    func bytesReadAsPeopleSayThem(bytes: Double, text: String) {
        #expect(Humane.bytes(bytes) == text)
    }

    @Test(arguments: [(1.0, "1"), (0.5, "0.5"), (99.999, "100"), (0.25, "0.25"), (100, "100")])
    func numbersLoseTheirTrailingZeros(number: Double, text: String) {
        #expect(Humane.number(number) == text)
    }

    @Test func momentsReadAsTimeSince() throws {
        let now = try Date("2026-05-01T12:00:00Z", strategy: .iso8601)
        #expect(Humane.since("2026-05-01T11:58:00Z", now: now) == "2m 0s")
        #expect(Humane.since("never", now: now) == "never")
        #expect(Humane.between("2026-05-01T11:00:00Z", "2026-05-01T11:00:09Z", now: now) == "9s")
        #expect(Humane.between("2026-05-01T11:59:00Z", nil, now: now) == "1m 0s")
        #expect(Humane.between(nil, nil, now: now) == "-")
    }
}
