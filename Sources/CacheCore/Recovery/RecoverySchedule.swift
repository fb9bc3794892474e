package import GitHubCore

/// When which webhook's delivery log is read next.
package struct RecoverySchedule: Sendable {
    /// Its pauses.
    package struct Limits: Hashable, Sendable {
        /// Between two searches of one log, in milliseconds.
        package var pause: Int64 = 900_000
        /// Between the searches of all logs together, in milliseconds: many hooks are searched less often each.
        package var spacing: Int64 = 60_000
        /// After a search that failed, in milliseconds; doubled each time.
        package var retry: Int64 = 60_000
        /// The longest pause after a search that failed, in milliseconds.
        package var longestRetry: Int64 = 3_600_000
        /// After something went wrong that the log may tell of, in milliseconds.
        package var doubt: Int64 = 30_000

        /// The defaults.
        package init() {}

        /// The regular pause between two searches of one log of so many, in milliseconds.
        package func period(hooks count: Int) -> Int64 { max(pause, spacing * Int64(count)) }

        /// The pauses where the logs are the source of events: a reading that finds nothing new is free.
        package static func pull(every pause: Int64) -> Limits {
            var limits = Limits()
            limits.pause = pause
            limits.spacing = min(pause, 5000)
            limits.doubt = min(pause, 5000)
            limits.longestRetry = 300_000
            return limits
        }
    }

    /// How a search ended.
    package enum Ending: Hashable, Sendable {
        /// Everything that it found is settled.
        case complete
        /// It goes on later.
        case failed
        /// It goes on when the quota allows it.
        case limited(until: Timestamp)
    }

    private struct Turn: Sendable {
        var dueAt: Timestamp
        var failures = 0
    }

    private let limits: Limits
    private var turns: [DeliveryLog: Turn] = [:]

    /// A schedule by which every log is searched at once for the first time.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Forgets the logs that are gone.
    package mutating func keep(only logs: [DeliveryLog]) {
        let there = Set(logs)
        turns = turns.filter { there.contains($0.key) }
    }

    /// Those of some logs that are to be read now.
    package func due(among logs: [DeliveryLog], now: Timestamp) -> [DeliveryLog] {
        logs.filter { turns[$0].map { $0.dueAt <= now } ?? true }
    }

    /// Sets the next search after one that ended, among so many logs.
    package mutating func ended(_ ending: Ending, of log: DeliveryLog, logs count: Int, now: Timestamp) {
        var turn = turns[log] ?? Turn(dueAt: now)
        switch ending {
        case .complete:
            turn = Turn(dueAt: now.advanced(byMilliseconds: limits.period(hooks: count)))
        case .failed:
            turn.dueAt = now.advanced(byMilliseconds: min(limits.longestRetry, limits.retry << min(turn.failures, 20)))
            turn.failures += 1
        case .limited(let until):
            turn.dueAt = max(until, now.advanced(byMilliseconds: limits.retry))
        }
        turns[log] = turn
    }

    /// Somebody waits for what the log of a hook may tell.
    package mutating func hurry(_ log: DeliveryLog, now: Timestamp) {
        turns[log]?.dueAt = now
    }

    /// Something went wrong with deliveries: the logs of these hooks, or of all, may tell of them soon.
    package mutating func doubt(_ log: DeliveryLog?, now: Timestamp) {
        let soon = now.advanced(byMilliseconds: limits.doubt)
        for (known, turn) in turns where log == nil || log == known {
            turns[known]?.dueAt = min(turn.dueAt, soon)
        }
    }
}
