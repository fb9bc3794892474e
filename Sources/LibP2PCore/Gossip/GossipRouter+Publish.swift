import OrderedCollections
import Multiformats

extension GossipRouter {
    /// Signs a payload and sends it to the topic, followed or not.
    package mutating func publish(
        _ data: [UInt8],
        to topic: String,
        now: Duration
    ) throws(GossipError) -> (id: MessageID, directives: [Directive]) {
        guard data.count <= self.limits.messageBytes, topic.utf8.count <= self.limits.topicBytes else {
            throw .tooLarge
        }
        let message = try SignedMessage(
            signing: data,
            topic: topic,
            sequence: self.sequence,
            with: self.keyPair
        )
        self.sequence += 1
        self.seen.insert(message.id, now: now)
        self.cache.insert(message)
        var outbox = Outbox()
        let followers = (self.interest[topic] ?? []).filter { self.hasScore($0, self.thresholds.publish) }
        if self.floods(data.count, to: followers.count) {
            for peer in followers { outbox[peer].messages.append(message.wire) }
        } else {
            self.spread(message, among: self.audience(ofOwn: topic, now: now), except: [], into: &outbox)
            self.unheard[topic, default: []].append(message.id)
        }
        return (message.id, outbox.directives)
    }

    /// The verdict on a message that was handed out to be judged; an unknown or late one changes nothing.
    package mutating func conclude(_ verdict: Verdict, on id: MessageID, now: Duration) -> [Directive] {
        guard let pending = self.pending.removeValue(forKey: id) else { return [] }
        let message = pending.message
        switch verdict {
        case .ignore:
            return []
        case .reject:
            self.scores.change(pending.source) { $0.deliver(invalid: message.topic, $1) }
            return self.shun(pending.source)
        case .accept:
            self.cache.insert(message)
            self.scores.change(pending.source) { $0.deliver(first: message.topic, $1) }
            if self.parameters.score.topic.countsDeliveries {
                self.accepted[id] = now
                for peer in pending.holders where peer != pending.source {
                    self.scores.change(peer) { $0.deliver(inMesh: message.topic, $1) }
                }
            }
            var outbox = Outbox()
            let mesh = self.meshes[message.topic] ?? []
            self.spread(message, among: mesh, except: pending.holders, into: &outbox)
            return outbox.directives
        }
    }

    private func floods(_ size: Int, to followers: Int) -> Bool {
        self.parameters.floodsOwnMessages && size <= self.parameters.floodedBytes
            && followers <= self.parameters.floodedPeers
    }

    /// The mesh, or what stands in for it.
    private mutating func audience(ofOwn topic: String, now: Duration) -> OrderedSet<PeerID> {
        if let mesh = self.meshes[topic], !mesh.isEmpty {
            return mesh.filter { self.hasScore($0, self.thresholds.publish) }
        }
        var fanout = self.fanouts[topic] ?? Fanout(until: now)
        fanout.until = now + self.parameters.fanoutLifetime
        self.fill(&fanout, topic)
        // A followed topic with an empty mesh borrows a fanout for this once.
        if self.meshes[topic] == nil, self.fanouts[topic] != nil || self.fanouts.count < self.limits.topics {
            self.fanouts[topic] = fanout
        }
        return fanout.peers
    }

    mutating func fill(_ fanout: inout Fanout, _ topic: String) {
        let missing = self.parameters.degree - fanout.peers.count
        guard missing > 0, let followers = self.interest[topic] else { return }
        let candidates = followers.filter {
            self.peers[$0]?.version != .floodsub && !fanout.peers.contains($0)
                && self.hasScore($0, self.thresholds.publish)
        }
        fanout.peers.append(contentsOf: candidates.shuffled(using: &self.random).prefix(missing))
    }

    /// Gives a message to the peers of a mesh that lack it, and to those who get everything.
    private mutating func spread(
        _ message: SignedMessage,
        among mesh: OrderedSet<PeerID>,
        except holders: Set<PeerID>,
        into outbox: inout Outbox
    ) {
        for peer in self.given where self.peers[peer]?.topics.contains(message.topic) == true {
            guard self.hasScore(peer, self.thresholds.publish), !holders.contains(peer), self.wants(peer, message)
            else { continue }
            outbox[peer].messages.append(message.wire)
        }
        let lacking = mesh.filter { !self.given.contains($0) && !holders.contains($0) && self.wants($0, message) }
        guard message.data.count >= self.parameters.announcedBytes else {
            for peer in lacking { outbox[peer].messages.append(message.wire) }
            return
        }
        for (index, peer) in lacking.shuffled(using: &self.random).enumerated() {
            let announced = self.peers[peer]?.announced.count ?? 0
            if index < self.parameters.degreeEager || announced >= self.limits.announcementsPerHeartbeat {
                outbox[peer].messages.append(message.wire)
            } else {
                self.peers[peer]?.announced.append((message.topic, message.id))
                outbox[peer].haves.append(.init(topic: message.topic, messages: [message.id]))
            }
        }
    }

    private func wants(_ peer: PeerID, _ message: SignedMessage) -> Bool {
        peer != message.author && self.peers[peer].map { $0.dontWants[message.id] == nil } ?? false
    }
}
