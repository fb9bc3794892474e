/// Keeps each topic within eight messages a second: what comes at an easy pace goes out at once, a burst in batches.
///
/// Stock peers drop what passes ten a second. Four messages go at once, further ones a quarter of a second apart, so
/// that no second sees more than eight and nothing waits longer than a quarter. Time is that of any monotonic clock.
package struct Pacer<Item: Sendable>: Sendable {
    /// Items of one topic that go out as one message.
    package struct Batch: Sendable {
        /// The topic.
        package let topic: String
        /// The items, in their order.
        package let items: [Item]
    }

    private struct Lane: Sendable {
        /// When all that was sent will have been paid for; at most `burst` intervals ahead.
        var paidUntil: Duration
        var waiting: [(item: Item, size: Int)] = []
        var waitingBytes = 0
    }

    private let burst = 4
    private let interval: Duration = .milliseconds(250)
    private let itemLimit: Int
    private let byteLimit: Int
    private let waitingLimit: Int
    private let laneLimit: Int
    private var lanes: [String: Lane] = [:]
    private var waiting = 0

    /// Makes a pacer with nothing waiting.
    ///
    /// - Parameters:
    ///   - itemLimit: The most items in a batch.
    ///   - byteLimit: The most bytes in a batch.
    ///   - waitingLimit: The most items that wait, over all topics.
    ///   - laneLimit: The most topics whose pace is remembered.
    package init(
        itemLimit: Int = Limits.announcementsPerMessage,
        byteLimit: Int = Limits.messageBytes,
        waitingLimit: Int = Limits.waitingAnnouncements,
        laneLimit: Int = Limits.pacedTopics
    ) {
        self.itemLimit = itemLimit
        self.byteLimit = byteLimit
        self.waitingLimit = waitingLimit
        self.laneLimit = laneLimit
    }

    /// Takes an item, and gives what is to be sent at once.
    ///
    /// - Parameters:
    ///   - item: The item.
    ///   - size: Its size in a message, in bytes.
    ///   - topic: Where it goes.
    ///   - now: The time.
    /// - Returns: The batches to send now; with an easy pace that is the item alone.
    package mutating func add(_ item: Item, size: Int, to topic: String, now: Duration) -> [Batch] {
        if self.lanes[topic] == nil, self.lanes.count >= self.laneLimit { self.forget(now) }
        var lane = self.lanes[topic] ?? Lane(paidUntil: now)
        var batches: [Batch] = []
        let isFull = lane.waiting.count >= self.itemLimit || lane.waitingBytes + size > self.byteLimit
        if isFull { batches.append(contentsOf: self.take(from: &lane, topic, now)) }
        lane.waiting.append((item, size))
        lane.waitingBytes += size
        self.waiting += 1
        if self.isOpen(lane, now) || self.waiting > self.waitingLimit {
            batches.append(contentsOf: self.take(from: &lane, topic, now))
        }
        self.lanes[topic] = lane
        return batches
    }

    /// The batches whose turn has come.
    package mutating func due(now: Duration) -> [Batch] {
        var batches: [Batch] = []
        for topic in self.lanes.filter({ !$0.value.waiting.isEmpty && self.isOpen($0.value, now) }).keys.sorted() {
            guard var lane = self.lanes[topic] else { continue }
            batches.append(contentsOf: self.take(from: &lane, topic, now))
            self.lanes[topic] = lane
        }
        return batches
    }

    /// When the next batch is due, or nil while nothing waits.
    package var nextDue: Duration? {
        self.lanes.values.lazy.filter { !$0.waiting.isEmpty }.map { self.opening(of: $0) }.min()
    }

    private func opening(of lane: Lane) -> Duration { lane.paidUntil - self.interval * (self.burst - 1) }

    private func isOpen(_ lane: Lane, _ now: Duration) -> Bool { self.opening(of: lane) <= now }

    private mutating func take(from lane: inout Lane, _ topic: String, _ now: Duration) -> [Batch] {
        guard !lane.waiting.isEmpty else { return [] }
        let items = lane.waiting.map(\.item)
        self.waiting -= items.count
        lane.waiting = []
        lane.waitingBytes = 0
        lane.paidUntil = max(lane.paidUntil, now) + self.interval
        return [Batch(topic: topic, items: items)]
    }

    private mutating func forget(_ now: Duration) {
        self.lanes = self.lanes.filter { !$0.value.waiting.isEmpty || $0.value.paidUntil > now }
    }
}
