import Testing

@testable import CacheStore

@Suite struct RecencyListTests {
    @Test func theOldestIsTheLeastUsed() {
        var list = RecencyList<Int>()
        for number in 1...3 { list.add(number) }
        list.use(1)
        list.add(2)
        #expect(drained(&list) == [2, 3, 1])
    }

    @Test func placesAreUsedAgain() {
        var list = RecencyList<Int>()
        for number in 1...4 { list.add(number) }
        list.remove(2)
        list.remove(2)
        list.remove(4)
        list.use(5)
        list.use(1)
        list.add(6)
        #expect(list.count == 4)
        #expect(drained(&list) == [3, 5, 1, 6])
        #expect(list.oldest == nil)
    }

    private func drained(_ list: inout RecencyList<Int>) -> [Int] {
        var result: [Int] = []
        while let oldest = list.oldest {
            result.append(oldest)
            list.remove(oldest)
        }
        return result
    }
}
