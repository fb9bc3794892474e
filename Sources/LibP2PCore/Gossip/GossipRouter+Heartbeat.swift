import OrderedCollections
import Multiformats

extension GossipRouter {
    /// Heartbeats between sweeps of backoffs that are over.
    private static let backoffSweep: UInt64 = 15

    /// A heartbeat is due: meshes are mended, messages advertised, what is old forgotten.
    package mutating func heartbeat(now: Duration) -> [Directive] {
        self.heartbeats += 1
        self.expire(now)
        self.scores.tick()
        let leaving = self.peers.keys.flatMap { self.shun($0) }
        var outbox = Outbox()
        let isOpportunity = self.heartbeats.isMultiple(of: UInt64(max(1, self.parameters.opportunisticGraftTicks)))
        let dialled = self.peers.filter(\.value.isOutbound).map(\.key)
        for topic in self.meshes.keys {
            self.purge(topic, now: now, into: &outbox)
            self.mend(topic, now: now, into: &outbox)
            self.trim(topic, now: now, into: &outbox)
            self.fill(topic, with: dialled, now: now, into: &outbox)
            if isOpportunity { self.better(topic, now: now, into: &outbox) }
        }
        for topic in self.fanouts.keys {
            guard var fanout = self.fanouts[topic] else { continue }
            fanout.peers.removeAll { !self.hasScore($0, self.thresholds.publish) }
            self.fill(&fanout, topic)
            self.fanouts[topic] = fanout
        }
        self.advertise(into: &outbox)
        self.cache.shift()
        return leaving + outbox.directives
    }

    private mutating func expire(_ now: Duration) {
        self.seen.expire(now: now)
        while let oldest = self.pending.elements.first, oldest.value.until <= now { self.pending.removeFirst() }
        self.fanouts.removeAll { $0.value.until <= now }
        for index in self.peers.values.indices {
            self.peers.values[index].haves = 0
            self.peers.values[index].asked = 0
            self.peers.values[index].answeredBytes = 0
            self.peers.values[index].dontWantsTaken = 0
            self.peers.values[index].named = 0
            self.peers.values[index].namedToUs = 0
            self.peers.values[index].forget(before: self.heartbeats)
        }
        self.breakPromises(now)
        if !self.accepted.isEmpty {
            let window = self.parameters.score.topic.meshDeliveriesWindow
            self.accepted = self.accepted.filter { $0.value + window > now }
        }
        // There may be many, and one that is over hinders nobody.
        guard self.heartbeats.isMultiple(of: Self.backoffSweep) else { return }
        for (topic, peers) in self.backoffs {
            let current = peers.filter { $0.value + self.parameters.heartbeat > now }
            self.backoffCount -= peers.count - current.count
            self.backoffs[topic] = current.isEmpty ? nil : current
        }
    }

    /// Peers that did not give what they advertised: each request counts once, however much was asked in it.
    private mutating func breakPromises(_ now: Duration) {
        var broken: [PeerID: Set<Duration>] = [:]
        for (id, promise) in self.promises where promise.since + self.parameters.promiseLifetime <= now {
            self.promises[id] = nil
            broken[promise.peer, default: []].insert(promise.since)
        }
        for (peer, requests) in broken { self.penalize(peer, Double(requests.count)) }
    }

    /// IHAVE to some of the followers that get a topic's messages from nobody here, and to all about own messages that
    /// not all were sent; those to whom a large message was announced are reminded of it.
    private mutating func advertise(into outbox: inout Outbox) {
        var told: [PeerID: OrderedDictionary<String, OrderedSet<MessageID>>] = [:]
        let advertised = self.cache.advertised()
        for (topic, ids) in advertised where self.meshes[topic] != nil || self.fanouts[topic] != nil {
            let fed = self.meshes[topic] ?? self.fanouts[topic]?.peers ?? []
            let others = (self.interest[topic] ?? []).filter { !fed.contains($0) && self.mayTell($0) }
            let share = Int(self.parameters.gossipFactor * Double(others.count))
            let count = max(self.parameters.degreeLazy, share)
            for peer in others.shuffled(using: &self.random).prefix(count) {
                let some = ids.shuffled(using: &self.random).prefix(self.limits.idsPerHeartbeat)
                told[peer, default: [:]][topic, default: []].formUnion(some)
            }
        }
        for (topic, ids) in self.unheard {
            for peer in self.interest[topic] ?? [] where self.mayTell(peer) {
                told[peer, default: [:]][topic, default: []].formUnion(ids.suffix(self.limits.idsPerHeartbeat))
            }
        }
        self.unheard = [:]
        for peer in self.peers.keys {
            for (topic, id) in self.peers[peer]?.announced ?? [] {
                told[peer, default: [:]][topic, default: []].append(id)
            }
            self.peers[peer]?.announced = []
            for (topic, ids) in told[peer] ?? [:] {
                outbox[peer].haves.append(.init(topic: topic, messages: Array(ids)))
            }
        }
    }

    private func mayTell(_ peer: PeerID) -> Bool {
        self.peers[peer]?.version != .floodsub && !self.parameters.explicitPeers.contains(peer)
            && self.hasScore(peer, self.thresholds.gossip)
    }
}

extension GossipRouter.Peer {
    /// Forgets what the peer does not want since too long.
    fileprivate mutating func forget(before heartbeat: UInt64) {
        guard let first = self.dontWants.values.first, first <= heartbeat else { return }
        self.dontWants.removeAll { $0.value <= heartbeat }
    }
}
