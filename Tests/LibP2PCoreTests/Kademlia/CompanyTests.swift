import LibP2PCore
import Multiformats
import Testing

struct CompanyTests {
    private let peers: [PeerID]
    private let network = Rendezvous.key(of: "network")
    private let topic = Rendezvous.key(of: "topic/t")
    private var company = Company(secret: nil)
    /// Whom the node has.
    private var kept: Set<PeerID> = []
    private var outbound = 0
    private var followers = 0
    private var hasTable = true
    private var now = Duration.zero

    init() {
        var random = Seeded(state: 1)
        self.peers = (0..<60).map { _ in simulatedPeer(using: &random) }
    }

    private var census: Company.Census {
        Company.Census(
            peers: self.kept.count,
            outbound: self.outbound,
            followers: ["t": self.followers],
            hasTable: self.hasTable
        )
    }

    private mutating func step(chance: Double = 0) -> Company.Step {
        let kept = self.kept
        return self.company.next(self.census, now: self.now, chance: chance) { !kept.contains($0) }
    }

    /// Takes part in the network with so many peers, and lets its first search find others.
    private mutating func search(having count: Int, finding found: [PeerID]) throws {
        (self.kept, self.outbound) = (Set(self.peers.prefix(count)), count)
        let errand = try #require(self.step().errands.first { $0.key == self.network })
        self.company.found(found, by: errand, isAnswered: true)
    }

    private mutating func reach(_ dials: [PeerID]) {
        for peer in dials {
            self.kept.insert(peer)
            self.outbound += 1
            self.company.dialled(peer, isReached: true, now: self.now)
        }
    }

    @Test mutating func halfOfThePeersAreDialledAtOnceAndTheRestIfNobodyElseDials() throws {
        try self.search(having: 1, finding: Array(self.peers[20...]))
        let dials = self.step().dials
        #expect(dials.count == 7)
        self.reach(dials)
        #expect(self.step().dials.isEmpty)
        self.now = .milliseconds(4999)
        #expect(self.step().dials.isEmpty && self.step().draws == 0)
        // Three others have come meanwhile.
        for peer in self.peers[10..<13] { self.kept.insert(peer) }
        self.now = .seconds(5)
        let rest = self.step().dials
        #expect(rest.count == 5)
        self.reach(rest)
        #expect(self.step().dials.isEmpty && self.kept.count == Company.Limits().peers)
    }

    @Test mutating func nobodyIsDialledBeyondWhatMayBeUnderWay() throws {
        var limits = Company.Limits()
        (limits.peers, limits.dials) = (40, 8)
        self.company = Company(secret: nil, limits: limits)
        try self.search(having: 1, finding: Array(self.peers[10...]))
        #expect(self.step().dials.count == 8)
        #expect(self.step().dials.isEmpty)
        self.company.dialled(self.peers[59], isReached: false, now: self.now)
        #expect(self.step().dials.count == 1)
    }

    @Test mutating func whoIsBeingDialledCountsAsIfItWereThere() throws {
        self.company.follow(["t"], now: .zero)
        self.company.introduce(Array(self.peers[50..<52]))
        (self.kept, self.outbound, self.followers) = (Set(self.peers.prefix(13)), 13, 6)
        let errands = self.step().errands
        #expect(errands.count == 2)
        for errand in errands { self.company.found(Array(self.peers[20..<40]), by: errand, isAnswered: true) }
        // Three are missing, two of them of the topic; the first step dialled whom it was introduced to.
        #expect(self.step().dials.count == 2)
        self.now = .seconds(60)
        let next = self.step()
        #expect(next.dials.isEmpty && next.draws == 0)
    }

    @Test mutating func whoHasEnoughDialsNobody() throws {
        try self.search(having: 16, finding: Array(self.peers[20...]))
        self.company.introduce(Array(self.peers[50...]))
        let step = self.step()
        #expect(step.dials.isEmpty && step.draws == 0 && step.pause > Company.Limits().interval)
        // Whom it was introduced to comes first once somebody is missing.
        self.kept.removeAll()
        self.outbound = 0
        #expect(Array(self.step().dials.prefix(4)) == Array(self.peers[50..<54]))
    }

    @Test mutating func someMustBeOfTheNodesOwnChoice() throws {
        (self.kept, self.outbound) = (Set(self.peers.prefix(30)), 4)
        let errand = try #require(self.step().errands.first)
        self.company.found(Array(self.peers[20...]), by: errand, isAnswered: true)
        let dials = self.step().dials
        #expect(dials.count == 2 && dials.allSatisfy { !self.kept.contains($0) })
    }

    @Test mutating func followersOfATopicAreFoundUnderItsKey() throws {
        try self.search(having: 16, finding: Array(self.peers[20...]))
        self.company.follow(["t"], now: .zero)
        let errand = try #require(self.step().errands.first { $0.key == self.topic })
        self.followers = 5
        self.company.found(Array(self.peers[40..<50]), by: errand, isAnswered: true)
        let dials = self.step().dials
        #expect(dials.count == 3 && Set(dials).isSubset(of: self.peers[40..<50]))
        // Whom it reached is given time to say what it follows.
        self.company.dialled(dials[0], isReached: false, now: self.now)
        for peer in dials.dropFirst() { self.company.dialled(peer, isReached: true, now: self.now) }
        #expect(self.step().dials.count == 1)
        self.now = .seconds(5)
        #expect(self.step().dials.count == 2)
    }

