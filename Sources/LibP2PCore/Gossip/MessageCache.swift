import DequeModule
package import Multiformats

/// Messages of the last heartbeats, for peers that missed them: gossiped for a few, kept for a few more.
package struct MessageCache: Sendable {
    private struct Held: Sendable {
        let message: SignedMessage
        /// How often each peer was given it.
        var given: [PeerID: Int] = [:]
    }

    private let history: Int
    private let gossip: Int
    private let messageLimit: Int
    private let byteLimit: Int
    private var held: [MessageID: Held] = [:]
    /// Oldest first, each with the heartbeat in which it came.
    private var order: Deque<(id: MessageID, heartbeat: Int)> = []
    private var heartbeat = 0
    private var bytes = 0

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - history: Heartbeats that a message is kept.
    ///   - gossip: Heartbeats that it is advertised.
    ///   - messageLimit: The most messages kept; past it the oldest go early.
    ///   - byteLimit: The most payload bytes kept.
    package init(history: Int, gossip: Int, messageLimit: Int, byteLimit: Int) {
        self.history = history
        self.gossip = gossip
        self.messageLimit = messageLimit
        self.byteLimit = byteLimit
    }

    /// The number of messages kept.
    package var count: Int { self.held.count }

    /// Keeps a message.
    package mutating func insert(_ message: SignedMessage) {
        let id = message.id
        guard self.held[id] == nil else { return }
        self.held[id] = Held(message: message)
        self.order.append((id, self.heartbeat))
        self.bytes += message.data.count
        while self.order.count > self.messageLimit || self.bytes > self.byteLimit { self.removeOldest() }
    }

    /// The messages to advertise, newest first, by topic.
    package func advertised() -> [String: [MessageID]] {
        var ids: [String: [MessageID]] = [:]
        for entry in self.order.reversed() {
            guard entry.heartbeat > self.heartbeat - self.gossip else { break }
            guard let held = self.held[entry.id] else { continue }
            ids[held.message.topic, default: []].append(entry.id)
        }
        return ids
    }

    /// The message for a peer that asks for it, unless it has had it often enough.
    package mutating func message(_ id: MessageID, for peer: PeerID, atMost times: Int) -> SignedMessage? {
        guard let held = self.held[id], held.given[peer, default: 0] < times else { return nil }
        self.held[id]?.given[peer, default: 0] += 1
        return held.message
    }

    /// A heartbeat has passed: what is older than the history goes.
    package mutating func shift() {
        self.heartbeat += 1
        while let oldest = self.order.first, oldest.heartbeat <= self.heartbeat - self.history { self.removeOldest() }
    }

    private mutating func removeOldest() {
        guard let oldest = self.order.popFirst(), let held = self.held.removeValue(forKey: oldest.id) else { return }
        self.bytes -= held.message.data.count
    }
}
