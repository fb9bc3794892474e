import OrderedCollections
import Multiformats

extension GossipRouter {
    private static let forgivenessInterval: UInt64 = 60

    /// A heartbeat is due: meshes are mended, messages advertised, what is old forgotten.
    package mutating func heartbeat(now: Duration) -> [Directive] {
        self.heartbeats += 1
        self.expire(now)
        var outbox = Outbox()
        for topic in self.meshes.keys {
            if self.meshes[topic]?.count ?? 0 < self.parameters.degreeLow {
                self.fill(topic, upTo: self.parameters.degree, now: now, into: &outbox)
            }
            self.trim(topic, now: now, into: &outbox)
            self.fillOutbound(topic, now: now, into: &outbox)
        }
        for topic in self.fanouts.keys {
            guard var fanout = self.fanouts[topic] else { continue }
            self.fill(&fanout, topic)
            self.fanouts[topic] = fanout
        }
        self.advertise(into: &outbox)
        self.cache.shift()
        return outbox.directives
    }

    private mutating func expire(_ now: Duration) {
        self.seen.expire(now: now)
        while let oldest = self.pending.elements.first, oldest.value.until <= now { self.pending.removeFirst() }
        self.fanouts.removeAll { $0.value.until <= now }
        let forgives = self.heartbeats.isMultiple(of: Self.forgivenessInterval)
        for peer in self.peers.keys {
            self.peers[peer]?.haves = 0
            self.peers[peer]?.asked = 0
            self.peers[peer]?.answeredBytes = 0
            if let broken = self.peers[peer]?.brokenPromises, broken > 0 { self.peers[peer]?.brokenPromises -= 1 }
            if forgives, let offences = self.peers[peer]?.offences, offences > 0 { self.peers[peer]?.offences -= 1 }
        }
        for (id, promise) in self.promises where promise.since + self.parameters.promiseLifetime <= now {
            self.promises[id] = nil
            self.peers[promise.peer]?.brokenPromises += 1
        }
        for (topic, peers) in self.backoffs {
            let current = peers.filter { $0.value + self.parameters.heartbeat > now }
            self.backoffCount -= peers.count - current.count
            self.backoffs[topic] = current.isEmpty ? nil : current
        }
    }

    /// IHAVE to some of the followers that get a topic's messages from nobody here.
    private mutating func advertise(into outbox: inout Outbox) {
        let advertised = self.cache.advertised()
        for topic in Array(self.meshes.keys) + Array(self.fanouts.keys) {
            guard let ids = advertised[topic] else { continue }
            let fed = self.meshes[topic] ?? self.fanouts[topic]?.peers ?? []
            let others = self.peers.filter {
                $0.value.topics.contains(topic) && $0.value.version != .floodsub && !fed.contains($0.key)
            }
            let share = Int(self.parameters.gossipFactor * Double(others.count))
            let count = max(self.parameters.degreeLazy, share)
            for peer in others.keys.shuffled(using: &self.random).prefix(count) {
                let some = ids.shuffled(using: &self.random).prefix(self.limits.idsPerHeartbeat)
                outbox[peer].haves.append(.init(topic: topic, messages: Array(some)))
            }
        }
    }
}
