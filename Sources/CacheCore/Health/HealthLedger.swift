package import GitHubCore

/// The health of all repositories' webhooks: facts in, and out how long their answers live and what to look into.
package struct HealthLedger: Sendable {
    /// Its bounds.
    package struct Limits: Hashable, Sendable {
        /// How long what vouches for events does so, and how long covered answers live.
        package var health = HookHealth.Limits()
        /// How long a log's silence is borne.
        package var log = HookLog.Limits()
        /// How long events may take.
        package var announcements = Announcements.Limits()
        /// The pace of audits.
        package var audits = AuditSchedule.Limits()
        /// Repositories of which anything is remembered; what is not lives as long as the table says.
        package var repositories = 10_000
        /// How soon a refused delivery counts again that names the same hook, in milliseconds: anybody may send one.
        package var refusals: Int64 = 600_000

        /// The defaults.
        package init() {}
    }

    /// What was looked into so far.
    package struct Audits: Hashable, Sendable {
        /// Questions that were asked for the sake of it.
        package var asked = 0
        /// Answers of GitHub's that showed nothing unannounced, whoever had asked.
        package var clean = 0
        /// Times that a change was found which no event had announced.
        package var found = 0

        /// None yet.
        package init() {}
    }

    private struct Record: Sendable {
        var health: HookHealth
        var announcements: Announcements
        /// When the question was asked whose answer showed what is still to be announced.
        var pendingAt: Timestamp?
    }

    private let limits: Limits
    private let startedAt: Timestamp
    private var logs: [Scope: HookLog] = [:]
    private var records: [RepositoryName: Record] = [:]
    private var schedule: AuditSchedule
    private var refusedAt: Timestamp?
    private var countedRefusals: [Scope: Timestamp] = [:]

    /// What was looked into so far.
    package private(set) var audits = Audits()

    /// A ledger of a node that was started at a moment.
    package init(limits: Limits = Limits(), startedAt: Timestamp) {
        self.limits = limits
        self.startedAt = startedAt
        schedule = AuditSchedule(limits: limits.audits)
    }

    /// The repositories of which anything is remembered.
    package var repositories: [RepositoryName] { Array(records.keys) }

    /// How a repository stands.
    package func standing(of repository: RepositoryName, at now: Timestamp) -> HookHealth.Standing {
        let health = records[repository]?.health ?? HookHealth(startedAt: startedAt)
        return health.standing(
            logs: hooks(over: repository),
            doubtedAt: refusedAt,
            now: now,
            limits: limits.health
        )
    }

    /// How a hook of this node stands: that of a repository as it does.
    package func standing(of scope: Scope, at now: Timestamp) -> HookHealth.Standing? {
        guard let log = logs[scope] else { return nil }
        guard case .repository(let repository) = scope else { return log.standing(at: now) }
        return standing(of: repository, at: now)
    }

    /// When a delivery last came of a repository, and when GitHub last showed that nothing is missing.
    package func lastSigns(of repository: RepositoryName) -> (deliveredAt: Timestamp?, auditedAt: Timestamp?) {
        let health = records[repository]?.health
        return (health?.deliveredAt, health?.auditedAt)
    }

    /// An answer with the lifetime that it has now: while its repository is live, a covered one lives long.
    ///
    /// - Parameters:
    ///   - entry: As it is stored, with the table's lifetime.
    ///   - events: The events that tell all that may become of it; nil where none do.
    ///   - standing: How its repository stands.
    /// - Returns: The same answer, with the moment until which it is fresh.
    package func lived(_ entry: Entry, events: Set<EventName>?, standing: HookHealth.Standing) -> Entry {
        // What a peer gave is vouched for by no hook of this node's.
        guard standing.state == .live, let events, events.isSubset(of: standing.told), entry.status == 200,
            entry.standing == .sound, entry.source != .peer, let since = standing.vouchedSince,
            entry.validatedAt >= since
        else { return entry }
        var lived = entry
        lived.freshUntil = max(entry.freshUntil, entry.validatedAt.advanced(bySeconds: limits.health.life))
        return lived
    }

    private func hooks(over repository: RepositoryName) -> [HookLog] {
        guard !logs.isEmpty else { return [] }
        return [logs[.repository(repository)], logs[.owner(repository.owner.lowercased())]].compactMap(\.self)
    }

    private mutating func change(_ repository: RepositoryName, _ change: (inout Record) -> Void) {
        var record: Record
        if let known = records[repository] {
            record = known
        } else {
            guard records.count < limits.repositories else { return }
            record = Record(
                health: HookHealth(startedAt: startedAt),
                announcements: Announcements(limits: limits.announcements)
            )
        }
        change(&record)
        records[repository] = record
    }
}

extension HealthLedger {
    /// Takes the hooks that are registered now; `pause` is the longest regular one between two readings of a log.
    package mutating func setHooks(_ hooks: [(scope: Scope, createdAt: Timestamp)], pause: Int64, at now: Timestamp) {
        var next: [Scope: HookLog] = [:]
        for hook in hooks {
            if let known = logs[hook.scope], known.createdAt == hook.createdAt {
                next[hook.scope] = known
                next[hook.scope]?.pause = pause
            } else {
                next[hook.scope] = HookLog(
                    of: hook.scope,
                    createdAt: hook.createdAt,
                    startedAt: now,
                    pause: pause,
                    limits: limits.log
                )
            }
        }
        logs = next
    }

