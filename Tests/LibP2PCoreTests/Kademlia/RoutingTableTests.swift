import LibP2PCore
import Multiformats
import Testing

struct RoutingTableTests {
    @Test func distanceIsSymmetricAndZeroToItself() {
        let (one, other) = (Kademlia.Key(of: [1]), Kademlia.Key(of: [2]))
        #expect(one.distance(to: other) == other.distance(to: one))
        #expect(one.distance(to: one).sharedBits == 256)
        #expect(one.distance(to: one) < one.distance(to: other))
    }

    @Test func aKeyIsTheDigestOfItsBytes() {
        // SHA-256 of nothing begins with e3, that of "a" with ca: they differ in the third bit.
        #expect(Kademlia.Key(of: []).distance(to: Kademlia.Key(of: Array("a".utf8))).sharedBits == 2)
    }

    @Test(arguments: 1...20)
    func theNearestAreTheNearestOfAll(seed: UInt64) {
        var random = Seeded(state: seed)
        let own = simulatedPeer(using: &random)
        var table = RoutingTable(own: own)
        for _ in 0..<400 { _ = table.seen(simulatedPeer(using: &random), in: nil, now: .zero) }
        let keys = (0..<5).map { _ in Kademlia.Key(of: simulatedPeer(using: &random)) } + [Kademlia.Key(of: own)]
        for key in keys + table.peers.prefix(3).map({ Kademlia.Key(of: $0) }) {
            let all = table.peers.map { (Kademlia.Key(of: $0).distance(to: key), $0) }.sorted { $0.0 < $1.0 }
            #expect(table.nearest(to: key, count: 20) == all.prefix(20).map(\.1))
            #expect(table.nearest(to: key, count: 1000).count == table.count)
        }
    }

    /// Peers that all belong in the farthest bucket.
    private func far(from own: PeerID, count: Int, using random: inout Seeded) -> [PeerID] {
        var peers: [PeerID] = []
        while peers.count < count {
            let peer = simulatedPeer(using: &random)
            if Kademlia.Key(of: peer).distance(to: Kademlia.Key(of: own)).sharedBits == 0 { peers.append(peer) }
        }
        return peers
    }

    @Test func aFullBucketKeepsWhomItHasUntilOneStopsAnswering() {
        var random = Seeded(state: 5)
        let own = simulatedPeer(using: &random)
        var table = RoutingTable(own: own)
        let peers = self.far(from: own, count: 22, using: &random)
        for peer in peers.prefix(20) { #expect(table.seen(peer, in: nil, now: .zero) == .kept) }
        #expect(table.seen(peers[20], in: nil, now: .seconds(1)) == .waits(check: peers[0]))
        // One check at a time.
        #expect(table.seen(peers[21], in: nil, now: .seconds(1)) == .waits(check: nil))
        // It lives: everybody stays, and the next one is asked another time.
        #expect(table.seen(peers[0], in: nil, now: .seconds(2)) == .kept)
        #expect(table.contains(peers[0]) && !table.contains(peers[20]))
        #expect(table.seen(peers[20], in: nil, now: .seconds(3)) == .waits(check: peers[1]))
        table.failed(peers[1])
        #expect(table.contains(peers[1]))
        table.failed(peers[1])
        #expect(!table.contains(peers[1]))
        #expect(table.contains(peers[20]))
        #expect(table.count == 20)
    }

    @Test func whoServesNoMoreGoesAtOnce() {
        var random = Seeded(state: 6)
        let peer = simulatedPeer(using: &random)
        var table = RoutingTable(own: simulatedPeer(using: &random))
        _ = table.seen(peer, in: nil, now: .zero)
        table.failed(peer, isFinal: true)
        #expect(table.count == 0)
    }

    @Test func thisNodeHasNoPlace() {
        var random = Seeded(state: 6)
        let own = simulatedPeer(using: &random)
        var table = RoutingTable(own: own)
        #expect(table.seen(own, in: nil, now: .zero) == .refused)
    }

    @Test func onePublicSubnetFillsNoBucket() throws {
        var random = Seeded(state: 7)
        let own = simulatedPeer(using: &random)
        var table = RoutingTable(own: own)
        let sybils = self.far(from: own, count: 100, using: &random)
        let subnet = try Multiaddr("/ip4/198.51.100.7/tcp/1").subnet
        #expect(subnet != nil)
        for sybil in sybils { _ = table.seen(sybil, in: subnet, now: .zero) }
        #expect(table.count == 2)
        // Nor do they keep others out.
        for peer in self.far(from: own, count: 18, using: &random) {
            #expect(table.seen(peer, in: nil, now: .zero) == .kept)
        }
    }

    @Test func aKeyForABucketBelongsThere() throws {
        var random = Seeded(state: 8)
        let own = simulatedPeer(using: &random)
        let table = RoutingTable(own: own)
        for depth in 0..<6 {
            let name = try #require(table.key(atDepth: depth, using: &random))
            #expect(Kademlia.Key(of: name).distance(to: Kademlia.Key(of: own)).sharedBits == depth)
            #expect(throws: Never.self) { try PeerID(multihash: name) }
        }
    }
}
