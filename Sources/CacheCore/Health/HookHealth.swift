package import GitHubCore

/// Whether the events of one repository can be trusted to arrive, and why (invariant 6).
///
/// Two things may vouch for them. A webhook of this node has a delivery log, which shows what did not arrive; where a
/// hook is known by its secret alone there is none, and only GitHub's answers tell whether anything changed unannounced.
/// Facts come in as they happen; what lapses by silence is seen when somebody asks.
package struct HookHealth: Hashable, Sendable {
    /// How far events can be trusted.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// They arrive, and nothing is known to be missing: covered answers live long.
        case live
        /// There is a webhook, and it is not sure that all arrives: the table's lifetimes count.
        case suspect
        /// No webhook tells this node anything.
        case absent
    }

    /// A state, with why and since when.
    package struct Standing: Hashable, Sendable {
        /// The state.
        package let state: State
        /// Why.
        package let reason: Reason
        /// Since when.
        package let since: Timestamp
        /// While live: from when on nothing is missing, so that answers of that time or later are right.
        package var vouchedSince: Timestamp?
        /// While live: the events that arrive.
        package var told: Set<EventName> = []

        /// A standing.
        package init(_ state: State, _ reason: Reason, since: Timestamp) {
            self.state = state
            self.reason = reason
            self.since = since
        }
    }

    /// What happened to one repository's events.
    package enum Fact: Hashable, Sendable {
        /// One arrived; `isLogged` where the hook that sent it has a log that this node reads.
        case delivered(EventName, isLogged: Bool)
        /// One had arrived before this node was started, from a hook without a log.
        case recalled(Set<EventName>)
        /// A question to GitHub of a moment showed nothing but what was announced.
        case clean(askedAt: Timestamp)
        /// GitHub showed a change that no event announced in time.
        case unannounced
        /// The events of all such changes came after all.
        case caughtUp
    }

    /// How long what vouches does so.
    package struct Limits: Hashable, Sendable {
        /// How long a covered answer lives at the most after GitHub or an event last vouched for it, in seconds.
        ///
        /// An hour: at one free question an hour it costs nothing, and it bounds what nobody tells and samples miss.
        package var life = 3600
        /// How long an answer of GitHub's vouches for a hook without a log, in seconds.
        package var auditSilence = 1800

        /// The defaults.
        package init() {}
    }

    private let startedAt: Timestamp
    /// The events that came from a hook without a log.
    private var heard: Set<EventName> = []
    /// Since when such events are expected.
    private var heardSince: Timestamp?
    private var cleanAt: Timestamp?
    private var cleanSince: Timestamp?
    private var unannouncedAt: Timestamp?
    private var explainedAt: Timestamp?
    /// When GitHub last showed that nothing more is missing, after something was lost that nobody knows.
    private var forgivenAt: Timestamp?

    /// When a delivery last came.
    package private(set) var deliveredAt: Timestamp?
    /// When GitHub was last asked for something that shows whether all was announced.
    package var auditedAt: Timestamp? { cleanAt }

    /// A repository of which nothing was heard since a node's start.
    package init(startedAt: Timestamp) {
        self.startedAt = startedAt
    }

    /// Whether no change is known that no event announced.
    var isTrusting: Bool { unannouncedAt == nil }

    /// The events that come from a hook without a log, and since when they are expected.
    package var expectation: (events: Set<EventName>, since: Timestamp)? { heardSince.map { (heard, $0) } }

    /// Takes a fact; `doubtedAt` is when a delivery was last refused that may have been this repository's.
    package mutating func take(_ fact: Fact, at now: Timestamp, doubtedAt: Timestamp? = nil, limits: Limits = Limits())
    {
        switch fact {
        case .delivered(let event, let isLogged):
            deliveredAt = now
            guard !isLogged else { return }
            heard.insert(event)
            if heardSince == nil { heardSince = now }
        case .recalled(let events):
            heard.formUnion(events)
            if heardSince == nil { heardSince = startedAt }
        case .clean(let askedAt):
            guard askedAt > cleanAt ?? Timestamp(milliseconds: .min) else { return }
            if cleanSince == nil || cleanTrouble(doubtedAt: doubtedAt, now: askedAt, limits) != nil {
                cleanSince = askedAt
            }
            cleanAt = askedAt
            guard let unannouncedAt, askedAt > unannouncedAt, let deliveredAt, deliveredAt > unannouncedAt else {
                return
            }
            // Whatever it was, events come again and nothing else is missing.
            self.unannouncedAt = nil
            (explainedAt, forgivenAt) = (now, askedAt)
        case .unannounced:
            if unannouncedAt == nil { unannouncedAt = now }
        case .caughtUp:
            guard unannouncedAt != nil else { return }
            unannouncedAt = nil
            explainedAt = now
        }
    }

    /// How the repository stands, with the hooks of this node that cover it.
    package func standing(
        logs: [HookLog],
        doubtedAt: Timestamp? = nil,
        now: Timestamp,
        limits: Limits = Limits()
    ) -> Standing {
        let logged = logs.map { $0.standing(at: now) }
        let all = logged + [unlogged(doubtedAt: doubtedAt, now: now, limits)]
        let live = all.filter { $0.state == .live }
        guard let first = live.min(by: { $0.since < $1.since }) else {
            // A hook that is there says more than one that is not.
            return all.first { $0.state == .suspect } ?? all[0]
        }
        if let unannouncedAt { return Standing(.suspect, .unannounced, since: unannouncedAt) }
        var standing = Standing(.live, first.reason, since: max(first.since, explainedAt ?? first.since))
        standing.vouchedSince = live.compactMap(\.vouchedSince).min().map { max($0, forgivenAt ?? $0) }
        standing.told = live.reduce(into: []) { $0.formUnion($1.told) }
        return standing
    }

    /// How it stands by what GitHub's answers tell alone.
    private func unlogged(doubtedAt: Timestamp?, now: Timestamp, _ limits: Limits) -> Standing {
        guard let heardSince else { return Standing(.absent, .noHook, since: startedAt) }
        if let trouble = cleanTrouble(doubtedAt: doubtedAt, now: now, limits) { return trouble }
        var standing = Standing(.live, .audited, since: cleanSince ?? heardSince)
        standing.vouchedSince = cleanSince ?? heardSince
        standing.told = heard
        return standing
    }

    private func cleanTrouble(doubtedAt: Timestamp?, now: Timestamp, _ limits: Limits) -> Standing? {
        guard let heardSince else { return Standing(.absent, .noHook, since: startedAt) }
        if let unannouncedAt { return Standing(.suspect, .unannounced, since: unannouncedAt) }
        guard let cleanAt, cleanAt >= heardSince else { return Standing(.suspect, .unproven, since: heardSince) }
        if let doubtedAt, doubtedAt >= cleanAt { return Standing(.suspect, .refused, since: doubtedAt) }
        let end = cleanAt.advanced(bySeconds: limits.auditSilence)
        return now > end ? Standing(.suspect, .unaudited, since: end) : nil
    }
}
