import CacheCore
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
        var outcomes: [Outcome.Label: Int] = [:]
        var renditionsMade = 0
        var renditionsReused = 0
        var refusedDeliveries = 0
    }

    private let counts = Mutex(Snapshot())

    /// All zero.
    package init() {}

    func answered(_ listener: Listener, status: Int) {
        counts.withLock { $0.answers[Answer(listener: listener, statusClass: status / 100), default: 0] += 1 }
    }

    /// Counts an answer to a request for GitHub.
    func answered(_ outcome: Outcome) {
        counts.withLock { $0.outcomes[outcome.label, default: 0] += 1 }
    }

    /// Counts a body that was rewritten or compressed, or one that was there from before.
    func rendition(isReused: Bool) {
        counts.withLock { counts in
            if isReused { counts.renditionsReused += 1 } else { counts.renditionsMade += 1 }
        }
    }

    /// Counts a delivery that the node never saw, because the listener refused it.
    func refusedDelivery() {
        counts.withLock { $0.refusedDeliveries += 1 }
    }

    /// The deliveries that the node never saw.
    package var refusedDeliveries: Int { counts.withLock(\.refusedDeliveries) }

    var snapshot: Snapshot { counts.withLock { $0 } }
}
