import OrderedCollections
package import Multiformats

extension GossipRouter {
    /// An RPC of a peer that was added; one of a stranger says nothing.
    package mutating func receive(_ rpc: RPC, from peer: PeerID, now: Duration) -> [Directive] {
        guard self.peers[peer] != nil else { return [] }
        guard !self.isGraylisted(peer) else { return self.shun(peer) }
        var outbox = Outbox()
        var directives: [Directive] = []
        let recent = rpc.subscriptions.isEmpty ? [:] : self.cache.advertised()
        for subscription in rpc.subscriptions { self.hear(subscription, peer, recent, now, &outbox) }
        for message in rpc.messages {
            if let judgement = self.take(message, peer, now, &outbox) { directives.append(judgement) }
            guard !self.isGraylisted(peer) else { return directives + outbox.directives + self.shun(peer) }
        }
        if self.peers[peer]?.version != .floodsub {
            self.takeControl(rpc, peer, now, &directives, &outbox)
        }
        return directives + outbox.directives + self.shun(peer)
    }

    private mutating func takeControl(
        _ rpc: RPC,
        _ peer: PeerID,
        _ now: Duration,
        _ directives: inout [Directive],
        _ outbox: inout Outbox
    ) {
        if !rpc.dontWants.isEmpty { self.spare(rpc.dontWants, peer) }
        if self.hasScore(peer, self.thresholds.gossip) {
            self.answer(rpc.wants, peer, &outbox)
            self.ask(rpc.haves, peer, now, &outbox)
        }
        for topic in rpc.grafts.prefix(self.limits.controls) { self.join(topic, peer, now, &outbox) }
        for prune in rpc.prunes.prefix(self.limits.controls) {
            self.leave(prune, peer, now)
            let records = self.consider(prune, of: peer)
            if !records.isEmpty { directives.append(.exchange(records, from: peer)) }
        }
    }

    private mutating func hear(
        _ subscription: RPC.Subscription,
        _ peer: PeerID,
        _ recent: [String: [MessageID]],
        _ now: Duration,
        _ outbox: inout Outbox
    ) {
        let topic = subscription.topic
        guard subscription.isSubscribed else {
            guard self.peers[peer]?.topics.remove(topic) != nil else { return }
            self.loseInterest(peer, topic)
            self.unmesh(peer, topic)
            self.fanouts[topic]?.peers.remove(peer)
            return
        }
        let isNew = self.remember(topic, of: peer)
        // What was published just before it came would otherwise pass it by: a peer in the mesh is told of nothing.
        if isNew, let ids = recent[topic], self.peers[peer]?.version != .floodsub,
            self.hasScore(peer, self.thresholds.gossip)
        {
            outbox[peer].haves.append(.init(topic: topic, messages: Array(ids.prefix(self.limits.idsPerHeartbeat))))
        }
        // A mesh that is short of peers need not wait for the heartbeat.
        if let mesh = self.meshes[topic], mesh.count < self.parameters.degreeLow, self.mayGraft(peer, topic, now) {
            self.graft(peer, topic, into: &outbox)
        }
    }

    /// Notes that the peer follows the topic; whether that is news.
    @discardableResult
    mutating func remember(_ topic: String, of peer: PeerID) -> Bool {
        guard let known = self.peers[peer]?.topics, topic.utf8.count <= self.limits.topicBytes else { return false }
        // A topic that this node follows is remembered whatever else the peer claims to follow.
        guard known.count < self.limits.topicsPerPeer || self.meshes[topic] != nil else { return false }
        guard self.peers[peer]?.topics.insert(topic).inserted == true else { return false }
        self.interest[topic, default: []].append(peer)
        return true
    }

