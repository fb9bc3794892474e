import MeshCore
import Multiformats
import Testing

@Suite struct AskRoundTests {
    private let peers = (1...5).map { peer($0) }

    @Test func theBestKnownAreAskedFirstAndTheOthersWhenTheyAreSlow() {
        var round = AskRound(self.peers, width: 2)
        #expect(round.next() == Array(self.peers[0...1]))
        #expect(round.hasMore)
        #expect(round.next() == Array(self.peers[2...3]))
        #expect(round.next() == [self.peers[4]])
        #expect(!round.hasMore && round.next().isEmpty)
    }

    @Test func whereThoseAskedHaveNothingTheNextAreAskedAtOnce() {
        var round = AskRound(self.peers, width: 2)
        _ = round.next()
        #expect(round.answered(self.peers[0], false) == .wait)
        #expect(round.answered(self.peers[1], false) == .ask(Array(self.peers[2...3])))
        #expect(round.answered(self.peers[2], nil) == .wait)
        #expect(round.answered(self.peers[3], false) == .ask([self.peers[4]]))
        #expect(round.answered(self.peers[4], false) == .end)
        // One gave no answer, and may have had it.
        #expect(!round.isAbsent)
    }

    @Test func aCopyHurriesWhoWasAskedAndNobodyElseIs() {
        var round = AskRound(self.peers, width: 3)
        _ = round.next()
        #expect(round.answered(self.peers[1], true) == .hurry)
        #expect(!round.hasMore && round.next().isEmpty)
        #expect(round.answered(self.peers[0], true) == .wait)
        #expect(round.answered(self.peers[2], false) == .end)
        #expect(!round.isAbsent)
    }

    @Test func theOnlyAnswerEndsIt() {
        var round = AskRound([self.peers[0]], width: 2)
        _ = round.next()
        #expect(round.answered(self.peers[0], true) == .end)
    }

    @Test func whatNobodyHasIsAbsent() {
        var round = AskRound(Array(self.peers.prefix(2)), width: 2)
        _ = round.next()
        #expect(round.answered(self.peers[0], false) == .wait)
        #expect(round.answered(self.peers[1], false) == .end)
        #expect(round.isAbsent)
    }

    @Test func whoWasNotAskedChangesNothing() {
        var round = AskRound(self.peers, width: 1)
        _ = round.next()
        #expect(round.answered(self.peers[3], true) == .wait)
        #expect(round.hasMore)
    }
}
