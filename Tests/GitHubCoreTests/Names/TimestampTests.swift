import GitHubCore
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-08-01T10:00:00Z", 1_785_578_400_000),
        ("2026-08-01t10:00:00z", 1_785_578_400_000),
        ("2026-08-01 10:00:00Z", 1_785_578_400_000),
        ("2024-12-06T21:17:46.000-05:00", 1_733_537_866_000),
        ("2024-12-07T02:17:46.5Z", 1_733_537_866_500),
        ("2024-12-07T02:17:46.123456789Z", 1_733_537_866_123),
        ("2024-12-07T07:47:46+05:30", 1_733_537_866_000),
        ("2000-02-29T23:59:59Z", 951_868_799_000),
        ("1969-12-31T23:59:59.999Z", -1),
    ])
    func momentsAreReadAsGitHubWritesThem(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "Z", "2026", "2026-08-01", "2026-08-01T10:00:00", "2026-08-01T10:00Z", "2026-8-01T10:00:00Z",
        "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-02-29T10:00:00Z", "1900-02-29T10:00:00Z",
        "2026-04-31T10:00:00Z", "2026-08-00T10:00:00Z", "2026-08-01T24:00:00Z", "2026-08-01T10:60:00Z",
        "2026-08-01T10:00:61Z", "2026-08-01T10:00:00.Z", "2026-08-01T10:00:00+24:00", "2026-08-01T10:00:00+5:00",
        "2026-08-01T10:00:00Z ", " 2026-08-01T10:00:00Z", "2026-08-01T10:00:00ZZ", "+026-08-01T10:00:00Z",
        "2026-08-01T10:00:00\u{FF0B}05:00", "٢٠٢٦-08-01T10:00:00Z", "1785578400",
    ])
    func whatIsNoMomentIsRefused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func everyCutOfAMomentIsRefused() {
        let text = "2024-12-06T21:17:46.000-05:00"
        for count in 0..<text.count { #expect(Timestamp(rfc3339: text.prefix(count)) == nil) }
    }

    @Test(arguments: ["1970-01-01T00:00:00Z", "2026-08-01T10:00:00Z", "0001-03-01T00:00:00Z", "1969-12-31T23:59:59Z"])
    func momentsAreWrittenAsTheyWereRead(text: String) {
        #expect(Timestamp(rfc3339: text)?.rfc3339 == text)
    }

    @Test func arithmeticSaturatesAtTheEnds() {
        let (first, last) = (Timestamp(milliseconds: .min), Timestamp(milliseconds: .max))
        #expect(last.advanced(byMilliseconds: 1) == last)
        #expect(first.advanced(bySeconds: -1) == first)
        #expect(Timestamp(milliseconds: 0).advanced(bySeconds: .max) == last)
        #expect(Timestamp(seconds: .min) == first)
        #expect(last.milliseconds(since: first) == .max)
        #expect(first.milliseconds(since: last) == .min)
        #expect(first.seconds == Int64.min / 1000 - 1)
        #expect(Timestamp(milliseconds: -1).seconds == -1)
        #expect(Timestamp(milliseconds: -1000).seconds == -1)
        #expect(!first.rfc3339.isEmpty && !last.rfc3339.isEmpty)
    }
}
