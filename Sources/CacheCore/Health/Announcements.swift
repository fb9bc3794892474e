package import GitHubCore

/// How far a run or job has come: what events announce, and stamps that move without one do not count.
package struct Phase: Hashable, Sendable, Comparable {
    /// The attempt, from 1; a job belongs to one alone.
    package let attempt: Int64
    /// 0 before it runs, 1 while it runs, 2 when it is over.
    package let step: Int

    private init(attempt: Int64, status: String?) {
        self.attempt = attempt
        step =
            switch status {
            case "completed": 2
            case "in_progress": 1
            default: 0
            }
    }

    /// How far an object has come.
    package init(_ object: WorkflowObject) {
        switch object {
        case .run(let run): self.init(attempt: run.attempt, status: run.status)
        case .job(let job): self.init(attempt: 1, status: job.status)
        }
    }

    /// How far an object had come that is remembered.
    package init(_ state: ObjectState) {
        switch state.version {
        case .run(let run): self.init(attempt: run.attempt, status: state.status)
        case .job: self.init(attempt: 1, status: state.status)
        }
    }

    package static func < (left: Phase, right: Phase) -> Bool {
        (left.attempt, left.step) < (right.attempt, right.step)
    }
}

/// What GitHub's answers showed of one repository before any event announced it.
///
/// An event may be late: only what none announces within a grace is a finding, and one that comes still later explains it.
package struct Announcements: Sendable {
    /// The bounds.
    package struct Limits: Hashable, Sendable {
        /// How long an event may take, in milliseconds: GitHub's most often take a second, and a minute on bad days.
        package var grace: Int64 = 60_000
        /// Changes of one repository that wait for their events at once.
        package var waiting = 256

        /// The defaults.
        package init() {}
    }

    private struct Sight: Sendable {
        enum State: Sendable {
            /// Its event may still come in time.
            case waiting
            /// It did not.
            case overdue
            /// Nor is it hoped for any more; only a later step is news.
            case forgiven
        }

        var phase: Phase
        var dueAt: Timestamp
        var state = State.waiting
    }

    private let limits: Limits
    private var sights: [ObjectID: Sight] = [:]

    /// Nothing was seen yet.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Whether events that may still come in time are waited for.
    package var isWaiting: Bool { sights.values.contains { $0.state == .waiting } }

    /// Whether events are overdue.
    package var isOverdue: Bool { sights.values.contains { $0.state == .overdue } }

    /// Whether an event announces what an answer shows, of which that was remembered before.
    ///
    /// None announces a run that fails before it starts, nor that a run is queued once more; and what changed before
    /// events were expected may have been announced to nobody.
    package static func isAnnounced(_ object: WorkflowObject, held: ObjectState?, since: Timestamp) -> Bool {
        let phase = Phase(object)
        if let held, phase <= Phase(held) { return false }
        let changedAt: Timestamp?
        switch object {
        case .run(let run):
            if run.conclusion == "startup_failure" || phase.attempt > 1 && phase.step == 0 { return false }
            changedAt = phase.step == 0 ? run.createdAt : run.updatedAt
        case .job(let job):
            changedAt = phase.step == 2 ? job.completedAt : phase.step == 1 ? job.startedAt : job.createdAt
        }
        // GitHub's stamps are whole seconds.
        return changedAt.map { $0 > since } ?? false
    }

    /// GitHub showed what an event should announce.
    package mutating func saw(_ id: ObjectID, _ phase: Phase, at now: Timestamp) {
        let fresh = Sight(phase: phase, dueAt: now.advanced(byMilliseconds: limits.grace))
        if let known = sights[id] {
            guard known.phase < phase else { return }
            if known.state == .forgiven { sights[id] = fresh } else { sights[id]?.phase = phase }
            return
        }
        if sights.count >= limits.waiting { sights = sights.filter { $0.value.state != .forgiven } }
        if sights.count < limits.waiting { sights[id] = fresh }
    }

    /// An event told how far an object has come.
    package mutating func announced(_ id: ObjectID, _ phase: Phase) {
        if let sight = sights[id], sight.phase <= phase { sights[id] = nil }
    }

    /// Time passed: whether anything became overdue.
    package mutating func lapse(at now: Timestamp) -> Bool {
        let late = sights.filter { $0.value.state == .waiting && $0.value.dueAt <= now }.map(\.key)
        for id in late { sights[id]?.state = .overdue }
        return !late.isEmpty
    }

    /// What is overdue will not come any more.
    package mutating func forgive() {
        for (id, sight) in sights where sight.state == .overdue { sights[id]?.state = .forgiven }
    }
}
