import Synchronization

/// What the listeners count themselves, shared by all of one node.
package final class ServerCounters: Sendable {
    /// The listeners, as metrics name them.
    enum Listener: String, Hashable, Sendable {
        case webhook
        case api
        case socket
    }

    /// An answer's listener and status class.
    struct Answer: Hashable, Sendable {
        let listener: Listener
        let statusClass: Int
    }

    /// The counts at one moment.
    struct Snapshot: Sendable {
        var answers: [Answer: Int] = [:]
        var reads: [String: Int] = [:]
        var refusedDeliveries = 0
    }

    private let counts = Mutex(Snapshot())

    /// All zero.
    package init() {}

    func answered(_ listener: Listener, status: Int) {
        counts.withLock { $0.answers[Answer(listener: listener, statusClass: status / 100), default: 0] += 1 }
    }

    /// Counts a read by the label of its outcome.
    func read(_ label: String) {
        counts.withLock { $0.reads[label, default: 0] += 1 }
    }

    /// Counts a delivery that the node never saw, because the listener refused it.
    func refusedDelivery() {
        counts.withLock { $0.refusedDeliveries += 1 }
    }

    var snapshot: Snapshot { counts.withLock { $0 } }
}
