import Multiformats
import OrderedCollections

extension GossipRouter {
    /// Whether the peer may be put into the topic's mesh by this node, with a heartbeat of slack after a backoff.
    func mayGraft(_ peer: PeerID, _ topic: String, _ now: Duration) -> Bool {
        guard let state = self.peers[peer], state.version != .floodsub, state.topics.contains(topic),
            !self.parameters.explicitPeers.contains(peer), self.scores.value(of: peer) >= 0
        else { return false }
        guard let until = self.backoffs[topic]?[peer] else { return true }
        return until + self.parameters.heartbeat <= now
    }

    /// The followers outside the mesh that may be put into it, in random order.
    private mutating func candidates(for topic: String, _ now: Duration) -> [PeerID] {
        guard let mesh = self.meshes[topic], let followers = self.interest[topic] else { return [] }
        return followers.filter { !mesh.contains($0) && self.mayGraft($0, topic, now) }.shuffled(using: &self.random)
    }

    /// Puts the peer into the mesh and tells it.
    mutating func graft(_ peer: PeerID, _ topic: String, into outbox: inout Outbox) {
        guard self.enmesh(peer, topic) else { return }
        outbox[peer].grafts.append(topic)
    }

    /// Puts the peer into the mesh; false when it is there.
    @discardableResult
    mutating func enmesh(_ peer: PeerID, _ topic: String) -> Bool {
        guard self.meshes[topic]?.append(peer).inserted == true else { return false }
        self.scores.change(peer) { $0.graft(topic, $1) }
        return true
    }

    /// Takes the peer out of the mesh.
    mutating func unmesh(_ peer: PeerID, _ topic: String) {
        guard self.meshes[topic]?.remove(peer) != nil else { return }
        self.scores.change(peer) { $0.prune(topic, $1) }
    }

    /// Takes the peer out of the mesh, tells it, and keeps both sides from grafting for a while.
    ///
    /// Where it is only for lack of room, it is told of others that follow the topic.
    mutating func prune(
        _ peer: PeerID,
        _ topic: String,
        for backoff: Duration,
        naming: Bool = false,
        now: Duration,
        into outbox: inout Outbox
    ) {
        self.unmesh(peer, topic)
        self.backOff(from: peer, topic, until: now + backoff)
        let knowsBackoff = self.peers[peer]?.version.knowsBackoff == true
        outbox[peer].prunes.append(
            .init(
                topic: topic,
                backoff: knowsBackoff ? UInt64(backoff.components.seconds) : nil,
                peers: knowsBackoff && naming ? self.named(to: peer, topic) : []
            )
        )
    }

    /// Peers of the topic in good standing, for one that has to look for others (peer exchange).
    private mutating func named(to peer: PeerID, _ topic: String) -> [RPC.Candidate] {
        let room = self.limits.exchanged - (self.peers[peer]?.named ?? 0)
        guard room > 0, self.scores.value(of: peer) >= 0, let followers = self.interest[topic] else { return [] }
        let known = followers.filter {
            $0 != peer && self.peers[$0]?.record != nil && self.scores.value(of: $0) >= 0
        }
        let named = known.shuffled(using: &self.random).prefix(room)
        self.peers[peer]?.named += named.count
        return named.map { RPC.Candidate(peer: $0.bytes, record: self.peers[$0]?.record) }
    }

    /// Remembers not to graft; a later moment wins.
    mutating func backOff(from peer: PeerID, _ topic: String, until: Duration) {
        if let known = self.backoffs[topic]?[peer] {
            self.backoffs[topic]?[peer] = max(known, until)
        } else if self.backoffCount < self.limits.backoffs {
            self.backoffs[topic, default: [:]][peer] = until
            self.backoffCount += 1
        }
    }

    /// Grafts random followers where the mesh is short of peers.
    mutating func mend(_ topic: String, now: Duration, into outbox: inout Outbox) {
        guard self.meshes[topic]?.count ?? .max < self.parameters.degreeLow else { return }
        self.fill(topic, upTo: self.parameters.degree, now: now, into: &outbox)
    }

    /// Grafts random followers until the mesh has as many peers as wanted, or there are no more.
    mutating func fill(_ topic: String, upTo degree: Int, now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count < degree else { return }
        for peer in self.candidates(for: topic, now).prefix(degree - mesh.count) {
            self.graft(peer, topic, into: &outbox)
        }
    }

    /// Prunes the peers whose score is negative.
    mutating func purge(_ topic: String, now: Duration, into outbox: inout Outbox) {
        for peer in self.meshes[topic] ?? [] where self.scores.value(of: peer) < 0 {
            self.prune(peer, topic, for: self.parameters.pruneBackoff, now: now, into: &outbox)
        }
    }

    /// Prunes a mesh that is too full: the best scores stay, enough peers that this node dialled, and chance fills up.
    mutating func trim(_ topic: String, now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count > self.parameters.degreeHigh else { return }
        let ranked = mesh.shuffled(using: &self.random)
            .sorted { self.scores.value(of: $0) > self.scores.value(of: $1) }
        var kept = OrderedSet(ranked.prefix(self.parameters.degreeScore))
        let others = ranked.dropFirst(self.parameters.degreeScore).shuffled(using: &self.random)
        let lacking = self.parameters.degreeOut - kept.count { self.peers[$0]?.isOutbound == true }
        kept.formUnion(others.filter { self.peers[$0]?.isOutbound == true }.prefix(max(0, lacking)))
        kept.formUnion(others.filter { !kept.contains($0) }.prefix(max(0, self.parameters.degree - kept.count)))
        for peer in mesh where !kept.contains(peer) {
            self.prune(peer, topic, for: self.parameters.pruneBackoff, naming: true, now: now, into: &outbox)
        }
    }

    /// Adds peers that this node dialled where a mesh has too few of them.
    mutating func fill(_ topic: String, with dialled: [PeerID], now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count >= self.parameters.degreeLow else { return }
        let missing = self.parameters.degreeOut - mesh.count { self.peers[$0]?.isOutbound == true }
        guard missing > 0 else { return }
        let candidates = dialled.filter { !mesh.contains($0) && self.mayGraft($0, topic, now) }
        for peer in candidates.shuffled(using: &self.random).prefix(missing) { self.graft(peer, topic, into: &outbox) }
    }

    /// Adds better peers to a mesh whose median score is low.
    mutating func better(_ topic: String, now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count > 1 else { return }
        let median = mesh.map { self.scores.value(of: $0) }.sorted()[mesh.count / 2]
        guard median < self.thresholds.opportunisticGraft else { return }
        let candidates = self.candidates(for: topic, now).filter { self.scores.value(of: $0) > median }
        for peer in candidates.prefix(self.parameters.opportunisticGraftPeers) {
            self.graft(peer, topic, into: &outbox)
        }
    }
}
