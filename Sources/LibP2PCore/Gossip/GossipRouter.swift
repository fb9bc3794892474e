import OrderedCollections
package import Multiformats

/// Gossipsub 1.1 as a value: what happened goes in, what to do about it comes out (libp2p specs, `pubsub/gossipsub`).
///
/// It never sees a socket, a clock or chance: `now` is the time since any fixed moment, monotonic, and the seed settles
/// every choice. Peers are peers, not connections: `add` comes with the first connection to one that speaks pubsub, or
/// when a new outbound stream takes the place of an old one, before any RPC of its is handed in; `remove` when its last
/// connection is gone. A message is passed on only after a verdict of accept.
///
/// Deviations: peer exchange is neither offered nor used; a message asked for is not asked of another peer until the
/// first has let a heartbeat pass; a peer that joins a topic is told at once what was published there lately.
package struct GossipRouter: Sendable {
    struct Peer: Sendable {
        var version: Version
        /// Whether this node dialled it.
        var isOutbound: Bool
        var topics: Set<String> = []
        /// RPCs with IHAVE heard since the last heartbeat.
        var haves = 0
        /// Ids asked of it since the last heartbeat.
        var asked = 0
        /// Payload bytes given to it on request since the last heartbeat.
        var answeredBytes = 0
        var brokenPromises = 0
        var offences = 0
    }

    struct Fanout: Sendable {
        var peers: OrderedSet<PeerID> = []
        var until: Duration
    }

    struct Pending: Sendable {
        let message: SignedMessage
        let source: PeerID
        /// Every peer known to have it.
        var holders: Set<PeerID>
        let until: Duration
    }

    struct Promise: Sendable {
        let peer: PeerID
        let since: Duration
    }

    /// What was left to taste.
    package let parameters: Parameters
    /// The bounds.
    package let limits: Limits

    private let keyPair: KeyPair
    let proofs: Proofs
    private var sequence: UInt64
    var random: SplitMix64
    var heartbeats: UInt64 = 0
    var peers: OrderedDictionary<PeerID, Peer> = [:]
    /// Followed topics and the mesh of each.
    var meshes: OrderedDictionary<String, OrderedSet<PeerID>> = [:]
    var fanouts: OrderedDictionary<String, Fanout> = [:]
    /// Until when not to graft, by topic and peer; outlives both.
    var backoffs: [String: [PeerID: Duration]] = [:]
    var backoffCount = 0
    var seen: SeenCache
    var cache: MessageCache
    var pending: OrderedDictionary<MessageID, Pending> = [:]
    var promises: [MessageID: Promise] = [:]

    /// Makes a router that knows no peers and follows nothing.
    ///
    /// - Parameters:
    ///   - keyPair: What signs the messages of this node.
    ///   - firstSequence: The number of the first own message; it must be above any that the key has signed, so take
    ///     nanoseconds since 1970.
    ///   - seed: Settles every random choice.
    ///   - parameters: What is left to taste.
    ///   - limits: The bounds.
    ///   - proofs: How it is made sure that messages are their authors'.
    package init(
        keyPair: KeyPair,
        firstSequence: UInt64,
        seed: UInt64,
        parameters: Parameters = Parameters(),
        limits: Limits = Limits(),
        proofs: Proofs = .strict
    ) {
        self.keyPair = keyPair
        self.proofs = proofs
        self.sequence = firstSequence
        self.random = SplitMix64(seed: seed)
        self.parameters = parameters
        self.limits = limits
        self.seen = SeenCache(lifetime: parameters.seenLifetime, capacity: limits.seen)
        self.cache = MessageCache(
            history: parameters.history,
            gossip: parameters.gossip,
            messageLimit: limits.cachedMessages,
            byteLimit: limits.cachedBytes
        )
    }
}

extension GossipRouter {
    /// The peer id that messages of this node carry.
    package var identity: PeerID { self.keyPair.peerID }

    /// The topics that this node follows.
    package var topics: [String] { Array(self.meshes.keys) }

    /// The connected peers that follow a topic.
    package func followers(of topic: String) -> [PeerID] {
        self.peers.filter { $0.value.topics.contains(topic) }.map(\.key)
    }

    /// The peers in this node's mesh for a topic.
    package func mesh(of topic: String) -> [PeerID] {
        Array(self.meshes[topic] ?? [])
    }
}