    /// Something happened to a hook of this node or its log.
    package mutating func take(_ fact: HookLog.Fact, of scope: Scope, at now: Timestamp) {
        logs[scope]?.take(fact, at: now)
    }

    /// Deliveries of any repository may have been refused.
    package mutating func refused(at now: Timestamp) {
        refusedAt = now
        for scope in logs.keys { logs[scope]?.take(.refused, at: now) }
    }

    /// A delivery was refused that names a hook of this node; false where that was counted just now.
    package mutating func refused(of scope: Scope, at now: Timestamp) -> Bool {
        guard logs[scope] != nil else { return false }
        if let last = countedRefusals[scope], now < last.advanced(byMilliseconds: limits.refusals) { return false }
        countedRefusals = countedRefusals.filter { logs[$0.key] != nil }
        countedRefusals[scope] = now
        logs[scope]?.take(.refused, at: now)
        return true
    }

    /// A delivery came and was worked off; `isLogged` where the hook that sent it has a log that this node reads.
    package mutating func delivered(
        _ event: EventName,
        of repository: RepositoryName,
        object: (id: ObjectID, phase: Phase)?,
        isLogged: Bool,
        at now: Timestamp
    ) {
        let (doubtedAt, limits) = (refusedAt, limits.health)
        var isClean = false
        change(repository) { record in
            record.health.take(.delivered(event, isLogged: isLogged), at: now)
            guard let object else { return }
            let wasOverdue = record.announcements.isOverdue
            record.announcements.announced(object.id, object.phase)
            if wasOverdue, !record.announcements.isOverdue { record.health.take(.caughtUp, at: now) }
            if !record.announcements.isWaiting, !record.announcements.isOverdue, let askedAt = record.pendingAt {
                record.pendingAt = nil
                isClean = true
                record.health.take(.clean(askedAt: askedAt), at: now, doubtedAt: doubtedAt, limits: limits)
            }
        }
        if isClean { audits.clean += 1 }
    }

    /// Such deliveries had come before the start, from a hook without a log.
    package mutating func recall(_ events: Set<EventName>, of repository: RepositoryName, at now: Timestamp) {
        change(repository) { $0.health.take(.recalled(events), at: now) }
    }

    /// Whether events of a repository's runs or jobs are expected.
    package func isExpecting(_ repository: RepositoryName) -> Bool {
        expectation(of: .workflowRun, in: repository) != nil || expectation(of: .workflowJob, in: repository) != nil
    }

    /// GitHub showed a run or job, of which that was remembered before.
    package mutating func saw(
        _ object: WorkflowObject,
        of repository: RepositoryName,
        held: ObjectState?,
        at now: Timestamp
    ) {
        let name: EventName = if case .run = object { .workflowRun } else { .workflowJob }
        guard let since = expectation(of: name, in: repository),
            Announcements.isAnnounced(object, held: held, since: since)
        else { return }
        let id = ObjectID(repository: repository, kind: object.kind, id: object.id)
        change(repository) { $0.announcements.saw(id, Phase(object), at: now) }
    }

    /// Since when an event of a repository is expected; nil where none is.
    private func expectation(of event: EventName, in repository: RepositoryName) -> Timestamp? {
        let all = hooks(over: repository).map(\.expectation) + [records[repository]?.health.expectation]
        return all.compactMap(\.self).filter { $0.events.contains(event) }.map(\.since).min()
    }

    /// GitHub answered a question of a moment, and what it showed was taken in.
    package mutating func answered(_ repository: RepositoryName, askedAt: Timestamp, at now: Timestamp) {
        guard records[repository] != nil || !hooks(over: repository).isEmpty else { return }
        schedule.asked(repository, now: now)
        let (doubtedAt, limits) = (refusedAt, limits.health)
        var isClean = false
        change(repository) { record in
            guard !record.announcements.isWaiting else {
                record.pendingAt = askedAt
                return
            }
            isClean = true
            record.pendingAt = nil
            record.health.take(.clean(askedAt: askedAt), at: now, doubtedAt: doubtedAt, limits: limits)
            // That an overdue event will come is not hoped for any more, where others come again.
            if record.health.isTrusting { record.announcements.forgive() }
        }
        if isClean { audits.clean += 1 }
    }

    /// Time passed: the repositories where a change stays unannounced.
    package mutating func lapse(at now: Timestamp) -> [RepositoryName] {
        var found: [RepositoryName] = []
        for (repository, record) in records where record.announcements.isWaiting {
            var record = record
            guard record.announcements.lapse(at: now) else { continue }
            record.pendingAt = nil
            record.health.take(.unannounced, at: now)
            records[repository] = record
            found.append(repository)
        }
        audits.found += found.count
        return found
    }

    /// The repository of which GitHub is to be asked now whether anything changed unannounced, if any; `chance` gives
    /// numbers from 0 up to 1.
    package mutating func nextAudit(
        among repositories: [RepositoryName],
        at now: Timestamp,
        chance: () -> Double
    ) -> RepositoryName? {
        let audited = repositories.filter { standing(of: $0, at: now).state != .absent }
        schedule.keep(only: Set(audited))
        return schedule.next(among: audited, now: now, chance: chance)
    }

    /// A question is asked for the sake of an audit.
    package mutating func audit() { audits.asked += 1 }
}
