@testable import LibP2PCore
import Multiformats
import Testing

@Suite struct ScoreBookTests {
    private let peers: [PeerID]

    init() throws {
        self.peers = try (1...20).map { try Author($0).id }
    }

    private func book(capacity: Int = 10, _ change: (inout PeerScore.Parameters) -> Void = { _ in }) -> ScoreBook {
        var parameters = PeerScore.Parameters()
        parameters.retention = .seconds(5)
        parameters.colocationThreshold = 2
        change(&parameters)
        return ScoreBook(parameters: parameters, heartbeat: .seconds(1), capacity: capacity)
    }

    @Test func aBadScoreOutlivesTheConnectionForAWhileAndDoesNotFadeMeanwhile() {
        var book = self.book()
        book.add(self.peers[0], at: nil)
        book.change(self.peers[0]) { $0.credit(-50, $1) }
        book.remove(self.peers[0])
        for _ in 0..<4 { book.tick() }
        #expect(book.value(of: self.peers[0]) == -50)
        book.add(self.peers[0], at: nil)
        #expect(book.value(of: self.peers[0]) == -50)
        book.remove(self.peers[0])
        for _ in 0..<5 { book.tick() }
        #expect(book.value(of: self.peers[0]) == 0)
    }

    @Test func whatIsRememberedIsBounded() {
        var book = self.book(capacity: 3)
        for peer in self.peers {
            book.add(peer, at: nil)
            book.change(peer) { $0.credit(-50, $1) }
            book.remove(peer)
            book.tick()
        }
        #expect(book.departedCount == 3)
        #expect(book.value(of: self.peers[19]) == -50)
    }

    @Test func aGoodScoreIsNotRemembered() {
        var book = self.book()
        book.add(self.peers[0], at: nil)
        book.change(self.peers[0]) { $0.credit(50, $1) }
        book.remove(self.peers[0])
        #expect(book.departedCount == 0)
    }

    @Test func peersCrowdingAtOneAddressAreWorthLessUntilTheyGo() throws {
        var book = self.book()
        let address = try Multiaddr("/ip4/203.0.113.7/tcp/4001")
        for peer in self.peers.prefix(4) { book.add(peer, at: address) }
        #expect(book.value(of: self.peers[0]) == -4)
        for peer in self.peers[2..<4] { book.remove(peer) }
        #expect(book.value(of: self.peers[0]) == 0)
        #expect(book.departedCount == 0)
    }

    @Test func addressesOfOneIPv6NetworkAreOne() throws {
        var book = self.book()
        for (index, peer) in self.peers.prefix(4).enumerated() {
            book.add(peer, at: try Multiaddr("/ip6/2001:db8::\(index + 1)/tcp/4001"))
        }
        #expect(book.value(of: self.peers[0]) == -4)
    }

    @Test(arguments: ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1"])
    func loopbackAddressesNeverCrowd(address: String) throws {
        var book = self.book()
        for peer in self.peers { book.add(peer, at: try Multiaddr(address)) }
        #expect(self.peers.allSatisfy { book.value(of: $0) == 0 })
    }
}
