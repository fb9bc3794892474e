import Multiformats
import OrderedCollections

extension GossipRouter {
    /// Whether the peer may be put into the topic's mesh by this node, with a heartbeat of slack after a backoff.
    func mayGraft(_ peer: PeerID, _ topic: String, _ now: Duration) -> Bool {
        guard let state = self.peers[peer], state.version != .floodsub, state.topics.contains(topic) else {
            return false
        }
        guard let until = self.backoffs[topic]?[peer] else { return true }
        return until + self.parameters.heartbeat <= now
    }

    /// Puts the peer into the mesh and tells it.
    mutating func graft(_ peer: PeerID, _ topic: String, into outbox: inout Outbox) {
        guard self.meshes[topic]?.append(peer).inserted == true else { return }
        outbox[peer].grafts.append(topic)
    }

    /// Takes the peer out of the mesh, tells it, and keeps both sides from grafting for a while.
    mutating func prune(
        _ peer: PeerID,
        _ topic: String,
        for backoff: Duration,
        now: Duration,
        into outbox: inout Outbox
    ) {
        self.meshes[topic]?.remove(peer)
        self.backOff(from: peer, topic, until: now + backoff)
        let speaksBackoff = self.peers[peer]?.version == .gossipsub11
        outbox[peer].prunes.append(
            .init(topic: topic, backoff: speaksBackoff ? UInt64(backoff.components.seconds) : nil)
        )
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

    /// Grafts random followers until the mesh has as many peers as wanted, or there are no more.
    mutating func fill(_ topic: String, upTo degree: Int, now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count < degree else { return }
        let candidates = self.peers.keys.filter { !mesh.contains($0) && self.mayGraft($0, topic, now) }
        for peer in candidates.shuffled(using: &self.random).prefix(degree - mesh.count) {
            self.graft(peer, topic, into: &outbox)
        }
    }

    /// Prunes a mesh that is too full, keeping enough of the peers that this node dialled.
    mutating func trim(_ topic: String, now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count > self.parameters.degreeHigh else { return }
        let shuffled = mesh.shuffled(using: &self.random)
        let outbound = shuffled.filter { self.peers[$0]?.isOutbound == true }.prefix(self.parameters.degreeOut)
        let others = shuffled.filter { !outbound.contains($0) }
        for peer in others.dropFirst(self.parameters.degree - outbound.count) {
            self.prune(peer, topic, for: self.parameters.pruneBackoff, now: now, into: &outbox)
        }
    }

    /// Adds peers that this node dialled where a mesh has too few of them.
    mutating func fillOutbound(_ topic: String, now: Duration, into outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], mesh.count >= self.parameters.degreeLow else { return }
        let missing = self.parameters.degreeOut - mesh.count { self.peers[$0]?.isOutbound == true }
        guard missing > 0 else { return }
        let candidates = self.peers.filter {
            $0.value.isOutbound && !mesh.contains($0.key) && self.mayGraft($0.key, topic, now)
        }
        for peer in candidates.keys.shuffled(using: &self.random).prefix(missing) {
            self.graft(peer, topic, into: &outbox)
        }
    }
}
