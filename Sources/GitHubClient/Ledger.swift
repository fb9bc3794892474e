import CacheCore
import GitHubCore
import Logging
import Synchronization

/// What is spent and known of GitHub's limits, shared by all that call it.
final class Ledger: Sendable {
    private struct State {
        var budget: Budget
        var circuit: Circuit
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
            State(
                budget: Budget(configuration.budget),
                circuit: Circuit(configuration.circuit),
                etags: ComputedETags(configuration.computedETags)
            )
        )
        timeouts = configuration.timeouts
        self.logger = logger
        self.clock = clock
        self.now = now
        self.random = random
    }

    /// Waits for a call's turn; tells why it gets none.
    func admit(_ call: Budget.Call) async -> OriginFailure? {
        let (moment, jitter) = (now(), random())
        guard state.withLock({ $0.circuit.admits(at: moment, jitter: jitter) }) else {
            return .unreachable("it failed several times and is asked again soon")
        }
        switch await turn(for: call, within: call.priority == .read ? timeouts.readTurn : timeouts.backgroundTurn) {
        case .go: return nil
        case .refuse(let until, .reserved): return .reserved(until: until)
        case .refuse(let until, .spent), .refuse(let until, .limited), .wait(let until): return .limited(until: until)
        case nil: return .unreachable("cancelled")
        }
    }

    /// Waits for the turn of a call that is handed on for a client.
    ///
    /// It goes out after its wait whatever the quota is, since GitHub's own answer says that best; only where GitHub asked for
    /// a pause is it kept back, since asking on would make it longer.
    func admitForwarded(_ call: Budget.Call) async -> OriginFailure? {
        switch await turn(for: call, within: timeouts.readTurn) {
        case .go: return nil
        case .refuse(let until, .limited): return .limited(until: until)
        case .refuse(_, .spent), .refuse(_, .reserved), .wait:
            enter(call)
            return nil
        case nil: return .unreachable("cancelled")
        }
    }

    /// What becomes of a call that stands in line for as long as it may; `wait` where that is not long enough, nil where
    /// it was cancelled.
    private func turn(for call: Budget.Call, within patience: Duration) async -> Budget.Admission? {
        let deadline = now().advanced(byMilliseconds: Int64(patience / .milliseconds(1)))
        guard let ticket = state.withLock({ $0.budget.ticket(for: call) }) else {
            return .wait(until: now().advanced(bySeconds: 1))
        }
        defer { state.withLock { $0.budget.leave(ticket) } }
        while true {
            let moment = now()
            let admission = state.withLock { $0.budget.admit(ticket, at: moment) }
            guard case .wait(let until) = admission, until <= deadline else { return admission }
            guard await pause(milliseconds: Double(until.milliseconds(since: moment))) else { return nil }
        }
    }

    /// Takes in that GitHub answered, or failed to, as far as that tells whether it is there.
    func note(isThere: Bool) {
        let (moment, jitter) = (now(), random())
        let change = state.withLock { state -> Bool? in
            let wasClosed = state.circuit.isClosed
            if isThere { state.circuit.noteSuccess() } else { state.circuit.noteFailure(at: moment, jitter: jitter) }
            return state.circuit.isClosed == wasClosed ? nil : wasClosed
        }
        switch change {
        case true: logger.warning("GitHub fails again and again, what is stored serves until it is back")
        case false: logger.notice("GitHub is back")
        case nil: break
        }
    }

    /// Sleeps before a further try; false if the task was cancelled.
    func pauseBeforeRetry() async -> Bool {
        await pause(milliseconds: Limits.retryDelay * (1 + random()))
    }

    private func enter(_ call: Budget.Call) {
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
