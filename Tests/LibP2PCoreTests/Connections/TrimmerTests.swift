import LibP2PCore
import Multiformats
import Testing

struct TrimmerTests {
    private let peers: [PeerID]
    private let limits: Trimmer.Limits

    init() {
        var random = Seeded(state: 1)
        self.peers = (0..<12).map { _ in simulatedPeer(using: &random) }
        var limits = Trimmer.Limits()
        (limits.high, limits.low, limits.wanted) = (10, 6, 3)
        limits.errandGrace = .seconds(10)
        self.limits = limits
    }

    private func candidates(
        _ count: Int,
        _ describe: (Int) -> (age: Int, isErrand: Bool, worth: Trimmer.Worth) = { (100 + $0, false, .useful) }
    ) -> [Trimmer.Candidate] {
        (0..<count).map { index in
            let (age, isErrand, worth) = describe(index)
            return Trimmer.Candidate(peer: self.peers[index], age: .seconds(age), isErrand: isErrand, worth: worth)
        }
    }

    @Test func upToTheUpperMarkEverybodyStays() {
        #expect(Trimmer(limits: self.limits).excess(among: self.candidates(10)) == [])
    }

    @Test func aboveItTheLeastWorthAndYoungestGoDownToTheLowerMark() {
        let excess = Trimmer(limits: self.limits).excess(
            among: self.candidates(12) { (100 + $0, false, $0 < 4 ? .member : $0 == 11 ? .nothing : .useful) }
        )
        #expect(excess == [self.peers[11]] + self.peers[4..<9])
    }

    @Test func whoIsNeededOrYoungStays() {
        let excess = Trimmer(limits: self.limits).excess(
            among: self.candidates(12) { ($0 < 2 ? 5 : 100, false, $0 < 9 ? .needed : .nothing) }
        )
        #expect(Set(excess) == Set(self.peers[9...]))
    }

    @Test func errandsEndDownToWhatIsWanted() {
        let excess = Trimmer(limits: self.limits).excess(
            among: self.candidates(6) { (100 + $0, $0 > 0, $0 == 5 ? .needed : .useful) }
        )
        #expect(excess == Array(self.peers[1...3]))
    }

    @Test func errandsAreLeftAloneForLessLongThanPeers() {
        let excess = Trimmer(limits: self.limits).excess(
            among: self.candidates(12) { (5 + $0, $0 > 3, .useful) }
        )
        #expect(Set(excess) == Set(self.peers[5...]))
    }

    @Test func errandsStayWhilePeersAreFew() {
        #expect(Trimmer(limits: self.limits).excess(among: self.candidates(3) { _ in (100, true, .nothing) }) == [])
    }
}
