import OrderedCollections
import Multiformats

extension GossipRouter {
    /// IWANT.
    mutating func answer(_ wants: [MessageID], _ peer: PeerID, _ outbox: inout Outbox) {
        for id in wants.prefix(self.limits.idsPerHeartbeat) {
            guard let state = self.peers[peer], state.answeredBytes < self.limits.answeredBytes else { return }
            guard state.dontWants[id] == nil,
                let message = self.cache.message(id, for: peer, atMost: self.limits.retransmissions)
            else { continue }
            self.peers[peer]?.answeredBytes += message.data.count
            outbox[peer].messages.append(message.wire)
        }
    }

    /// IHAVE.
    mutating func ask(_ haves: [RPC.Have], _ peer: PeerID, _ now: Duration, _ outbox: inout Outbox) {
        guard !haves.isEmpty, let state = self.peers[peer] else { return }
        self.peers[peer]?.haves += 1
        guard state.haves < self.limits.havesPerHeartbeat else { return }
        let ids = haves.filter { self.meshes[$0.topic] != nil }.flatMap(\.messages)
        let unknown = OrderedSet(ids.prefix(self.limits.idsPerHeartbeat)).filter { id in
            guard id.bytes.count <= self.limits.idBytes else { return false }
            guard !self.seen.contains(id) else {
                self.pending[id]?.holders.insert(peer)
                return false
            }
            // Another peer is asked when the first has let a heartbeat pass.
            return self.promises[id].map { $0.since + self.parameters.heartbeat <= now } ?? true
        }
        let room = min(self.limits.idsPerHeartbeat - state.asked, self.limits.wanted - self.promises.count)
        for id in unknown.shuffled(using: &self.random).prefix(max(0, room)) {
            self.promises[id] = Promise(peer: peer, since: now)
            self.peers[peer]?.asked += 1
            outbox[peer].wants.append(id)
        }
    }

    /// IDONTWANT.
    mutating func spare(_ ids: [MessageID], _ peer: PeerID) {
        for id in ids {
            guard let taken = self.peers[peer]?.dontWantsTaken, taken < self.limits.dontWantsPerHeartbeat else {
                return
            }
            self.peers[peer]?.dontWantsTaken += 1
            guard id.bytes.count <= self.limits.idBytes else { continue }
            self.peers[peer]?.dontWants[id] = self.heartbeats + UInt64(self.parameters.dontWantLifetime)
        }
    }
}