extension GossipRouter {
    /// A peer can be spoken to: it is told what this node follows.
    package mutating func add(
        _ peer: PeerID,
        speaking version: Version,
        isOutbound: Bool
    ) -> [Directive] {
        guard peer != self.identity else { return [] }
        guard self.peers[peer] != nil || self.peers.count < self.limits.peers else {
            return [.disconnect(peer, because: .tooManyPeers)]
        }
        self.peers[peer, default: Peer(version: version, isOutbound: isOutbound)].version = version
        self.peers[peer]?.isOutbound = isOutbound
        var outbox = Outbox()
        for (topic, mesh) in self.meshes {
            outbox[peer].subscriptions.append(.init(isSubscribed: true, topic: topic))
            if mesh.contains(peer) { outbox[peer].grafts.append(topic) }
        }
        return outbox.directives
    }

    /// A peer is gone.
    package mutating func remove(_ peer: PeerID) {
        guard self.peers.removeValue(forKey: peer) != nil else { return }
        for topic in self.meshes.keys { self.meshes[topic]?.remove(peer) }
        for topic in self.fanouts.keys { self.fanouts[topic]?.peers.remove(peer) }
    }

    /// Counts something that an honest peer does not do.
    mutating func offence(of peer: PeerID) -> Directive? {
        self.peers[peer]?.offences += 1
        guard let offences = self.peers[peer]?.offences, offences > self.limits.offences else { return nil }
        return .disconnect(peer, because: .badMessages)
    }
}

extension GossipRouter {
    /// Follows a topic.
    package mutating func subscribe(_ topic: String, now: Duration) throws(GossipError) -> [Directive] {
        guard self.meshes[topic] == nil else { return [] }
        guard self.meshes.count < self.limits.topics, topic.utf8.count <= self.limits.topicBytes else {
            throw .tooManyTopics
        }
        var outbox = Outbox()
        for peer in self.peers.keys { outbox[peer].subscriptions.append(.init(isSubscribed: true, topic: topic)) }
        self.meshes[topic] = []
        for peer in self.fanouts.removeValue(forKey: topic)?.peers ?? [] where self.mayGraft(peer, topic, now) {
            self.graft(peer, topic, into: &outbox)
        }
        self.fill(topic, upTo: self.parameters.degree, now: now, into: &outbox)
        return outbox.directives
    }

    /// Leaves a topic.
    package mutating func unsubscribe(_ topic: String, now: Duration) -> [Directive] {
        guard let mesh = self.meshes.removeValue(forKey: topic) else { return [] }
        var outbox = Outbox()
        for peer in self.peers.keys { outbox[peer].subscriptions.append(.init(isSubscribed: false, topic: topic)) }
        for peer in mesh { self.prune(peer, topic, for: self.parameters.unsubscribeBackoff, now: now, into: &outbox) }
        return outbox.directives
    }
}

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
        for peer in self.audience(ofOwn: topic, now: now) { outbox[peer].messages.append(message.wire) }
        return (message.id, outbox.directives)
    }

    /// The verdict on a message that was handed out to be judged; an unknown or late one changes nothing.
    package mutating func conclude(_ verdict: Verdict, on id: MessageID) -> [Directive] {
        guard let pending = self.pending.removeValue(forKey: id) else { return [] }
        switch verdict {
        case .ignore:
            return []
        case .reject:
            return self.offence(of: pending.source).map { [$0] } ?? []
        case .accept:
            let message = pending.message
            self.cache.insert(message)
            var outbox = Outbox()
            let mesh = self.meshes[message.topic] ?? []
            for (peer, state) in self.peers where peer != message.author && !pending.holders.contains(peer) {
                let floods = state.version == .floodsub && state.topics.contains(message.topic)
                if floods || mesh.contains(peer) { outbox[peer].messages.append(message.wire) }
            }
            return outbox.directives
        }
    }

    private mutating func audience(ofOwn topic: String, now: Duration) -> [PeerID] {
        let followers = self.followers(of: topic)
        guard !self.parameters.floodsOwnMessages else { return followers }
        let flooded = followers.filter { self.peers[$0]?.version == .floodsub }
        if let mesh = self.meshes[topic], !mesh.isEmpty { return flooded + mesh }
        var fanout = self.fanouts[topic] ?? Fanout(until: now)
        fanout.until = now + self.parameters.fanoutLifetime
        self.fill(&fanout, topic)
        // A followed topic with an empty mesh borrows a fanout for this once.
        if self.meshes[topic] == nil, self.fanouts[topic] != nil || self.fanouts.count < self.limits.topics {
            self.fanouts[topic] = fanout
        }
        return flooded + fanout.peers
    }

    mutating func fill(_ fanout: inout Fanout, _ topic: String) {
        let missing = self.parameters.degree - fanout.peers.count
        guard missing > 0 else { return }
        let candidates = self.followers(of: topic).filter {
            self.peers[$0]?.version != .floodsub && !fanout.peers.contains($0)
        }
        fanout.peers.append(contentsOf: candidates.shuffled(using: &self.random).prefix(missing))
    }
}
