package import GitHubCore

/// What is known of one webhook of this node and its delivery log, since the node's start.
package struct HookLog: Hashable, Sendable {
    /// What happened to the hook or its log.
    package enum Fact: Hashable, Sendable {
        /// The log was read to its end and all that it showed is taken in; `isLossy` where something is lost for good.
        case read(begunAt: Timestamp, isLossy: Bool)
        /// The log shows what did not arrive.
        case missing
        /// Something was refused that the hook may have sent.
        case refused
        /// GitHub does not know the hook.
        case gone
        /// The hook was made or set anew: what happened before may have been told to nobody.
        case mended
        /// GitHub says whether the hook sends at all.
        case found(isActive: Bool)
    }

    /// How long silence is borne.
    package struct Limits: Hashable, Sendable {
        /// How long no reading may come to its end, in pauses between two of them.
        package var pauses: Int64 = 3
        /// How soon GitHub has in its log that a delivery was refused, in milliseconds: it waits ten seconds for an answer.
        package var settling: Int64 = 10_000

        /// The defaults.
        package init() {}
    }

    /// When the hook was made; before that, nobody told anything.
    package let createdAt: Timestamp
    private let startedAt: Timestamp
    /// The longest regular pause between two readings of its log, in milliseconds.
    package var pause: Int64
    private let limits: Limits
    private let told: Set<EventName>
    private var vouchedSince: Timestamp
    private var readAt: Timestamp?
    private var soundSince: Timestamp?
    private var missingAt: Timestamp?
    private var refusedAt: Timestamp?
    private var goneAt: Timestamp?
    private var inactiveAt: Timestamp?

    /// A hook whose log is to be read.
    ///
    /// - Parameters:
    ///   - scope: What it stands for.
    ///   - createdAt: When it was made.
    ///   - startedAt: When the node was started, or took the hook up.
    ///   - pause: The longest regular pause between two readings of its log, in milliseconds.
    ///   - limits: How long silence is borne.
    package init(
        of scope: Scope,
        createdAt: Timestamp,
        startedAt: Timestamp,
        pause: Int64,
        limits: Limits = Limits()
    ) {
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.limits = limits
        self.pause = pause
        told = Set(HookEvents.names(in: scope).compactMap { EventName(rawValue: $0) })
        vouchedSince = createdAt
    }

    /// Since when its events are expected.
    package var expectation: (events: Set<EventName>, since: Timestamp)? {
        goneAt == nil && inactiveAt == nil ? (told, max(createdAt, startedAt)) : nil
    }

    /// Takes a fact.
    package mutating func take(_ fact: Fact, at now: Timestamp) {
        switch fact {
        case .read(let begunAt, let isLossy):
            let wasLive = standing(at: now).state == .live
            readAt = begunAt
            missingAt = nil
            (goneAt, inactiveAt) = (nil, nil)
            // Of what was lost, answers of an earlier time do not tell.
            if isLossy { vouchedSince = now }
            if let refusedAt, begunAt >= refusedAt.advanced(byMilliseconds: limits.settling) { self.refusedAt = nil }
            if !wasLive || isLossy { soundSince = now }
        case .missing:
            if missingAt == nil { missingAt = now }
        case .refused:
            refusedAt = now
        case .gone:
            if goneAt == nil { goneAt = now }
            lapse(at: now)
        case .mended:
            (goneAt, inactiveAt) = (nil, nil)
            vouchedSince = now
        case .found(let isActive):
            if isActive {
                guard goneAt != nil || inactiveAt != nil else { return }
                (goneAt, inactiveAt) = (nil, nil)
                lapse(at: now)
            } else if inactiveAt == nil {
                inactiveAt = now
                lapse(at: now)
            }
        }
    }

    /// What happened meanwhile is in no log.
    private mutating func lapse(at now: Timestamp) {
        vouchedSince = now
        readAt = nil
    }

    /// How the hook stands by its log.
    package func standing(at now: Timestamp) -> HookHealth.Standing {
        typealias Standing = HookHealth.Standing
        if let goneAt { return Standing(.absent, .hookGone, since: goneAt) }
        if let inactiveAt { return Standing(.absent, .hookInactive, since: inactiveAt) }
        if let missingAt { return Standing(.suspect, .missing, since: missingAt) }
        if let refusedAt { return Standing(.suspect, .refused, since: refusedAt) }
        guard let readAt else { return Standing(.suspect, .logUnread, since: max(startedAt, vouchedSince)) }
        let end = readAt.advanced(byMilliseconds: pause * limits.pauses)
        guard now <= end else { return Standing(.suspect, .logSilent, since: end) }
        var standing = Standing(.live, .logRead, since: soundSince ?? readAt)
        standing.vouchedSince = vouchedSince
        standing.told = told
        return standing
    }
}
