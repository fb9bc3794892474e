import CacheCore
import GitHubCore
import Logging
import Synchronization

/// What is spent and known of GitHub's limits, shared by all that call it.
final class Ledger: Sendable {
    private struct State {
        var budget: Budget
        var etags: ComputedETags
        var statistics = OriginStatistics()
    }

    private let state: Mutex<State>
    private let timeouts: GitHubOrigin.Timeouts
    private let clock: any Clock<Duration>
    private let random: @Sendable () -> Double
    private let logger: Logger
    let now: @Sendable () -> Timestamp

    init(
        _ configuration: GitHubOrigin.Configuration,
        logger: Logger,
        clock: any Clock<Duration>,
        now: @escaping @Sendable () -> Timestamp,
        random: @escaping @Sendable () -> Double
    ) {
        state = Mutex(
            State(budget: Budget(configuration.budget), etags: ComputedETags(configuration.computedETags))
        )
        timeouts = configuration.timeouts
        self.logger = logger
        self.clock = clock
        self.now = now
        self.random = random
    }

    /// Waits for a call's turn; tells why it gets none.
    func admit(_ call: Budget.Call) async -> OriginFailure? {
        let patience = call.priority == .read ? timeouts.readTurn : timeouts.backgroundTurn
        let deadline = now().advanced(byMilliseconds: patience.components.seconds * 1_000)
        while true {
            let moment = now()
            switch state.withLock({ $0.budget.admit(call, at: moment) }) {
            case .go:
                return nil
            case .refuse(let until, .reserved):
                return .reserved(until: until)
            case .refuse(let until, .spent), .refuse(let until, .limited):
                return .limited(until: until)
            case .wait(let until):
                guard until <= deadline else { return .limited(until: until) }
                guard await pause(milliseconds: Double(until.milliseconds(since: moment))) else {
                    return .unreachable("cancelled")
                }
            }
        }
    }

    /// Sleeps before a further try; false if the task was cancelled.
    func pauseBeforeRetry() async -> Bool {
        await pause(milliseconds: Limits.retryDelay * (1 + random()))
    }

    /// Enters a call that is handed on for a client.
    func enter(_ call: Budget.Call) {
        state.withLock { $0.budget.enter(call, at: now()) }
    }

    /// Takes in what came of a call; tells until when GitHub wants a pause, if the answer was that.
    @discardableResult
    func settle(_ call: Budget.Call, _ outcome: Budget.Outcome) -> Timestamp? {
        let moment = now()
        let jitter = random()
        let pause = state.withLock { state -> Timestamp? in
            state.budget.settle(call, outcome, at: moment, jitter: jitter)
            guard case .answered(_, .some) = outcome else { return nil }
            return state.budget.pause(of: call.account, call.quota, at: moment) ?? moment
        }
        if let pause {
            logger.warning("GitHub asks for a pause", metadata: ["until": "\(pause.rfc3339)"])
        }
        return pause
    }

    /// Counts an answer of GitHub's, free or not.
    func count(isFree: Bool) {
        state.withLock { state in
            if isFree { state.statistics.callsFree += 1 } else { state.statistics.callsMade += 1 }
        }
    }

    /// The validator to send.
    func validator(computed: String?, stored: String?) -> String? {
        state.withLock { $0.etags.choose(computed: computed, stored: stored, at: now()) }
    }

    /// Takes in whether a computed ETag matched a body that had not changed.
    func noteComputed(matched: Bool) {
        let moment = now()
        let gaveUp = state.withLock { state -> Bool in
            let wasTrusted = state.etags.isTrusted(at: moment)
            if matched {
                state.statistics.computedMatches += 1
                state.etags.noteMatch()
            } else {
                state.statistics.computedMisses += 1
                state.etags.noteMiss(at: moment)
            }
            return wasTrusted && !state.etags.isTrusted(at: moment)
        }
        if gaveUp { logger.warning("computed ETags do not match any more, stored ones are used for a while") }
    }

    /// The quota of a credential as it stands.
    func quota(of account: String, _ kind: QuotaKind = .core) -> RateLimit? {
        state.withLock { $0.budget.quota(of: account, kind, at: now()) }
    }

    /// The counters so far.
    var statistics: OriginStatistics { state.withLock { $0.statistics } }

    private func pause(milliseconds: Double) async -> Bool {
        do {
            try await clock.sleep(for: .milliseconds(max(1, milliseconds)))
            return true
        } catch {
            return false
        }
    }
}
