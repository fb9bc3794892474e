import CacheCore
import Synchronization

/// What the statistics count.
final class Counters: Sendable {
    struct State {
        var localHits = 0
        var peerHits = 0
        var misses = 0
        var callsSaved = 0
        var deliveries = Statistics.DeliveryCounts()
        var bodiesInMemory = 0
        var latencies = LatencyWindow()
    }

    private let state = Mutex(State())

    var snapshot: State { state.withLock(\.self) }

    /// Counts a read of a client's by how it was answered.
    func read(_ request: ReadRequest, _ answer: ReadAnswer) {
        guard request.purpose == .client else { return }
        let outcome = request.outcome(of: answer)
        guard let tally = outcome.tally else { return }
        count(tally, isSaved: outcome.savesCall)
    }

    /// Counts one read.
    func count(_ tally: Outcome.Tally, isSaved: Bool) {
        state.withLock { state in
            switch tally {
            case .localHit: state.localHits += 1
            case .peerHit: state.peerHits += 1
            case .miss: state.misses += 1
            }
            if isSaved { state.callsSaved += 1 }
        }
    }

    func delivery(_ answer: WebhookAnswer) {
        state.withLock { state in
            switch answer {
            case .accepted: state.deliveries.accepted += 1
            case .pong: break
            case .duplicate: state.deliveries.duplicate += 1
            case .ignored: state.deliveries.ignored += 1
            case .refused, .unavailable: state.deliveries.rejected += 1
            }
        }
    }

    /// Counts a delivery that was read from GitHub's log.
    func recovered() { state.withLock { $0.deliveries.recovered += 1 } }

    /// Takes a place for a body that waits in memory, if there is one.
    func bodyEntersMemory(limit: Int) -> Bool {
        state.withLock { state in
            guard state.bodiesInMemory < limit else { return false }
            state.bodiesInMemory += 1
            return true
        }
    }

    func bodyLeavesMemory() { state.withLock { $0.bodiesInMemory -= 1 } }

    func eventBecameFresh(after milliseconds: Double) { state.withLock { $0.latencies.add(milliseconds) } }
}

/// The latest latencies, for percentiles.
struct LatencyWindow: Sendable {
    /// How many are kept.
    static let size = 1024
    private var values: [Double] = []
    private var next = 0

    mutating func add(_ value: Double) {
        if values.count < Self.size {
            values.append(value)
        } else {
            values[next] = value
            next = (next + 1) % Self.size
        }
    }

    /// A percentile from 0 to 1, or nil where nothing was measured.
    func percentile(_ part: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let index = Int((Double(values.count - 1) * part).rounded())
        return values.sorted()[index]
    }
}
