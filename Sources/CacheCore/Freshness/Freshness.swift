package import GitHubCore
import Multiformats

/// The one place that decides what becomes of stored answers: facts in, directives out; no clock, no I/O.
///
/// It holds only what is in flight: fetches that wait for their moment, how often each was tried in vain, and the polls
/// of the watch list. What is stored and remembered comes with each signal.
package struct Freshness: Sendable {
    /// Bounds and delays, in milliseconds unless said otherwise.
    package struct Limits: Hashable, Sendable {
        /// A burst of events becomes one fetch this long after its last event.
        package var debounce: Int64 = 250
        /// …and this long after its first at the latest.
        package var longestDebounce: Int64 = 2000
        /// How long a follower waits for the event's author to announce what it fetched.
        package var authorSilence: Int64 = 1000
        /// The first pause before GitHub is asked again that failed, or contradicts an event; doubled each time.
        package var confirmation: Int64 = 2000
        /// The first pause before a list that lagged is fetched again; doubled each time.
        ///
        /// What events told is laid over it, so nobody sees the lag, and each call that comes before its end is wasted.
        package var lag: Int64 = 30_000
        /// How often a lagging list or a failing prewarm is tried again.
        package var attempts = 6
        /// The time between two fetches of one object because of what peers say.
        package var confirmationPause: Int64 = 10_000
        /// Objects of which it is remembered when peers' words last had them fetched.
        package var confirmedObjects = 1024
        /// How often GitHub is asked again that says an answer is unchanged although an event contradicts it: at first
        /// after `confirmation`, then as a list that lagged.
        package var confirmations = 4
        /// How far ahead of its end a watched answer is refreshed.
        package var pollLead: Int64 = 0
        /// Objects of one list that are fetched because their order in time is open.
        package var doubts = 10
        /// How long after a write of a client's what it touched is fetched ahead of readers.
        package var writeSettling: Int64 = 1000
        /// Writes that are remembered, so that no answer to an earlier question passes for a later one.
        package var writes = 256
        /// How long they are, in seconds: as long as a run that was seen may still be missing in GitHub's lists.
        package var writeMemory = 900
        /// How long after an event that says what is to come its own event is waited for.
        package var expectation: Int64 = 5000
        /// Events without a run or job that are remembered, so that no answer to an earlier question passes for a later one.
        package var news = 1024
        /// How long they are, in seconds: longer than any answer is under way.
        package var newsMemory = 120
        /// How far the clocks of two nodes may lie apart, in milliseconds, before an answer that one got passes for later
        /// than what another told although it is not.
        package var skew: Int64 = 5000
        /// Peers of which it is remembered when they told of one state.
        package var tellers = 16
        /// The most fetches that wait at once; past it the newest are dropped and left to their readers.
        package var waiting = 4096

        /// The defaults.
        package init() {}
    }

    /// A moment by a peer's own clock.
    struct PeerMoment: Hashable, Sendable {
        let peer: PeerID
        let at: Timestamp
    }

    /// A fetch that waits for its moment.
    struct Waiting: Hashable, Sendable {
        var dueAt: Timestamp
        var since: Timestamp
        /// When it was last asked for: only an answer to a later question makes it needless.
        var lastAt: Timestamp
        /// The same by the clock of the peer whose word it was asked for; nil where it was for anything else.
        var told: PeerMoment?
        var attempts: Int
        var source: Source
        /// Whether the event that makes it needless is expected.
        var isDoubt: Bool
    }

    let ttl: TTLPolicy
    let limits: Limits
    var waiting: [ResourceKey: Waiting] = [:]
    /// Fetches that were asked for and not yet answered, with how often each was tried in vain before.
    var inFlight: [ResourceKey: Int] = [:]
    /// Writes of the last minutes, the oldest first.
    var writes: [RecentWrite] = []
    /// What other events told in the last minutes, the oldest first.
    var news: [RecentNews] = []
    /// What jobs told of their runners.
    var runners = RunnerBook()
    /// New states of runs and jobs of the last minutes.
    var states = RecentStates()
    /// When an object was last to be fetched because of what peers say.
    var confirmations: [ResourceKey: Timestamp] = [:]
    /// How often peers changed what is remembered.
    var words = PeerWords()
    /// Watched keys, and when each is polled next.
    var polls: [ResourceKey: Timestamp] = [:]

    /// A machine at rest.
    package init(ttl: TTLPolicy, limits: Limits = Limits()) {
        self.ttl = ttl
        self.limits = limits
    }

    /// When the machine wants to be told that time has passed, or nil.
    package var wakeAt: Timestamp? {
        [waiting.values.map(\.dueAt).min(), polls.values.min()].compactMap(\.self).min()
    }

    /// Takes a fact and says what is to be done about it.
    package mutating func handle(_ signal: Signal, now: Timestamp) -> [Directive] {
        switch signal {
        case .event(let event, let context, let isOwn):
            take(event, context, isOwn: isOwn, now: now)
        case .fetched(let key, let answer, let source, let remembered):
            take(answer, for: key, source: source, remembered: remembered, now: now)
        case .unchanged(let entry, let asked, let headers, let askedAt, let source, let remembered):
            confirm(
                entry,
                asked,
                headers: headers,
                askedAt: askedAt,
                source: source,
                remembered: remembered,
                now: now
            )
        case .failed(let key, let failure):
            retry(key, after: failure, now: now)
        case .announced(let entry, let body, let author, let held, let remembered):
            take(entry, body, by: author, held: held, remembered: remembered, now: now)
        case .wrote(let effect, let isDone, let entries, let runOfJob):
            take(effect, isDone: isDone, entries, runOfJob: { runOfJob[$0] }, now: now)
        case .news(let effect, let entries, let asOf):
            take(effect, entries, asOf: asOf ?? now, now: now)
        case .access(let effect, let entries, let states, let known, let unclear):
            take(effect, entries, states: states, known: known, unclear: unclear, now: now)
        case .watch(let keys):
            watch(keys, now: now)
        case .due:
            due(now: now)
        }
    }
}

