import LibP2PCore
import Testing

@Suite struct SeenCacheTests {
    private func id(_ number: UInt8) -> MessageID { MessageID(bytes: [number]) }

    @Test func anIdIsTakenOnce() {
        var cache = SeenCache(lifetime: .seconds(120), capacity: 10)
        let first = cache.insert(self.id(1), now: .zero)
        let second = cache.insert(self.id(1), now: .seconds(1))
        #expect(first && !second)
        #expect(cache.contains(self.id(1)))
    }

    @Test func anIdIsForgottenAfterItsLifetime() {
        var cache = SeenCache(lifetime: .seconds(120), capacity: 10)
        cache.insert(self.id(1), now: .zero)
        cache.insert(self.id(2), now: .seconds(60))
        cache.expire(now: .seconds(120))
        #expect(!cache.contains(self.id(1)))
        #expect(cache.contains(self.id(2)))
    }

    @Test func theOldestGoWhenItIsFull() {
        var cache = SeenCache(lifetime: .seconds(120), capacity: 3)
        for number in 1...5 { cache.insert(self.id(UInt8(number)), now: .zero) }
        #expect(cache.count == 3)
        #expect(!cache.contains(self.id(2)))
        #expect(cache.contains(self.id(3)))
    }
}
