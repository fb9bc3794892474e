/// Whether GitHub is asked at all, after it has failed several times in a row.
///
/// While it is away, readers are better served at once by what is stored, or told at once that there is nothing, than
/// each after a wait of its own; now and then one of them tries, so that its return is seen soon.
package struct Circuit: Hashable, Sendable {
    /// When to stop asking, and how often to try.
    package struct Configuration: Hashable, Sendable {
        /// Failures in a row after which nobody asks.
        package var failures: Int
        /// The first pause between two tries, in milliseconds; it doubles.
        package var firstPause: Int64
        /// The longest such pause, in milliseconds: how late GitHub's return may be seen.
        package var longestPause: Int64

        /// The defaults: five failures, a quarter of a second to two seconds.
        package init(failures: Int = 5, firstPause: Int64 = 250, longestPause: Int64 = 2_000) {
            self.failures = failures
            self.firstPause = firstPause
            self.longestPause = longestPause
        }
    }

    private enum State: Hashable, Sendable {
        /// Everybody asks; to `open` after enough failures in a row.
        case closed(failures: Int)
        /// One asks after each pause, also while the one before has no answer yet; to `closed` with any success.
        case open(until: Timestamp, pause: Int64, isTried: Bool)
    }

    private let configuration: Configuration
    private var state = State.closed(failures: 0)

    /// A circuit that is closed.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// Whether everybody asks.
    package var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// Whether somebody may ask now, by which a try counts as made; `jitter`, from 0 to 1, spreads the tries of many nodes.
    package mutating func admits(at now: Timestamp, jitter: Double) -> Bool {
        guard case .open(let until, let pause, _) = state else { return true }
        guard now >= until else { return false }
        open(for: pause, isTried: true, now, jitter)
        return true
    }

    /// GitHub answered.
    package mutating func noteSuccess() {
        state = .closed(failures: 0)
    }

    /// GitHub did not answer, or with nothing that it would say.
    package mutating func noteFailure(at now: Timestamp, jitter: Double) {
        switch state {
        case .closed(let failures):
            guard failures + 1 >= configuration.failures else {
                state = .closed(failures: failures + 1)
                return
            }
            open(for: configuration.firstPause, isTried: false, now, jitter)
        case .open(_, let pause, isTried: true):
            open(for: min(2 * pause, configuration.longestPause), isTried: false, now, jitter)
        case .open(_, _, isTried: false):
            // What went out before, and says no more than the rest.
            break
        }
    }

    /// For half of a pause to all of it.
    private mutating func open(for pause: Int64, isTried: Bool, _ now: Timestamp, _ jitter: Double) {
        let spread = pause / 2 + Int64(Double(pause) / 2 * min(max(jitter, 0), 1))
        state = .open(until: now.advanced(byMilliseconds: spread), pause: pause, isTried: isTried)
    }
}
