import LibP2PCore
import Multiformats
import Testing

struct AddressBookTests {
    private var random = Seeded(state: 1)
    private let peer: PeerID
    private let one: Multiaddr
    private let two: Multiaddr
    private let three: Multiaddr
    private var book = AddressBook()

    init() throws {
        self.peer = simulatedPeer(using: &self.random)
        self.one = try Multiaddr("/ip4/10.0.0.1/tcp/1")
        self.two = try Multiaddr("/ip4/10.0.0.2/tcp/2")
        self.three = try Multiaddr("/ip4/10.0.0.3/tcp/3")
    }

    @Test mutating func thePeersOwnWordTakesThePlaceOfHearsay() {
        self.book.hear(of: self.peer, [self.one], now: .zero)
        #expect(self.book.addresses(of: self.peer) == [self.one])
        #expect(self.book.known(of: self.peer) == [])
        self.book.hear(from: self.peer, [self.two], now: .zero)
        self.book.hear(of: self.peer, [self.three], now: .seconds(1))
        #expect(self.book.addresses(of: self.peer) == [self.two])
        #expect(self.book.known(of: self.peer) == [self.two])
    }

    @Test mutating func aNewWordReplacesTheOldOneButNotWhereThePeerWasReached() {
        self.book.hear(from: self.peer, [self.one, self.two], now: .zero)
        self.book.reached(self.peer, at: self.two, now: .seconds(1))
        self.book.hear(from: self.peer, [self.three], now: .seconds(2))
        #expect(self.book.addresses(of: self.peer) == [self.two, self.three])
    }

    @Test mutating func anOlderRecordIsPassedOver() {
        self.book.hear(from: self.peer, [self.one], sequence: 5, now: .zero)
        self.book.hear(from: self.peer, [self.two], sequence: 4, now: .zero)
        #expect(self.book.addresses(of: self.peer) == [self.one])
        self.book.hear(from: self.peer, [self.two], sequence: 6, now: .zero)
        #expect(self.book.addresses(of: self.peer) == [self.two])
    }

    @Test mutating func whatFailedIsTriedLast() {
        self.book.hear(from: self.peer, [self.one, self.two], now: .zero)
        self.book.failed(self.peer, at: self.one)
        #expect(self.book.addresses(of: self.peer) == [self.two, self.one])
    }

    @Test mutating func whoWasMissedIsDueLaterAndLater() {
        self.book.hear(from: self.peer, [self.one], now: .zero)
        var waits: [Duration] = []
        var now = Duration.zero
        for _ in 0..<11 {
            self.book.missed(self.peer, now: now, chance: 0)
            #expect(self.due(now: now) == [])
            let retry = self.book.nextRetry(after: now) ?? .zero
            waits.append(retry - now)
            now = retry
            #expect(self.due(now: now) == [self.peer])
        }
        #expect(waits.prefix(3) == [.seconds(2), .seconds(4), .seconds(8)])
        #expect(waits.last == .seconds(1800))
        self.book.missed(self.peer, now: now, chance: 0)
        #expect(self.book.count == 0)
    }

    private mutating func due(_ count: Int = 10, now: Duration = .zero) -> [PeerID] {
        self.book.due(count, now: now, except: { _ in false }, using: &self.random)
    }

    @Test mutating func chanceOnlyLengthensAWait() {
        self.book.hear(from: self.peer, [self.one], now: .zero)
        self.book.missed(self.peer, now: .zero, chance: 1)
        #expect(self.book.nextRetry(after: .zero) == .seconds(3))
    }

    @Test mutating func whoAnswersIsForgivenEverything() {
        self.book.hear(from: self.peer, [self.one], now: .zero)
        for _ in 0..<5 { self.book.missed(self.peer, now: .zero, chance: 0) }
        self.book.reached(self.peer, at: self.one, now: .seconds(1))
        #expect(self.due(now: .seconds(1)) == [self.peer])
        #expect(self.book[self.peer]?.failures == 0)
    }

    @Test mutating func hearsayIsForgottenAfterTwoFailuresAndAnHour() {
        self.book.hear(of: self.peer, [self.one], now: .zero)
        self.book.missed(self.peer, now: .zero, chance: 0)
        self.book.missed(self.peer, now: .zero, chance: 0)
        #expect(self.book.count == 0)
        self.book.hear(of: self.peer, [self.one], now: .zero)
        self.book.expire(now: .seconds(3600))
        #expect(self.book.count == 1)
        self.book.expire(now: .seconds(3601))
        #expect(self.book.count == 0)
    }

