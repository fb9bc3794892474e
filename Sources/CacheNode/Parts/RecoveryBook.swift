import CacheCore
import GitHubCore
import Synchronization

/// When which delivery log is read next, and what the first page of each was like when it was last read to the end.
final class RecoveryBook: Sendable {
    private struct State {
        var schedule: RecoverySchedule
        var etags: [Int64: String] = [:]
        var calls: [DeliveryLog: CallTally] = [:]
    }

    private let state: Mutex<State>

    init(limits: RecoverySchedule.Limits) {
        state = Mutex(State(schedule: RecoverySchedule(limits: limits)))
    }

    /// The logs that are to be read now.
    func due(among logs: [DeliveryLog], now: Timestamp) -> [DeliveryLog] {
        state.withLock { state in
            state.schedule.keep(only: logs)
            return state.schedule.due(among: logs, now: now)
        }
    }

    /// Sets the next search after one that ended.
    func ended(_ ending: RecoverySchedule.Ending, of log: DeliveryLog, logs count: Int, now: Timestamp) {
        state.withLock { $0.schedule.ended(ending, of: log, logs: count, now: now) }
    }

    /// Something went wrong with deliveries.
    func doubt(_ log: DeliveryLog?, now: Timestamp) {
        state.withLock { $0.schedule.doubt(log, now: now) }
    }

    /// The `ETag` of the first page of a hook's log.
    func etag(of hook: Int64) -> String? { state.withLock { $0.etags[hook] } }

    /// Notes it, once all that the log told is settled.
    func note(_ etag: String?, of hook: Int64) {
        state.withLock { $0.etags[hook] = etag }
    }

    /// Somebody waits for what a log may tell.
    func hurry(_ log: DeliveryLog, now: Timestamp) {
        state.withLock { $0.schedule.hurry(log, now: now) }
    }

    /// Counts the calls of a search.
    func count(_ calls: Int, of log: DeliveryLog, now: Timestamp) {
        state.withLock { $0.calls[log, default: CallTally()].add(calls, at: now) }
    }

    /// The calls of the last hour for the log of one hook, or for all.
    func callsLastHour(of log: DeliveryLog? = nil, now: Timestamp) -> Int {
        state.withLock { state in
            state.calls.reduce(0) { log == nil || log == $1.key ? $0 + $1.value.lastHour(at: now) : $0 }
        }
    }
}
