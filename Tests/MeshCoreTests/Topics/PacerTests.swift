import MeshCore
import Testing

@Suite struct PacerTests {
    @Test func anEasyPaceGoesOutAtOnce() {
        var pacer = Pacer<Int>()
        for number in 0..<20 {
            let batches = pacer.add(number, size: 10, to: "t", now: .milliseconds(number * 300))
            #expect(batches.map(\.items) == [[number]])
        }
        #expect(pacer.nextDue == nil)
    }

    @Test func aBurstGoesOutInBatchesInOrder() {
        var pacer = Pacer<Int>()
        var sent: [[Int]] = []
        for number in 0..<50 { sent += pacer.add(number, size: 10, to: "t", now: .zero).map(\.items) }
        #expect(sent == [[0], [1], [2], [3]])
        #expect(pacer.nextDue == .milliseconds(250))
        #expect(pacer.due(now: .milliseconds(249)).isEmpty)
        #expect(pacer.due(now: .milliseconds(250)).map(\.items) == [Array(4..<50)])
        #expect(pacer.nextDue == nil)
    }

    @Test(arguments: [1, 3, 7, 20])
    func noSecondSeesMoreThanEight(step: Int) {
        var pacer = Pacer<Int>()
        var times: [Int] = []
        var items = 0
        for millisecond in stride(from: 0, to: 10_000, by: step) {
            let now = Duration.milliseconds(millisecond)
            let batches = pacer.due(now: now) + pacer.add(millisecond, size: 10, to: "t", now: now)
            times += batches.map { _ in millisecond }
            items += batches.map(\.items.count).reduce(0, +)
        }
        for start in times { #expect(times.count { $0 >= start && $0 < start + 1000 } <= 8) }
        let waiting = pacer.due(now: .seconds(20)).map(\.items.count).reduce(0, +)
        #expect(items + waiting == (10_000 + step - 1) / step)
    }

    @Test func topicsDoNotWaitForEachOther() {
        var pacer = Pacer<Int>()
        for number in 0..<10 { _ = pacer.add(number, size: 10, to: "busy", now: .zero) }
        #expect(pacer.add(1, size: 10, to: "quiet", now: .zero).map(\.topic) == ["quiet"])
    }

    @Test func aFullBatchDoesNotWait() {
        var byCount = Pacer<Int>(itemLimit: 5)
        var byBytes = Pacer<Int>(byteLimit: 50)
        for number in 0..<9 {
            _ = byCount.add(number, size: 10, to: "t", now: .zero)
            _ = byBytes.add(number, size: 10, to: "t", now: .zero)
        }
        #expect(byCount.add(9, size: 10, to: "t", now: .zero).map(\.items) == [[4, 5, 6, 7, 8]])
        #expect(byBytes.add(9, size: 10, to: "t", now: .zero).map(\.items) == [[4, 5, 6, 7, 8]])
    }

    @Test func whatWaitsIsBoundedOverAllTopics() {
        var pacer = Pacer<Int>(waitingLimit: 10)
        var sent = 0
        for topic in 0..<100 {
            for number in 0..<10 {
                sent += pacer.add(number, size: 1, to: "\(topic)", now: .zero).map(\.items.count).reduce(0, +)
            }
        }
        #expect(1000 - sent <= 10)
    }
}
