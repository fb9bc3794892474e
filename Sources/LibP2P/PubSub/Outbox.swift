import DequeModule
import LibP2PCore

/// What waits to be written to one pubsub peer.
struct Outbox {
    /// What a new RPC led to.
    enum Outcome {
        /// It is in line.
        case queued
        /// There was no room and it can be missed.
        case dropped
        /// There was no room and it cannot be missed: the stream must start anew.
        case overflown
    }

    let wakeup = Wakeup()
    private let limits: PubSub.Limits
    private var queue: Deque<GossipRouter.RPC> = []
    /// What is worth nothing once it is late: IDONTWANT overtakes messages.
    private var urgent: Deque<GossipRouter.RPC> = []
    private var bytes = 0

    init(limits: PubSub.Limits) {
        self.limits = limits
    }

    mutating func append(_ rpc: GossipRouter.RPC) -> Outcome {
        if rpc.isUrgent {
            guard self.urgent.count < self.limits.queuedControls else { return .dropped }
            self.urgent.append(rpc)
            return .queued
        }
        let size = Self.size(of: rpc)
        if !rpc.messages.isEmpty {
            let isFull = self.queue.count >= self.limits.queuedRPCs || self.bytes + size > self.limits.queuedBytes
            // An empty queue takes anything that the router lets through.
            if isFull, !self.queue.isEmpty { return .dropped }
        } else if self.queue.count >= self.limits.queuedRPCs + self.limits.queuedControls {
            return .overflown
        }
        self.queue.append(rpc)
        self.bytes += size
        return .queued
    }

    mutating func removeFirst() -> GossipRouter.RPC? {
        if let rpc = self.urgent.popFirst() { return rpc }
        guard let rpc = self.queue.popFirst() else { return nil }
        self.bytes -= Self.size(of: rpc)
        return rpc
    }

    mutating func removeAll() {
        self.queue.removeAll()
        self.urgent.removeAll()
        self.bytes = 0
    }

    private static func size(of rpc: GossipRouter.RPC) -> Int {
        rpc.messages.reduce(0) { $0 + ($1.data?.count ?? 0) }
    }
}

extension GossipRouter.RPC {
    /// Whether it says nothing but what must be said at once and may be lost.
    fileprivate var isUrgent: Bool {
        guard !self.dontWants.isEmpty else { return false }
        var rest = self
        rest.dontWants = []
        return rest.isEmpty
    }
}