    private mutating func take(
        _ wire: RPC.Message,
        _ peer: PeerID,
        _ now: Duration,
        _ outbox: inout Outbox
    ) -> Directive? {
        guard let topic = wire.topic, self.meshes[topic] != nil, wire.author != self.identity.bytes else { return nil }
        guard wire.data?.count ?? 0 <= self.limits.messageBytes else {
            self.scores.change(peer) { $0.deliver(invalid: topic, $1) }
            return nil
        }
        let claimed = MessageID(bytes: (wire.author ?? []) + (wire.sequence ?? []))
        guard !self.seen.contains(claimed) else {
            self.hold(claimed, topic, peer, now)
            return nil
        }
        guard self.pending.count < self.limits.pending else { return nil }
        let message: SignedMessage
        do {
            message = try self.proofs.message(wire)
        } catch {
            if error != .unsupportedKey { self.scores.change(peer) { $0.deliver(invalid: topic, $1) } }
            return nil
        }
        self.seen.insert(message.id, now: now)
        if message.data.count >= self.parameters.dontWantBytes { self.callOff(message, peer, &outbox) }
        self.promises[message.id] = nil
        self.pending[message.id] = Pending(
            message: message,
            source: peer,
            holders: [peer],
            until: now + self.parameters.verdictLifetime
        )
        return .judge(message, from: peer)
    }

    /// A copy of a message that is here.
    private mutating func hold(_ id: MessageID, _ topic: String, _ peer: PeerID, _ now: Duration) {
        if self.pending[id] != nil {
            self.pending[id]?.holders.insert(peer)
        } else if let accepted = self.accepted[id], now - accepted <= self.parameters.score.topic.meshDeliveriesWindow {
            self.scores.change(peer) { $0.deliver(inMesh: topic, $1) }
        }
    }

    /// IDONTWANT, to those who might send the message too.
    private func callOff(_ message: SignedMessage, _ source: PeerID, _ outbox: inout Outbox) {
        let asked = self.promises[message.id].map { [$0.peer] } ?? []
        for peer in self.meshes[message.topic]?.union(asked) ?? [] where peer != source && peer != message.author {
            if self.peers[peer]?.version.knowsDontWant == true { outbox[peer].dontWants.append(message.id) }
        }
    }

    /// GRAFT.
    private mutating func join(_ topic: String, _ peer: PeerID, _ now: Duration, _ outbox: inout Outbox) {
        guard let mesh = self.meshes[topic], !mesh.contains(peer) else { return }
        let backoff = self.parameters.pruneBackoff
        guard !self.parameters.explicitPeers.contains(peer) else {
            return self.prune(peer, topic, for: backoff, now: now, into: &outbox)
        }
        self.remember(topic, of: peer)
        if let until = self.backoffs[topic]?[peer], now < until {
            let isFlood = now < until - backoff + self.parameters.graftFloodWindow
            self.penalize(peer, isFlood ? 2 : 1)
            return self.prune(peer, topic, for: backoff, now: now, into: &outbox)
        }
        guard self.scores.value(of: peer) >= 0 else {
            return self.prune(peer, topic, for: backoff, now: now, into: &outbox)
        }
        let isFull = mesh.count >= self.parameters.degreeHigh && self.peers[peer]?.isOutbound != true
        guard !isFull else {
            return self.prune(peer, topic, for: backoff, naming: true, now: now, into: &outbox)
        }
        self.enmesh(peer, topic)
    }

    /// PRUNE.
    private mutating func leave(_ prune: RPC.Prune, _ peer: PeerID, _ now: Duration) {
        guard self.meshes[prune.topic] != nil else { return }
        self.unmesh(peer, prune.topic)
        let longest = UInt64(self.limits.backoff.components.seconds)
        let asked = prune.backoff.map { Duration.seconds(Int64(min($0, longest))) }
        let backoff = asked.flatMap { $0 > .zero ? $0 : nil } ?? self.parameters.pruneBackoff
        self.backOff(from: peer, prune.topic, until: now + backoff)
    }

    /// The peers that a PRUNE names, as far as they vouch for themselves.
    private mutating func consider(_ prune: RPC.Prune, of peer: PeerID) -> [PeerRecord] {
        guard !prune.peers.isEmpty, self.meshes[prune.topic] != nil,
            self.scores.value(of: peer) >= self.thresholds.acceptExchange
        else { return [] }
        var records: [PeerRecord] = []
        for candidate in prune.peers {
            guard let taken = self.peers[peer]?.namedToUs, taken < self.limits.exchanged else { break }
            self.peers[peer]?.namedToUs += 1
            // Without a record there is nothing to dial.
            guard let envelope = candidate.record, envelope.count <= self.limits.recordBytes,
                let id = try? PeerID(multihash: candidate.peer), id != self.identity, self.peers[id] == nil
            else { continue }
            guard let record = try? self.proofs.record(envelope), record.peer == id else {
                self.penalize(peer)
                continue
            }
            records.append(record)
        }
        return records
    }
}
