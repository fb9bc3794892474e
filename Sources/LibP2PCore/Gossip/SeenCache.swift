import DequeModule

/// The ids of messages that were here lately, so that each is taken once.
package struct SeenCache: Sendable {
    private let lifetime: Duration
    private let capacity: Int
    private var order: Deque<(id: MessageID, until: Duration)> = []
    private var ids: Set<MessageID> = []

    /// Makes an empty cache.
    ///
    /// - Parameters:
    ///   - lifetime: How long an id is remembered.
    ///   - capacity: How many are; past it the oldest are forgotten early.
    package init(lifetime: Duration, capacity: Int) {
        self.lifetime = lifetime
        self.capacity = max(1, capacity)
    }

    /// The number of ids remembered.
    package var count: Int { self.ids.count }

    /// Whether the id was here lately.
    package func contains(_ id: MessageID) -> Bool { self.ids.contains(id) }

    /// Remembers an id; false when it was already here.
    @discardableResult
    package mutating func insert(_ id: MessageID, now: Duration) -> Bool {
        guard self.ids.insert(id).inserted else { return false }
        self.order.append((id, now + self.lifetime))
        if self.order.count > self.capacity, let oldest = self.order.popFirst() {
            self.ids.remove(oldest.id)
        }
        return true
    }

    /// Forgets what is older than the lifetime.
    package mutating func expire(now: Duration) {
        while let oldest = self.order.first, oldest.until <= now {
            self.order.removeFirst()
            self.ids.remove(oldest.id)
        }
    }
}
