import CacheCore
import GitHubCore
import Synchronization

/// When which delivery log is read next, and what the first page of each was like when it was last read to the end.
final class RecoveryBook: Sendable {
    private struct State {
        var schedule: RecoverySchedule
        var etags: [Int64: String] = [:]
        var calls: [Scope: CallTally] = [:]
    }

    private let state: Mutex<State>

    init(limits: RecoverySchedule.Limits) {
        state = Mutex(State(schedule: RecoverySchedule(limits: limits)))
    }

    /// The hooks whose logs are to be read now.
    func due(among scopes: [Scope], now: Timestamp) -> [Scope] {
        state.withLock { state in
            state.schedule.keep(only: scopes)
            return state.schedule.due(among: scopes, now: now)
        }
    }

    /// Sets the next search after one that ended.
    func ended(_ ending: RecoverySchedule.Ending, of scope: Scope, hooks count: Int, now: Timestamp) {
        state.withLock { $0.schedule.ended(ending, of: scope, hooks: count, now: now) }
    }

    /// Something went wrong with deliveries.
    func doubt(_ scope: Scope?, now: Timestamp) {
        state.withLock { $0.schedule.doubt(scope, now: now) }
    }

    /// The `ETag` of the first page of a hook's log.
    func etag(of hook: Int64) -> String? { state.withLock { $0.etags[hook] } }

    /// Notes it, once all that the log told is settled.
    func note(_ etag: String?, of hook: Int64) {
        state.withLock { $0.etags[hook] = etag }
    }

    /// Somebody waits for what the log of a hook may tell.
    func hurry(_ scope: Scope, now: Timestamp) {
        state.withLock { $0.schedule.hurry(scope, now: now) }
    }

    /// Counts the calls of a search.
    func count(_ calls: Int, of scope: Scope, now: Timestamp) {
        state.withLock { $0.calls[scope, default: CallTally()].add(calls, at: now) }
    }

    /// The calls of the last hour for the log of one hook, or for all.
    func callsLastHour(of scope: Scope? = nil, now: Timestamp) -> Int {
        state.withLock { state in
            state.calls.reduce(0) { scope == nil || scope == $1.key ? $0 + $1.value.lastHour(at: now) : $0 }
        }
    }
}
