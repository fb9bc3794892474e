import LibP2PCore
import Multiformats
import Testing

struct LookupTests {
    private func key(_ number: Int) -> [UInt8] { Multihash(hashing: Array("key \(number)".utf8)).bytes }

    @Test(arguments: 1...3)
    func aLookupFindsWhoIsReallyNearest(seed: UInt64) {
        var world = KademliaWorld(count: 150, seed: seed)
        for number in 0..<10 {
            let asker = world.peers[number * 7]
            let found = world.lookUp(self.key(number), from: asker)
            #expect(found.nearest == world.truth(of: self.key(number), except: asker))
            #expect(found.queries <= 60)
        }
    }

    @Test func aLookupAsksNobodyTwiceAndNotItself() {
        var random = Seeded(state: 1)
        let peers = (0..<60).map { _ in simulatedPeer(using: &random) }
        var lookup = Lookup(target: Kademlia.Key(of: [1]), own: peers[0], seeds: Array(peers[1..<10]))
        var asked: [PeerID] = []
        while !lookup.isFinished {
            let next = lookup.next()
            #expect(next.count <= 10)
            asked += next
            for peer in next { lookup.answered(peer, closer: peers.map { Kademlia.Contact(peer: $0, addresses: []) }) }
        }
        #expect(Set(asked).count == asked.count)
        #expect(!asked.contains(peers[0]))
        #expect(lookup.queries == asked.count)
    }

    @Test func aLookupWithoutPeersIsOver() {
        var random = Seeded(state: 1)
        var lookup = Lookup(target: Kademlia.Key(of: [1]), own: simulatedPeer(using: &random), seeds: [])
        #expect(lookup.next() == [])
        #expect(lookup.isFinished)
        #expect(lookup.nearest == [])
    }

    @Test func answersThatWereNotAskedForChangeNothing() {
        var random = Seeded(state: 1)
        let peers = (0..<5).map { _ in simulatedPeer(using: &random) }
        var lookup = Lookup(target: Kademlia.Key(of: [1]), own: peers[0], seeds: [peers[1]])
        #expect(lookup.next() == [peers[1]])
        lookup.answered(peers[2], closer: [Kademlia.Contact(peer: peers[3], addresses: [])])
        #expect(lookup.next() == [])
        lookup.failed(peers[1])
        lookup.answered(peers[1], closer: [Kademlia.Contact(peer: peers[3], addresses: [])])
        #expect(lookup.isFinished)
        #expect(lookup.nearest == [])
    }

    @Test(arguments: 1...3)
    func theDeadDoNotHideTheLiving(seed: UInt64) {
        var world = KademliaWorld(count: 150, seed: seed)
        var random = Seeded(state: seed)
        world.dead = Set(world.peers.dropFirst().shuffled(using: &random).prefix(45))
        let asker = world.peers[0]
        for number in 0..<5 {
            let found = world.lookUp(self.key(number), from: asker)
            let truth = world.truth(of: self.key(number), except: asker)
            #expect(Set(found.nearest).intersection(truth).count >= 18)
        }
    }

    @Test func anEndlessLieIsBounded() {
        var random = Seeded(state: 9)
        let own = simulatedPeer(using: &random)
        var lookup = Lookup(target: Kademlia.Key(of: [1]), own: own, seeds: [simulatedPeer(using: &random)])
        while !lookup.isFinished {
            // Every answer names twenty more who are never there before.
            for peer in lookup.next() {
                let more = (0..<20).map { _ in
                    Kademlia.Contact(peer: simulatedPeer(using: &random), addresses: [])
                }
                lookup.answered(peer, closer: more)
            }
        }
        #expect(lookup.queries <= Kademlia.Limits().queries)
    }

    /// A fifth of the nodes lie: they name only one another.
    ///
    /// An honest node still finds most of the honest ones nearest.
    @Test(arguments: 1...3)
    func liarsDoNotHideTheHonest(seed: UInt64) {
        var world = KademliaWorld(count: 150, seed: seed)
        var random = Seeded(state: seed)
        let liars = world.peers.dropFirst().shuffled(using: &random).prefix(30)
        for liar in liars {
            world.lies[liar] = liars.shuffled(using: &random).prefix(20).map {
                Kademlia.Contact(peer: $0, addresses: world.addresses[$0] ?? [])
            }
        }
        let asker = world.peers[0]
        for number in 0..<5 {
            let found = Set(world.lookUp(self.key(number), from: asker).nearest)
            let truth = world.truth(of: self.key(number), except: asker).prefix(10)
            #expect(truth.filter { found.contains($0) }.count >= 7)
        }
    }

    @Test func providersAreFoundFromEverywhere() {
        var world = KademliaWorld(count: 200, seed: 3)
        let key = self.key(1)
        let providers = Set([3, 50, 120].map { world.peers[$0] })
        for provider in providers { world.provide(key, by: provider) }
        for index in stride(from: 0, to: 200, by: 20) {
            let asker = world.peers[index]
            #expect(world.lookUp(key, .getProviders(key), from: asker).providers == providers.subtracting([asker]))
        }
    }

    @Test func halfOfThoseWhoKeepAKeyMayDie() {
        var world = KademliaWorld(count: 200, seed: 4)
        let key = self.key(2)
        world.provide(key, by: world.peers[9])
        world.dead = Set(world.truth(of: key, except: world.peers[9]).prefix(10)).subtracting([world.peers[150]])
        #expect(world.lookUp(key, .getProviders(key), from: world.peers[150]).providers == [world.peers[9]])
    }
}