    @Test mutating func theReachedAreDialledBeforeOthers() {
        let others = (0..<3).map { _ in simulatedPeer(using: &self.random) }
        self.book.hear(of: others[0], [self.one], now: .zero)
        self.book.hear(from: others[1], [self.one], now: .zero)
        self.book.reached(others[2], at: self.one, now: .zero)
        #expect(self.due(now: .zero) == [others[2], others[1], others[0]])
        #expect(self.due(1, now: .zero) == [others[2]])
        #expect(self.due(-1, now: .zero) == [])
    }

    @Test mutating func strangersFillOnlyTheirShareAndGoFirst() {
        var limits = AddressBook.Limits()
        (limits.peers, limits.hearsayPeers) = (10, 4)
        self.book = AddressBook(limits: limits)
        self.book.reached(self.peer, at: self.one, now: .zero)
        for _ in 0..<100 { self.book.hear(of: simulatedPeer(using: &self.random), [self.two], now: .seconds(1)) }
        #expect(self.book.count == 5)
        for _ in 0..<100 { self.book.hear(from: simulatedPeer(using: &self.random), [self.two], now: .seconds(1)) }
        #expect(self.book.count == 10)
        #expect(self.book[self.peer] != nil)
    }

    @Test mutating func onePeerHasSoManyAddresses() throws {
        let many = try (1...100).map { try Multiaddr("/ip4/10.0.0.1/tcp/\($0)") }
        self.book.hear(from: self.peer, many, now: .zero)
        #expect(self.book.addresses(of: self.peer).count == 8)
    }

    @Test mutating func namesFromStrangersAndWhatCannotBeDialledAreLeftOut() throws {
        let name = try Multiaddr("/dns4/example.com/tcp/1")
        let odd = try ["/ip4/10.0.0.1/udp/1", "/ip4/0.0.0.0/tcp/1", "/ip4/224.0.0.1/tcp/1", "/tcp/1"].map {
            try Multiaddr($0)
        }
        self.book.hear(of: self.peer, [name] + odd, now: .zero)
        #expect(self.book.count == 0)
        self.book.hear(from: self.peer, [name] + odd, now: .zero)
        #expect(self.book.addresses(of: self.peer) == [name])
    }

    @Test mutating func whatAnEarlierRunKeptIsOfUseOnlyWhereItCanBeDialled() throws {
        func place(_ address: String, _ source: AddressBook.Source = .peer) throws -> AddressBook.Place {
            AddressBook.Place(address: try Multiaddr(address), source: source, moment: .seconds(1))
        }
        let peers = (0..<4).map { _ in simulatedPeer(using: &self.random) }
        var pages = peers.map { AddressBook.Page(of: $0) }
        pages[1].places = [try place("/ip4/10.0.0.1/udp/1"), try place("/tcp/1"), try place("/ip4/0.0.0.0/tcp/1")]
        pages[2].places = [try place("/ip4/10.0.0.1/tcp/1/p2p/\(peers[2])"), try place("/ip4/10.0.0.2/tcp/2")]
        pages[3].places = try (1...20).flatMap {
            [try place("/ip4/10.0.0.1/tcp/\($0)"), try place("/ip4/10.0.0.1/tcp/\($0)", .reached)]
        }
        self.book = AddressBook(pages: pages)
        #expect(Set(self.due()) == [peers[2], peers[3]])
        #expect(self.book.addresses(of: peers[2]) == [self.two])
        #expect(self.book[peers[3]]?.places.count == 8)
        #expect(self.book[peers[3]]?.places.allSatisfy { $0.source == .reached } == true)
    }

    @Test mutating func theBookOutlivesTheProcess() {
        self.book.hear(of: simulatedPeer(using: &self.random), [self.one], now: .zero)
        self.book.hear(from: self.peer, [self.one, self.two], sequence: 3, now: .zero)
        self.book.reached(self.peer, at: self.two, now: .seconds(1))
        let changes = self.book.takeChanges()
        #expect(Array(changes.keys) == [self.peer])
        #expect(self.book.takeChanges().isEmpty)
        let next = AddressBook(pages: changes.values.compactMap { $0 })
        #expect(next.addresses(of: self.peer) == [self.two, self.one])
        #expect(next[self.peer]?.sequence == 3)
        self.book.forget(self.peer)
        #expect(self.book.takeChanges() == [self.peer: nil])
    }
}
