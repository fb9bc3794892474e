import Multiformats
import Testing

@testable import NodeServer

struct RenditionMemoTests {
    private let counters = ServerCounters()

    private func memo(bytes: Int, count: Int = 1000) -> RenditionMemo {
        var limits = Limits()
        (limits.renditionBytes, limits.renditions) = (bytes, count)
        return RenditionMemo(limits, counters: counters)
    }

    private func key(_ number: Int, base: String? = nil, coding: Rendition.Coding = .identity) -> Rendition.Key {
        Rendition.Key(cid: CID(hashing: [UInt8(number)]), base: base, coding: coding)
    }

    private func ask(_ memo: RenditionMemo, _ key: Rendition.Key, size: Int = 10) {
        _ = memo.rendition(key) { Rendition(plain: [UInt8](repeating: 1, count: size)) }
    }

    @Test func oneIsMadeOnce() {
        let memo = memo(bytes: 1000)
        for _ in 0..<5 { ask(memo, key(1)) }
        #expect(counters.snapshot.renditionsMade == 1)
        #expect(counters.snapshot.renditionsReused == 4)
        #expect(memo.bytes == 10)
    }

    @Test func anotherAddressOrCodingIsAnother() {
        let memo = memo(bytes: 1000)
        for base in [nil, "http://a", "http://b"] {
            for coding in [Rendition.Coding.identity, .gzip] { ask(memo, key(1, base: base, coding: coding)) }
        }
        #expect(counters.snapshot.renditionsMade == 6)
    }

    @Test func itHoldsNoMoreThanItsBytesAndKeepsWhatIsUsed() {
        let memo = memo(bytes: 100)
        for number in 0..<200 {
            ask(memo, key(number))
            ask(memo, key(0))
            #expect(memo.bytes <= 100)
        }
        // The first was always there again.
        #expect(counters.snapshot.renditionsMade == 200)
    }

    @Test func itHoldsNoMoreThanItsNumber() {
        let memo = memo(bytes: 1_000_000, count: 10)
        for number in 0..<100 { ask(memo, key(number)) }
        #expect(memo.bytes <= 10 * 10)
    }

    @Test func whatIsTooLargeIsNotHeld() {
        let memo = memo(bytes: 100)
        ask(memo, key(1), size: 26)
        #expect(memo.bytes == 0)
        ask(memo, key(1), size: 25)
        #expect(memo.bytes == 25)
    }

    @Test func withoutRoomNothingIsHeld() {
        for memo in [memo(bytes: 0), memo(bytes: 100, count: 0)] {
            ask(memo, key(1))
            ask(memo, key(1))
            #expect(memo.bytes == 0)
        }
        #expect(counters.snapshot.renditionsMade == 4)
    }
}
