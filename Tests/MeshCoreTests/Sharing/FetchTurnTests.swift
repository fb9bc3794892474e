import MeshCore
import Multiformats
import Testing

@Suite struct FetchTurnTests {
    private let peers = Set((1...6).map { peer($0) })

    @Test func theAuthorFetchesAtOnceAndTheOthersInTurn() {
        let turn = FetchTurn(subject: Array("delivery".utf8), authors: [peer(3)])
        let delays = Dictionary(uniqueKeysWithValues: self.peers.map { ($0, turn.delay(of: $0, among: self.peers)) })
        #expect(delays[peer(3)] == .zero)
        #expect(Set(delays.values) == Set((0..<6).map { Duration.seconds($0) }))
    }

    @Test func ofSeveralAuthorsOneFetches() {
        for subject in 0..<20 as Range<UInt8> {
            let turn = FetchTurn(subject: [subject], authors: [peer(1), peer(2)])
            let delays = [peer(1), peer(2)].map { turn.delay(of: $0, among: self.peers) }
            #expect(delays.count { $0 == .zero } == 1)
        }
    }

    @Test func theBurdenIsSpread() {
        let first = (0..<60 as Range<UInt8>).map { subject in
            let turn = FetchTurn(subject: [subject], authors: [])
            return self.peers.first { turn.delay(of: $0, among: self.peers) == .seconds(1) }
        }
        #expect(Set(first).count == 6)
    }

    @Test func aPeerThatKnowsNobodyElseWaitsForTheAuthorOnly() {
        let turn = FetchTurn(subject: [1], authors: [peer(1)])
        #expect(turn.delay(of: peer(2), among: []) == .seconds(1))
    }
}
