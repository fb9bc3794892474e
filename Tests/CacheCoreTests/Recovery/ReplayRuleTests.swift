import CacheCore
import GitHubSimulatorCore
import Testing

@Suite struct ReplayRuleTests {
    @Test(
        arguments: [
            ([], 0), ([0], 1), ([0, 0, 0], 3), ([0, 1], 1), ([1, 1, 0], 2), ([2, 2], 1), ([3], 0), ([3, 0], 0),
            (Array(repeating: 0, count: 300), 256), (Array(repeating: 1, count: 300), 16),
        ] as [([Int], Int)]
    )
    func whatWasBegunBeforeIsBegunInSmallerPortions(attempts: [Int], count: Int) {
        #expect(ReplayRule().portion(of: attempts) == count)
    }

    /// Each start works until something ends the process, some of them by chance.
    @Test(arguments: 0..<50 as Range<UInt64>)
    func whateverEndsTheProcessIsFoundAndTheRestIsDone(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let rule = ReplayRule()
        var attempts = Array(repeating: 0, count: 400)
        let poison = Set((0..<Int(random.next() % 4)).map { _ in Int(random.next() % 400) })
        var open = Array(attempts.indices)
        var aside: Set<Int> = []
        var done: Set<Int> = []
        var starts = 0
        start: while !open.isEmpty {
            starts += 1
            while let first = open.first {
                let count = rule.portion(of: open.map { attempts[$0] })
                guard count > 0 else {
                    aside.insert(first)
                    open.removeFirst()
                    continue
                }
                let portion = Array(open.prefix(count))
                for index in portion { attempts[index] += 1 }
                for index in portion {
                    if poison.contains(index) { continue start }
                    done.insert(index)
                }
                // The marks of a portion are on disk before the next one begins.
                open.removeFirst(count)
            }
        }
        #expect(aside == poison)
        #expect(done.isSuperset(of: Set(attempts.indices).subtracting(poison)))
        #expect(starts <= 1 + 3 * poison.count)
    }
}
