package import Multiformats

/// The peers that serve Kademlia and were lately alive, most of them near this node (specs, `kad-dht`).
///
/// A bucket for each number of leading bits that a peer shares with this node. A full bucket keeps whom it has: a
/// newcomer waits as a spare until one of them stops answering. Peers that only ask have no place here.
package struct RoutingTable: Sendable {
    struct Entry: Sendable {
        let peer: PeerID
        let key: Kademlia.Key
        var subnet: Multiaddr.Subnet?
        var lastSeen: Duration
        var failures = 0
        var isChecked = false
    }

    private struct Bucket {
        /// Longest unseen first.
        var entries: [Entry] = []
        /// Those who wait, the latest last.
        var spares: [Entry] = []
    }

    /// What became of a peer that was seen.
    package enum Outcome: Equatable, Sendable {
        /// It has a place.
        case kept
        /// It waits for one; this peer should be asked whether it still lives.
        case waits(check: PeerID?)
        /// It is this node, or its subnet has enough places.
        case refused
    }

    private let own: Kademlia.Key
    private let ownPeer: PeerID
    private let limits: Kademlia.Limits
    private var buckets: [Int: Bucket] = [:]

    /// Makes an empty table.
    package init(own: PeerID, limits: Kademlia.Limits = Kademlia.Limits()) {
        self.ownPeer = own
        self.own = Kademlia.Key(of: own)
        self.limits = limits
    }

    /// The number of peers with a place.
    package var count: Int { self.buckets.values.reduce(0) { $0 + $1.entries.count } }

    /// The peers with a place.
    package var peers: [PeerID] { self.buckets.values.flatMap { $0.entries.map(\.peer) } }

    /// Whether a peer has a place.
    package func contains(_ peer: PeerID) -> Bool {
        self.buckets[self.index(of: Kademlia.Key(of: peer))]?.entries.contains { $0.peer == peer } ?? false
    }

    /// Notes that a peer which serves Kademlia is alive.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - subnet: The public subnet that it is in, if any.
    ///   - now: The time.
    /// - Returns: What became of it.
    package mutating func seen(_ peer: PeerID, in subnet: Multiaddr.Subnet?, now: Duration) -> Outcome {
        guard peer != self.ownPeer else { return .refused }
        let key = Kademlia.Key(of: peer)
        let index = self.index(of: key)
        var bucket = self.buckets[index] ?? Bucket()
        defer { if !bucket.entries.isEmpty { self.buckets[index] = bucket } }
        let entry = Entry(peer: peer, key: key, subnet: subnet, lastSeen: now)
        let known = bucket.entries.firstIndex { $0.peer == peer }
        if let known { bucket.entries.remove(at: known) }
        guard self.hasRoom(bucket.entries, subnet) else { return .refused }
        if bucket.entries.count < self.limits.replication {
            bucket.spares.removeAll { $0.peer == peer }
            bucket.entries.append(entry)
            return .kept
        }
        bucket.spares.removeAll { $0.peer == peer }
        bucket.spares.append(entry)
        if bucket.spares.count > self.limits.spares { bucket.spares.removeFirst() }
        guard !bucket.entries[0].isChecked else { return .waits(check: nil) }
        bucket.entries[0].isChecked = true
        return .waits(check: bucket.entries[0].peer)
    }

    /// Notes that a peer did not answer; in time it loses its place to one that waits.
    ///
    /// - Parameters:
    ///   - peer: The peer.
    ///   - isFinal: Whether it serves Kademlia no more, whatever its past.
    package mutating func failed(_ peer: PeerID, isFinal: Bool = false) {
        let index = self.index(of: Kademlia.Key(of: peer))
        guard var bucket = self.buckets[index] else { return }
        bucket.spares.removeAll { $0.peer == peer }
        if let place = bucket.entries.firstIndex(where: { $0.peer == peer }) {
            bucket.entries[place].failures += 1
            bucket.entries[place].isChecked = false
            if isFinal || bucket.entries[place].failures >= self.limits.failures {
                bucket.entries.remove(at: place)
                if let next = bucket.spares.lastIndex(where: { self.hasRoom(bucket.entries, $0.subnet) }) {
                    bucket.entries.append(bucket.spares.remove(at: next))
                }
            }
        }
        self.buckets[index] = bucket.entries.isEmpty ? nil : bucket
    }

    /// The peers with a place that are nearest to a key, nearest first.
    package func nearest(to key: Kademlia.Key, count: Int, except: PeerID? = nil) -> [PeerID] {
        // Every peer of a nearer bucket is nearer: only as many buckets are sorted as are needed.
        let shared = self.own.distance(to: key).sharedBits
        var found: [(Kademlia.Distance, PeerID)] = []
        func take(_ indices: some Sequence<Int>) {
            let batch = indices.flatMap { self.buckets[$0]?.entries ?? [] }.filter { $0.peer != except }
            found += batch.map { ($0.key.distance(to: key), $0.peer) }.sorted { $0.0 < $1.0 }
        }
        take([shared])
        // Those who share more bits with this node share exactly `shared` with the key, and differ there only.
        if found.count < count { take(self.buckets.keys.filter { $0 > shared }) }
        for index in self.buckets.keys.filter({ $0 < shared }).sorted(by: >) where found.count < count {
            take([index])
        }
        return found.prefix(count).map(\.1)
    }

    /// The depths of the buckets that hold somebody, farthest first.
    package var depths: [Int] { self.buckets.keys.sorted() }

    /// The longest time that some peer of a bucket went unseen; nil for an empty one.
    package func age(atDepth depth: Int, now: Duration) -> Duration? {
        self.buckets[depth]?.entries.map { now - $0.lastSeen }.max()
    }

    /// A key that belongs in a bucket, in the form of a peer's name; nil where chance finds none.
    package func key(atDepth depth: Int, using random: inout some RandomNumberGenerator) -> [UInt8]? {
        for _ in 0..<(64 << min(depth, 9)) {
            let name: [UInt8] = [0x12, 0x20] + (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) }
            if self.index(of: Kademlia.Key(of: name)) == depth { return name }
        }
        return nil
    }

    private func index(of key: Kademlia.Key) -> Int { self.own.distance(to: key).sharedBits }

    private func hasRoom(_ entries: [Entry], _ subnet: Multiaddr.Subnet?) -> Bool {
        guard let subnet else { return true }
        return entries.count { $0.subnet == subnet } < self.limits.perSubnet
    }
}
