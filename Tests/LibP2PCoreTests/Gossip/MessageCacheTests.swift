import LibP2PCore
import Testing

@Suite struct MessageCacheTests {
    private func cache(messages: Int = 100, bytes: Int = 1000) -> MessageCache {
        MessageCache(history: 5, gossip: 3, messageLimit: messages, byteLimit: bytes)
    }

    @Test func aMessageIsAdvertisedForThreeHeartbeatsAndKeptForFive() throws {
        let author = try Author(1)
        let message = try author.message("hello")
        var cache = self.cache()
        cache.insert(message)
        for heartbeat in 0..<7 {
            #expect((cache.advertised()["t"] == [message.id]) == (heartbeat < 3))
            #expect((cache.message(message.id, for: author.id, atMost: 100) != nil) == (heartbeat < 5))
            cache.shift()
        }
        #expect(cache.count == 0)
    }

    @Test func aPeerIsGivenAMessageAFewTimesOnly() throws {
        let author = try Author(1)
        let other = try Author(2)
        let message = try author.message("hello")
        var cache = self.cache()
        cache.insert(message)
        for _ in 0..<3 { #expect(cache.message(message.id, for: other.id, atMost: 3) != nil) }
        #expect(cache.message(message.id, for: other.id, atMost: 3) == nil)
        #expect(cache.message(message.id, for: author.id, atMost: 3) != nil)
    }

    @Test func theOldestGoWhenItIsFull() throws {
        let author = try Author(1)
        var byCount = self.cache(messages: 3)
        var byBytes = self.cache(bytes: 12)
        for number in 1...5 {
            let message = try author.message("text", sequence: UInt64(number))
            byCount.insert(message)
            byBytes.insert(message)
        }
        for cache in [byCount, byBytes] {
            #expect(cache.count == 3)
            #expect(cache.advertised()["t"]?.last == MessageID(author: author.id, sequence: 3))
        }
    }

    @Test func idsAreAdvertisedByTopic() throws {
        let author = try Author(1)
        var cache = self.cache()
        cache.insert(try author.message("a", topic: "a", sequence: 1))
        cache.insert(try author.message("b", topic: "b", sequence: 2))
        #expect(cache.advertised().mapValues(\.count) == ["a": 1, "b": 1])
    }
}