    @Test mutating func whoHasEverybodyLooksForNoFollowers() throws {
        self.company.follow(["t"], now: .zero)
        (self.kept, self.outbound) = (Set(self.peers.prefix(5)), 5)
        // Its second search for the topic is the one that says that it is there.
        for second in 0..<3 {
            self.now = .seconds(second)
            for errand in self.step().errands {
                let found = errand.key == self.network ? Array(self.peers.prefix(5)) : []
                self.company.found(found, by: errand, isAnswered: true)
            }
            _ = self.step()
        }
        self.now = .seconds(200)
        #expect(self.step().errands.map(\.key) == [self.network])
    }

    @Test mutating func whoHadEverybodyLooksForFollowersOnceOthersHaveCome() throws {
        self.company.follow(["t"], now: .zero)
        (self.kept, self.outbound) = (Set(self.peers.prefix(6)), 6)
        for errand in self.step().errands { self.company.found([], by: errand, isAnswered: true) }
        #expect(self.step().errands.isEmpty)
        self.now = .seconds(50)
        // They dialled it, so that of the network it needs no more.
        self.kept = Set(self.peers.prefix(16))
        #expect(self.step().errands.map(\.key) == [self.topic])
    }

    @Test mutating func whatWasFoundForATopicThatIsLeftIsOfNoUse() throws {
        self.company.follow(["t"], now: .zero)
        (self.kept, self.outbound) = (Set(self.peers.prefix(16)), 16)
        let errand = try #require(self.step().errands.first { $0.key == self.topic })
        self.company.follow([], now: .zero)
        self.company.found(Array(self.peers[20...]), by: errand, isAnswered: true)
        #expect(self.step().dials.isEmpty)
    }

    @Test mutating func theAddressBookIsAskedWhereNobodyElseCanBe() {
        self.hasTable = false
        let step = self.step()
        #expect(step.draws == 8 && step.errands.isEmpty && step.pause == Company.Limits().interval)
        self.company.choose(Array(self.peers.prefix(8)))
        #expect(self.step().draws == 0)
        #expect(self.company.isDialling(self.peers[0]) && !self.company.isDialling(self.peers[8]))
        self.company.dialled(self.peers[0], isReached: false, now: self.now)
        #expect(self.step().draws == 1)
    }

    @Test mutating func theAddressBookWaitsForASearchButNotForLong() throws {
        let first = self.step()
        #expect(first.errands.count == 1 && first.draws == 0)
        self.now = .seconds(1)
        #expect(self.step().draws == 0)
        self.now = .seconds(2)
        #expect(self.step().draws == 8)
    }

    @Test mutating func theAddressBookIsAskedForThoseWhomASearchDidNotFind() throws {
        try self.search(having: 5, finding: Array(self.peers[20..<23]))
        let dials = self.step().dials
        #expect(Set(dials) == Set(self.peers[20..<23]))
        self.reach(dials)
        // It has half of them by itself; nobody else comes.
        #expect(self.step().draws == 0)
        self.now = .seconds(5)
        let errand = try #require(self.step().errands.first)
        self.company.found([], by: errand, isAnswered: true)
        #expect(self.step().draws == 8)
    }

    @Test mutating func aSearchEndsWhenAllWhomItFoundWereTriedAndTheNextOneWaits() throws {
        try self.search(having: 1, finding: Array(self.peers[20..<30]))
        for _ in 0..<10 {
            for peer in self.step().dials { self.company.dialled(peer, isReached: false, now: self.now) }
        }
        #expect(self.step().errands.isEmpty)
        self.now = .milliseconds(999)
        #expect(self.step().errands.isEmpty)
        self.now = .seconds(1)
        #expect(self.step().errands == [Rendezvous.Errand(key: self.network, announces: false)])
    }

    @Test mutating func aLossHurriesTheNextSearch() throws {
        try self.search(having: 16, finding: [])
        #expect(self.step().errands.isEmpty)
        self.kept.remove(self.peers[0])
        self.company.lost(self.census, now: self.now)
        #expect(self.step().errands.count == 1)
    }

    @Test mutating func whoIsGoneAfterAnErrandIsNoLoss() throws {
        try self.search(having: 15, finding: [])
        _ = self.step()
        self.company.lost(self.census, now: self.now)
        #expect(self.step().errands.isEmpty)
    }

    @Test mutating func theFirstOneToAskHurriesWhatFailedWithout() throws {
        let errand = try #require(self.step().errands.first)
        self.company.found([], by: errand, isAnswered: false)
        self.hasTable = false
        #expect(self.step().errands.isEmpty)
        self.hasTable = true
        #expect(self.step().errands.count == 1)
    }

    @Test mutating func aSecretNamesOtherPlaces() {
        self.company = Company(secret: Array(repeating: 7, count: 32))
        self.company.follow(["t"], now: .zero)
        let keys = Set(self.step().errands.map(\.key))
        #expect(keys.count == 2 && keys.isDisjoint(with: [self.network, self.topic]))
    }
}
