import OrderedCollections
package import Multiformats

extension GossipRouter {
    /// An RPC of a peer that was added; one of a stranger says nothing.
    package mutating func receive(_ rpc: RPC, from peer: PeerID, now: Duration) -> [Directive] {
        guard self.peers[peer] != nil else { return [] }
        var outbox = Outbox()
        for subscription in rpc.subscriptions { self.hear(subscription, peer, now, &outbox) }
        let judgements = rpc.messages.compactMap { self.take($0, peer, now) }
        if self.peers[peer]?.version != .floodsub {
            self.answer(rpc.wants, peer, &outbox)
            for topic in rpc.grafts.prefix(self.limits.controls) { self.join(topic, peer, now, &outbox) }
            for prune in rpc.prunes.prefix(self.limits.controls) { self.leave(prune, peer, now) }
            self.ask(rpc.haves, peer, now, &outbox)
        }
        return judgements + outbox.directives
    }

    private mutating func hear(
        _ subscription: RPC.Subscription,
        _ peer: PeerID,
        _ now: Duration,
        _ outbox: inout Outbox
    ) {
        let topic = subscription.topic
        guard subscription.isSubscribed else {
            self.peers[peer]?.topics.remove(topic)
            self.meshes[topic]?.remove(peer)
            self.fanouts[topic]?.peers.remove(peer)
            return
        }
        let isNew = self.remember(topic, of: peer)
        // What was published just before it came would otherwise pass it by: a peer in the mesh is told of nothing.
        if isNew, self.peers[peer]?.version != .floodsub, let ids = self.cache.advertised()[topic] {
            outbox[peer].haves.append(.init(topic: topic, messages: Array(ids.prefix(self.limits.idsPerHeartbeat))))
        }
        // A mesh that is short of peers need not wait for the heartbeat.
        if let mesh = self.meshes[topic], mesh.count < self.parameters.degreeLow, self.mayGraft(peer, topic, now) {
            self.graft(peer, topic, into: &outbox)
        }
    }

    /// Notes that the peer follows the topic; whether that is news.
    @discardableResult
    private mutating func remember(_ topic: String, of peer: PeerID) -> Bool {
        guard let known = self.peers[peer]?.topics, topic.utf8.count <= self.limits.topicBytes else { return false }
        // A topic that this node follows is remembered whatever else the peer claims to follow.
        guard known.count < self.limits.topicsPerPeer || self.meshes[topic] != nil else { return false }
        return self.peers[peer]?.topics.insert(topic).inserted == true
    }

    private mutating func take(_ wire: RPC.Message, _ peer: PeerID, _ now: Duration) -> Directive? {
        guard let topic = wire.topic, self.meshes[topic] != nil, wire.author != self.identity.bytes else { return nil }
        guard wire.data?.count ?? 0 <= self.limits.messageBytes else { return self.offence(of: peer) }
        let claimed = MessageID(bytes: (wire.author ?? []) + (wire.sequence ?? []))
        guard !self.seen.contains(claimed) else {
            self.pending[claimed]?.holders.insert(peer)
            return nil
        }
        guard self.pending.count < self.limits.pending else { return nil }
        let message: SignedMessage
        do {
            message = try self.proofs.message(wire)
        } catch {
            return error == .unsupportedKey ? nil : self.offence(of: peer)
        }
        self.seen.insert(message.id, now: now)
        self.promises[message.id] = nil
        self.pending[message.id] = Pending(
            message: message,
            source: peer,
            holders: [peer],
            until: now + self.parameters.verdictLifetime
        )
        return .judge(message, from: peer)
    }

    /// IWANT.
    private mutating func answer(_ wants: [MessageID], _ peer: PeerID, _ outbox: inout Outbox) {
        for id in wants.prefix(self.limits.idsPerHeartbeat) {
            guard let given = self.peers[peer]?.answeredBytes, given < self.limits.answeredBytes else { return }
            guard let message = self.cache.message(id, for: peer, atMost: self.limits.retransmissions) else { continue }
            self.peers[peer]?.answeredBytes += message.data.count
            outbox[peer].messages.append(message.wire)
        }
    }

    /// IHAVE.
    private mutating func ask(_ haves: [RPC.Have], _ peer: PeerID, _ now: Duration, _ outbox: inout Outbox) {
        guard !haves.isEmpty, let state = self.peers[peer] else { return }
        self.peers[peer]?.haves += 1
        guard state.haves < self.limits.havesPerHeartbeat, state.brokenPromises <= self.limits.brokenPromises else {
            return
        }
        let ids = haves.filter { self.meshes[$0.topic] != nil }.flatMap(\.messages)
        let unknown = OrderedSet(ids.prefix(self.limits.idsPerHeartbeat)).filter { id in
            guard id.bytes.count <= self.limits.idBytes, !self.seen.contains(id) else { return false }
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

    /// GRAFT.
    private mutating func join(_ topic: String, _ peer: PeerID, _ now: Duration, _ outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], !mesh.contains(peer) else { return }
        self.remember(topic, of: peer)
        let isBackedOff = self.backoffs[topic]?[peer].map { now < $0 } ?? false
        let isFull = mesh.count >= self.parameters.degreeHigh && self.peers[peer]?.isOutbound != true
        if isBackedOff || isFull {
            self.prune(peer, topic, for: self.parameters.pruneBackoff, now: now, into: &outbox)
        } else {
            self.meshes[topic]?.append(peer)
        }
    }

    /// PRUNE.
    private mutating func leave(_ prune: RPC.Prune, _ peer: PeerID, _ now: Duration) {
        guard self.meshes[prune.topic] != nil else { return }
        self.meshes[prune.topic]?.remove(peer)
        let longest = UInt64(self.limits.backoff.components.seconds)
        let asked = prune.backoff.map { Duration.seconds(Int64(min($0, longest))) }
        let backoff = asked.flatMap { $0 > .zero ? $0 : nil } ?? self.parameters.pruneBackoff
        self.backOff(from: peer, prune.topic, until: now + backoff)
    }
}
