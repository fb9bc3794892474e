/// The ids of messages that were heard, the oldest forgotten first once there are too many.
struct MessageMemory: Sendable {
    private let limit: Int
    private var ids: Set<[UInt8]> = []
    /// The ids as they came; a ring once it is full.
    private var order: [[UInt8]] = []
    private var oldest = 0

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Takes note of an id; false where it is known.
    mutating func remember(_ id: [UInt8]) -> Bool {
        guard self.ids.insert(id).inserted else { return false }
        if self.order.count < self.limit {
            self.order.append(id)
        } else {
            self.ids.remove(self.order[self.oldest])
            self.order[self.oldest] = id
            self.oldest = (self.oldest + 1) % self.limit
        }
        return true
    }
}