extension Freshness {
    /// Has a key fetched after a pause; a burst shares one fetch.
    mutating func schedule(
        _ key: ResourceKey,
        after delay: Int64,
        source: Source,
        now: Timestamp,
        attempts: Int = 0,
        isDoubt: Bool = false,
        told: PeerMoment? = nil
    ) {
        let dueAt = now.advanced(byMilliseconds: delay)
        if var known = waiting[key] {
            // A pause after a vain attempt is not shortened by the next event of the same burst.
            let latest = known.since.advanced(byMilliseconds: max(limits.longestDebounce, delay))
            known.dueAt = min(max(known.dueAt, dueAt), latest)
            known.lastAt = now
            known.told = told
            known.attempts = max(known.attempts, attempts)
            known.isDoubt = known.isDoubt && isDoubt
            waiting[key] = known
        } else if waiting.count < limits.waiting {
            waiting[key] = Waiting(
                dueAt: dueAt,
                since: now,
                lastAt: now,
                told: told,
                attempts: attempts,
                source: source,
                isDoubt: isDoubt
            )
        }
    }

    /// How long the fetch of an object waits that peers' words put in doubt, so that they cannot have it fetched at will.
    mutating func pause(before key: ResourceKey, now: Timestamp) -> Int64 {
        // What is to be fetched already is not put off by more of the same.
        guard waiting[key] == nil else { return limits.debounce }
        let soonest = now.advanced(byMilliseconds: limits.debounce)
        let next = confirmations[key]?.advanced(byMilliseconds: limits.confirmationPause)
        // A clock that was set back must not put it off for long.
        let latest = now.advanced(byMilliseconds: limits.confirmationPause)
        let at = min(max(soonest, next ?? soonest), latest)
        if confirmations.count >= limits.confirmedObjects, confirmations[key] == nil {
            confirmations = confirmations.filter { $0.value.advanced(byMilliseconds: limits.confirmationPause) > now }
        }
        if confirmations.count < limits.confirmedObjects || confirmations[key] != nil { confirmations[key] = at }
        return at.milliseconds(since: now)
    }

    /// Forgets a fetch that waits, where GitHub was asked, by a peer or by this node, after it was wished for.
    mutating func cancel(_ key: ResourceKey, askedAt: Timestamp, by peer: PeerID? = nil) {
        guard let known = waiting[key] else { return }
        let isTold = known.told.map { $0.peer == peer && $0.at <= askedAt } ?? false
        if isTold || known.lastAt <= askedAt { waiting[key] = nil }
    }

    private mutating func watch(_ keys: [ResourceKey], now: Timestamp) -> [Directive] {
        var next: [ResourceKey: Timestamp] = [:]
        for key in keys {
            next[key] = polls[key] ?? now
        }
        polls = next
        return []
    }

    private mutating func due(now: Timestamp) -> [Directive] {
        var directives: [Directive] = []
        for (key, entry) in waiting where entry.dueAt <= now {
            inFlight[key] = entry.attempts
            waiting[key] = nil
            directives.append(.fetch(key, priority: .prewarm, source: entry.source))
        }
        for (key, at) in polls where at <= now {
            // Whatever comes of the poll sets the next one; this bounds the pause if nothing does.
            polls[key] = now.advanced(bySeconds: ttl.seconds(for: key.resource))
            guard waiting[key] == nil else { continue }
            directives.append(.fetch(key, priority: .poll, source: .poll))
        }
        return directives
    }

    /// Tries a prewarm or a poll again later, within bounds.
    private mutating func retry(_ key: ResourceKey, after failure: OriginFailure, now: Timestamp) -> [Directive] {
        let attempts = (inFlight.removeValue(forKey: key) ?? 0) + 1
        let pause: Int64
        switch failure {
        case .limited(let until), .reserved(let until):
            pause = max(1000, until.milliseconds(since: now))
        case .noCredential, .noAccess, .tooLarge:
            return []
        case .unreachable, .timedOut, .unusable:
            pause = limits.confirmation << min(attempts, 10)
        }
        guard attempts <= limits.attempts else { return [] }
        schedule(key, after: pause, source: .prewarm, now: now, attempts: attempts)
        return []
    }
}
