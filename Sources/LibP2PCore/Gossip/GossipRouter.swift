import OrderedCollections
package import Multiformats

/// Gossipsub 1.2 as a value: what happened goes in, what to do about it comes out (libp2p specs, `pubsub/gossipsub`).
///
/// It never sees a socket, a clock or chance: `now` is the time since any fixed moment, monotonic, and the seed settles
/// every choice. Peers are peers, not connections: `add` comes with the first connection to one that speaks pubsub, or
/// when a new outbound stream takes the place of an old one, before any RPC of its is handed in; `remove` when its last
/// connection is gone. A message is passed on only after a verdict of accept.
///
/// Deviations:
/// - a message asked for is not asked of another peer until the first has let a heartbeat pass;
/// - a peer that joins a topic is told at once what was published there lately;
/// - a peer below the graylist threshold is not only ignored but disconnected;
/// - a large message goes whole to a part of the mesh and is announced, by IHAVE at once, to its rest, who are reminded
///   at the next heartbeat; own messages are flooded only while they are small and the followers few, and else
///   advertised to all followers at the next heartbeat;
/// - IDONTWANT is sent once a message's signature is checked, not before: a forgery must not keep the real one away;
/// - who forwarded a rejected message first answers for it; others whose copy only bore its name do not.
package struct GossipRouter: Sendable {
    struct Peer: Sendable {
        var version: Version
        /// Whether this node dialled it.
        var isOutbound: Bool
        var topics: Set<String> = []
        /// Its signed peer record, as it came.
        var record: [UInt8]?
        /// RPCs with IHAVE heard since the last heartbeat.
        var haves = 0
        /// Ids asked of it since the last heartbeat.
        var asked = 0
        /// Payload bytes given to it on request since the last heartbeat.
        var answeredBytes = 0
        /// Ids of IDONTWANT taken from it since the last heartbeat.
        var dontWantsTaken = 0
        /// Messages that it said it has, and until which heartbeat that is remembered.
        var dontWants: OrderedDictionary<MessageID, UInt64> = [:]
        /// Large messages that were announced to it since the last heartbeat.
        var announced: [(topic: String, id: MessageID)] = []
        /// Peers named to it since the last heartbeat.
        var named = 0
        /// Peers that it named since the last heartbeat.
        var namedToUs = 0
        /// Whether it was said that it is to be disconnected.
        var isLeaving = false
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

    let keyPair: KeyPair
    let proofs: Proofs
    var sequence: UInt64
    var random: SplitMix64
    var heartbeats: UInt64 = 0
    var peers: OrderedDictionary<PeerID, Peer> = [:]
    /// The peers that are given everything that they follow, outside of any mesh: by floodsub or by agreement.
    var given: OrderedSet<PeerID> = []
    /// The peers that follow each topic.
    var interest: [String: OrderedSet<PeerID>] = [:]
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
    var scores: ScoreBook
    /// Messages accepted a moment ago, where copies that come soon after count as delivered.
    var accepted: [MessageID: Duration] = [:]
    /// Own messages since the last heartbeat that not every follower was sent.
    var unheard: OrderedDictionary<String, [MessageID]> = [:]

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
        self.scores = ScoreBook(
            parameters: parameters.score,
            heartbeat: parameters.heartbeat,
            capacity: limits.departed
        )
    }
}

extension GossipRouter {
    /// The peer id that messages of this node carry.
    package var identity: PeerID { self.keyPair.peerID }

    /// The topics that this node follows.
    package var topics: [String] { Array(self.meshes.keys) }

    /// The connected peers that follow a topic.
    package func followers(of topic: String) -> [PeerID] { Array(self.interest[topic] ?? []) }

    /// The peers in this node's mesh for a topic.
    package func mesh(of topic: String) -> [PeerID] { Array(self.meshes[topic] ?? []) }
}

extension GossipRouter {
    /// A peer can be spoken to: it is told what this node follows.
    ///
    /// Many peers at one address count against all of them.
    package mutating func add(
        _ peer: PeerID,
        speaking version: Version,
        isOutbound: Bool,
        at address: Multiaddr? = nil
    ) -> [Directive] {
        guard peer != self.identity else { return [] }
        guard self.peers[peer] != nil || self.peers.count < self.limits.peers else {
            return [.disconnect(peer, because: .tooManyPeers)]
        }
        self.peers[peer, default: Peer(version: version, isOutbound: isOutbound)].version = version
        self.peers[peer]?.isOutbound = isOutbound
        if version == .floodsub || self.parameters.explicitPeers.contains(peer) {
            self.given.append(peer)
        } else {
            self.given.remove(peer)
        }
        self.scores.add(peer, at: address)
        if self.isGraylisted(peer) { return self.shun(peer) }
        var outbox = Outbox()
        for (topic, mesh) in self.meshes {
            outbox[peer].subscriptions.append(.init(isSubscribed: true, topic: topic))
            if mesh.contains(peer) { outbox[peer].grafts.append(topic) }
        }
        return outbox.directives
    }

    /// A peer is gone; the meshes that are short of peers without it get others.
    @discardableResult
    package mutating func remove(_ peer: PeerID, now: Duration) -> [Directive] {
        guard let gone = self.peers.removeValue(forKey: peer) else { return [] }
        self.scores.remove(peer)
        self.given.remove(peer)
        var outbox = Outbox()
        for topic in gone.topics {
            self.loseInterest(peer, topic)
            guard self.meshes[topic]?.remove(peer) != nil else { continue }
            self.mend(topic, now: now, into: &outbox)
        }
        for topic in self.fanouts.keys { self.fanouts[topic]?.peers.remove(peer) }
        return outbox.directives
    }

    /// A peer's signed peer record, which may be named to others; one that is not its own is not taken.
    package mutating func learn(_ record: [UInt8], of peer: PeerID) {
        guard self.peers[peer] != nil, record.count <= self.limits.recordBytes, self.peers[peer]?.record != record,
            let opened = try? self.proofs.record(record), opened.peer == peer
        else { return }
        self.peers[peer]?.record = record
    }

    mutating func loseInterest(_ peer: PeerID, _ topic: String) {
        self.interest[topic]?.remove(peer)
        if self.interest[topic]?.isEmpty == true { self.interest[topic] = nil }
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
        guard let mesh = self.meshes[topic] else { return [] }
        var outbox = Outbox()
        for peer in self.peers.keys { outbox[peer].subscriptions.append(.init(isSubscribed: false, topic: topic)) }
        for peer in mesh { self.prune(peer, topic, for: self.parameters.unsubscribeBackoff, now: now, into: &outbox) }
        self.meshes[topic] = nil
        return outbox.directives
    }
}
