extension GossipRouter.RPC {
    /// Tags and lengths of a field and of what encloses it take no more than this.
    private static let frame = 16

    /// The same in as many RPCs as the size needs; an element that is too large by itself is left out.
    func split(within bytes: Int, elements: Int) -> [Self] {
        guard self.bound > bytes || self.subscriptions.count + self.messages.count > elements else {
            return self.isEmpty ? [] : [self]
        }
        var parts = Parts(limit: bytes, elements: elements)
        for subscription in self.subscriptions {
            parts.add(Self.bound(subscription)) { $0.subscriptions.append(subscription) }
        }
        for message in self.messages { parts.add(message.bound) { $0.messages.append(message) } }
        for topic in self.grafts { parts.add(topic.utf8.count + Self.frame) { $0.grafts.append(topic) } }
        for prune in self.prunes { parts.add(Self.bound(prune)) { $0.prunes.append(prune) } }
        for id in self.wants { parts.add(Self.bound(id)) { $0.wants.append(id) } }
        for id in self.dontWants { parts.add(Self.bound(id)) { $0.dontWants.append(id) } }
        for have in self.haves {
            for id in have.messages {
                // The topic is counted with each id, since any id may come to be the first of its part.
                parts.add(Self.bound(id) + have.topic.utf8.count + Self.frame) { part in
                    if part.haves.last?.topic == have.topic {
                        part.haves[part.haves.count - 1].messages.append(id)
                    } else {
                        part.haves.append(.init(topic: have.topic, messages: [id]))
                    }
                }
            }
        }
        return parts.finished
    }

    /// No less than the encoded size.
    private var bound: Int {
        var sum = Self.frame
        for subscription in self.subscriptions { sum += Self.bound(subscription) }
        for message in self.messages { sum += message.bound }
        for topic in self.grafts { sum += topic.utf8.count + Self.frame }
        for prune in self.prunes { sum += Self.bound(prune) }
        for id in self.wants { sum += Self.bound(id) }
        for id in self.dontWants { sum += Self.bound(id) }
        for have in self.haves {
            sum += have.topic.utf8.count + Self.frame
            for id in have.messages { sum += Self.bound(id) }
        }
        return sum
    }

    private static func bound(_ subscription: Subscription) -> Int { subscription.topic.utf8.count + Self.frame }

    private static func bound(_ prune: Prune) -> Int {
        let peers = prune.peers.reduce(0) { $0 + $1.peer.count + ($1.record?.count ?? 0) + 2 * Self.frame }
        return prune.topic.utf8.count + 2 * Self.frame + peers
    }

    private static func bound(_ id: MessageID) -> Int { id.bytes.count + Self.frame }

    private struct Parts {
        private let limit: Int
        private let elements: Int
        private var done: [GossipRouter.RPC] = []
        private var current = GossipRouter.RPC()
        private var size = GossipRouter.RPC.frame

        init(limit: Int, elements: Int) {
            self.limit = limit
            self.elements = elements
        }

        mutating func add(_ bytes: Int, _ append: (inout GossipRouter.RPC) -> Void) {
            guard GossipRouter.RPC.frame + bytes <= self.limit else { return }
            let count = self.current.subscriptions.count + self.current.messages.count
            if self.size + bytes > self.limit || count >= self.elements {
                self.done.append(self.current)
                self.current = GossipRouter.RPC()
                self.size = GossipRouter.RPC.frame
            }
            append(&self.current)
            self.size += bytes
        }

        var finished: [GossipRouter.RPC] {
            self.current.isEmpty ? self.done : self.done + [self.current]
        }
    }
}

extension GossipRouter.RPC.Message {
    fileprivate var bound: Int {
        let fields = [self.author, self.data, self.sequence, self.signature, self.key, self.unknownFields]
        return fields.reduce(self.topic?.utf8.count ?? 0) { $0 + ($1?.count ?? 0) } + 96
    }
}
