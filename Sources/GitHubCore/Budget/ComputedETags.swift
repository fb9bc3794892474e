/// Whether ETags that were computed are still sent.
///
/// GitHub's formula is undocumented (see ``ETagFormula``): when it stops matching, each conditional request costs a call,
/// so the stored validator takes over, and the computed one is tried again after a pause.
package struct ComputedETags: Hashable, Sendable {
    /// When to stop, and for how long.
    package struct Configuration: Hashable, Sendable {
        /// Misses in a row after which computed ETags are no longer preferred.
        package var misses: Int
        /// Seconds until they are tried again.
        package var pause: Int

        /// The defaults: five misses, an hour.
        package init(misses: Int = 5, pause: Int = 3_600) {
            self.misses = misses
            self.pause = pause
        }
    }

    private enum State: Hashable, Sendable {
        /// Preferred; to `paused` after enough misses in a row.
        case trusted(misses: Int)
        /// Not preferred; to `trusted` with a match, or one miss short of a pause after a while.
        case paused(until: Timestamp)
    }

    private let configuration: Configuration
    private var state = State.trusted(misses: 0)

    /// Trusts them until they miss.
    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
    }

    /// The validator to send: the one that is preferred, and the other where that is missing.
    ///
    /// One alone, since few servers are known to read a list. Without a stored one, the computed one costs nothing to try.
    package func choose(computed: String?, stored: String?, at now: Timestamp) -> String? {
        isTrusted(at: now) ? computed ?? stored : stored ?? computed
    }

    /// Whether computed ETags are preferred.
    package func isTrusted(at now: Timestamp) -> Bool {
        switch state {
        case .trusted: true
        case .paused(let until): now >= until
        }
    }

    /// A computed ETag matched.
    package mutating func noteMatch() {
        state = .trusted(misses: 0)
    }

    /// A computed ETag did not match a body that had not changed.
    package mutating func noteMiss(at now: Timestamp) {
        switch state {
        case .trusted(let misses) where misses + 1 < configuration.misses:
            state = .trusted(misses: misses + 1)
        case .paused(let until) where now < until:
            break
        case .trusted, .paused:
            state = .paused(until: now.advanced(bySeconds: configuration.pause))
        }
    }
}
