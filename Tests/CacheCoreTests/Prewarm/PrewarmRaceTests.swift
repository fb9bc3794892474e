import CacheCore
import GitHubCore
import Multiformats
import Testing

@Suite struct PrewarmRaceTests {
    private let slot = Timestamp(seconds: 1_785_578_400)
    private let peers: [PeerID]
    private let word: PrewarmWord

    init() throws {
        word = PrewarmWord(job: CID(hashing: [1]), slot: slot, phase: .runs)
        let all = (0..<5).map { PeerID(publicKeyMessage: Array(repeating: UInt8($0), count: 60)) }
        peers = PrewarmRace.line(of: Set(all), word)
        try #require(peers.count == 5)
    }

    private func at(_ milliseconds: Int64) -> Timestamp { slot.advanced(byMilliseconds: milliseconds) }

    private func verdict(
        _ race: PrewarmRace,
        _ place: Int,
        at milliseconds: Int64,
        ready: Int64 = 0,
        among count: Int = 5
    ) -> PrewarmRace.Verdict {
        let others = Set(peers.prefix(count)).subtracting([peers[place]])
        return race.verdict(on: word, for: peers[place], among: others, readySince: at(ready), now: at(milliseconds))
    }

    @Test func theLineIsTheSameForAllAndAnotherForEachRun() {
        #expect(PrewarmRace.line(of: Set(peers.reversed()), word) == peers)
        let firsts = (0..<40).map { minute in
            let next = slot.advanced(bySeconds: 60 * minute)
            return PrewarmRace.line(of: Set(peers), PrewarmWord(job: word.job, slot: next, phase: .runs)).first
        }
        #expect(Set(firsts).count == 5)
        let other = PrewarmWord(job: CID(hashing: [2]), slot: slot, phase: .ended)
        #expect(PrewarmRace.line(of: Set(peers), other) != peers)
    }

    @Test func theFirstGoesAtOnceAndEachOtherAfterASilenceMore() {
        let race = PrewarmRace(openedAt: slot)
        #expect(verdict(race, 0, at: 0) == .runs)
        for place in 1..<5 {
            #expect(verdict(race, place, at: Int64(place) * 1000 - 1) == .waits)
            #expect(verdict(race, place, at: Int64(place) * 1000) == .runs)
        }
        #expect(verdict(race, 3, at: 0, among: 0) == .runs)
    }

    @Test func whileSomebodyRunsNobodyElseDoes() {
        var race = PrewarmRace(openedAt: slot)
        race.hear(.runs, by: peers[0], now: at(10))
        for place in 1..<5 { #expect(verdict(race, place, at: 20_009) == .waits) }
        race.hear(.runs, by: peers[0], now: at(15_000))
        #expect(verdict(race, 1, at: 30_000) == .waits)
        race.hear(.ended, by: peers[0], now: at(31_000))
        #expect(verdict(race, 1, at: 31_000) == .ended(by: peers[0], at: at(31_000)))
        // What ended stays so.
        race.hear(.runs, by: peers[0], now: at(32_000))
        #expect(verdict(race, 4, at: 99_000) == .ended(by: peers[0], at: at(31_000)))
    }

    @Test func whenTheRunnerFallsSilentTheOthersGoOnInOrder() {
        var race = PrewarmRace(openedAt: slot)
        race.hear(.runs, by: peers[0], now: at(1000))
        #expect(verdict(race, 1, at: 20_999) == .waits)
        #expect(verdict(race, 1, at: 21_000) == .runs)
        #expect(verdict(race, 2, at: 21_000) == .waits)
        #expect(verdict(race, 2, at: 22_000) == .runs)
        // The second took it, and falls silent too.
        race.hear(.runs, by: peers[1], now: at(21_000))
        #expect(verdict(race, 2, at: 30_000) == .waits)
        #expect(verdict(race, 2, at: 41_000) == .runs)
    }

    @Test func whoCanDoNoMoreLetsTheNextGoOn() {
        var race = PrewarmRace(openedAt: slot)
        race.hear(.runs, by: peers[0], now: at(0))
        race.hear(.stopped, by: peers[0], now: at(5000))
        #expect(verdict(race, 1, at: 5000) == .runs)
        #expect(verdict(race, 2, at: 5999) == .waits)
        #expect(verdict(race, 2, at: 6000) == .runs)
    }

    @Test func whoStoppedIsInLineAgainFromWhenItIsReady() {
        var race = PrewarmRace(openedAt: slot)
        #expect(verdict(race, 0, at: 59_999, ready: 60_000) == .waits)
        #expect(verdict(race, 0, at: 60_000, ready: 60_000) == .runs)
        #expect(verdict(race, 1, at: 60_999, ready: 60_000) == .waits)
        race.hear(.ended, by: peers[1], now: at(2000))
        #expect(verdict(race, 0, at: 2000, ready: 60_000) == .ended(by: peers[1], at: at(2000)))
    }

    @Test func ofTwoThatRunTheOneFurtherBackLetsGo() {
        var race = PrewarmRace(openedAt: slot)
        race.hear(.runs, by: peers[1], now: at(0))
        #expect(!race.precludes(peers[0], word, now: at(1)))
        #expect(race.precludes(peers[2], word, now: at(1)))
        #expect(!race.precludes(peers[2], word, now: at(20_000)))
        race.hear(.ended, by: peers[4], now: at(2))
        #expect(race.precludes(peers[0], word, now: at(3)))
    }

    @Test func ofTooManyPeersTheWordsAreNotKept() {
        var limits = PrewarmRace.Limits()
        limits.peers = 1
        var race = PrewarmRace(openedAt: slot, limits: limits)
        race.hear(.runs, by: peers[0], now: at(0))
        race.hear(.ended, by: peers[1], now: at(0))
        #expect(verdict(race, 2, at: 5000) == .waits)
        race.hear(.ended, by: peers[0], now: at(1))
        #expect(verdict(race, 2, at: 5000) == .ended(by: peers[0], at: at(1)))
    }
}
