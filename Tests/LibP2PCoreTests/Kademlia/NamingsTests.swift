import LibP2PCore
import Multiformats
import Testing

struct NamingsTests {
    private var random = Seeded(state: 1)
    private var namings = Namings()
    private let namer: PeerID

    init() {
        self.namer = simulatedPeer(using: &self.random)
    }

    private mutating func strangers(_ count: Int) -> [PeerID] {
        (0..<count).map { _ in simulatedPeer(using: &self.random) }
    }

    /// Names peers twenty at a time, and then misses each of them.
    private mutating func name(_ names: [PeerID], by namer: PeerID? = nil, now: Duration = .zero) -> [PeerID] {
        for start in stride(from: 0, to: names.count, by: 20) {
            let answer = Array(names[start..<min(start + 20, names.count)])
            self.namings.named(answer, by: namer ?? self.namer, now: now) { _ in false }
        }
        return names.flatMap { self.namings.missed($0) }
    }

    @Test mutating func whoNamesMoreThanATableHoldsAndNobodyWhoIsThereIsShown() {
        #expect(self.name(self.strangers(255)) == [])
        #expect(self.name(self.strangers(1)) == [self.namer])
        // And then it begins anew.
        #expect(self.name(self.strangers(255)) == [])
    }

    @Test mutating func theSameNamesShowNothingHoweverOften() {
        let gone = self.strangers(200)
        for _ in 0..<20 { #expect(self.name(gone) == []) }
    }

    @Test mutating func oneThatIsReachedIsEnough() {
        let alive = self.strangers(1)[0]
        for _ in 0..<20 {
            #expect(self.name(self.strangers(200)) == [])
            self.namings.named([alive], by: self.namer, now: .zero) { _ in false }
            self.namings.reached(alive)
        }
    }

    @Test mutating func oneThatIsConnectedIsEnough() {
        let alive = self.strangers(1)[0]
        for _ in 0..<20 {
            #expect(self.name(self.strangers(200)) == [])
            self.namings.named(self.strangers(19) + [alive], by: self.namer, now: .zero) { $0 == alive }
        }
    }

    @Test mutating func whoWasAwayAndIsBackClearsWhoNamedIt() {
        let gone = self.strangers(200)
        #expect(self.name(gone) == [])
        self.namings.reached(gone[7])
        #expect(self.name(self.strangers(200)) == [])
    }

    @Test mutating func thatANamerIsThereItselfShowsNothing() {
        for _ in 0..<2 {
            #expect(self.name(self.strangers(120)) == [])
            let namer = self.namer
            self.namings.named([namer], by: namer, now: .zero) { $0 == namer }
            self.namings.reached(namer)
        }
        #expect(self.name(self.strangers(16)) == [namer])
    }

    @Test mutating func whoWasNotTriedOrNotNamedIsNotMissing() {
        for _ in 0..<50 {
            self.namings.named(self.strangers(20), by: self.namer, now: .zero) { _ in false }
            for stranger in self.strangers(20) { #expect(self.namings.missed(stranger) == []) }
        }
    }

    @Test mutating func whatIsLongAgoIsForgotten() {
        for hour in 0..<10 { #expect(self.name(self.strangers(200), now: .seconds(3600 * hour)) == []) }
    }

    @Test mutating func allWhoNameTheSameAreShown() {
        let names = self.strangers(256)
        let others = self.strangers(3)
        for namer in others {
            for name in names { self.namings.named([name], by: namer, now: .zero) { _ in false } }
        }
        #expect(names.flatMap { self.namings.missed($0) } == others.sorted())
    }

    @Test mutating func ofTooManyNamersTheOneOfWhomLeastIsKnownIsForgotten() {
        #expect(self.name(self.strangers(255)) == [])
        for namer in self.strangers(200) { #expect(self.name(self.strangers(2), by: namer) == []) }
        #expect(self.name(self.strangers(1)) == [self.namer])
    }

    /// A fleet that went home at once, all but the one that is asked.
    @Test mutating func anHonestTableThatDiedInANightIsBelieved() {
        var server = KademliaServer(own: self.namer, seed: 1)
        for peer in self.strangers(20_000) { _ = server.table.seen(peer, in: nil, now: .zero) }
        let asker = self.strangers(1)[0]
        let address = Multiaddr([.ip4(.loopback), .tcp(9000)])
        var named: Set<PeerID> = []
        for number in 0..<500 {
            let key = Array("\(number)".utf8)
            let reply = server.answer(.findNode(key), of: asker, at: nil, now: .zero) { _ in [address] }
            guard case .answer(let response) = reply else { continue }
            named.formUnion(response.closer.map(\.peer))
            #expect(self.name(response.closer.map(\.peer)) == [])
        }
        #expect(named.count > 100)
    }
}
