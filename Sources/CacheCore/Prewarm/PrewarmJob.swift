package import GitHubCore
package import Multiformats

/// Resources of repositories that are fetched ahead of their readers, on a schedule or after events.
package struct PrewarmJob: Hashable, Sendable {
    /// The bounds of a file of jobs.
    package enum Limits {
        /// Jobs.
        package static let jobs = 100
        /// Patterns of one job.
        package static let patterns = 100
        /// Characters of a job's name.
        package static let name = 64
        /// The longest jitter, in seconds.
        package static let jitter = 3600
        /// Bytes of the file.
        package static let fileBytes = 256 << 10
    }

    /// A kind of data of a repository.
    package enum Resource: String, Hashable, Sendable, CaseIterable {
        case runs
        case jobs
        case workflows
        case runners
        case artifacts
        case caches
        case repository
    }

    /// What makes it run.
    package enum Trigger: Hashable, Sendable {
        /// The moments of a schedule.
        case schedule(CronSchedule)
        /// Events of the repositories that it names; then it fetches for those alone.
        case events(Set<EventName>)
    }

    /// Which of several jobs goes first, and how fast.
    package enum Priority: String, Hashable, Sendable, CaseIterable, Comparable {
        case low
        case normal
        case high

        package static func < (left: Priority, right: Priority) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .low: 0
            case .normal: 1
            case .high: 2
            }
        }

        /// What the budget knows it as: what is low goes at the pace of polls.
        package var fetch: FetchPriority { self == .low ? .poll : .prewarm }
    }

    /// Its name, unique in its file.
    package let name: String
    /// The repositories, by pattern.
    package let patterns: [RepositoryPattern]
    /// What is fetched of each.
    package let resources: [Resource]
    /// What makes it run.
    package let trigger: Trigger
    /// Which goes first.
    package let priority: Priority
    /// The most seconds by which a moment of the schedule is put off; how many is settled by the job and the moment.
    package let jitter: Int
    /// Its canonical form's name: nodes that hold the same job know it by this.
    package let digest: CID

    /// A job.
    package init(
        name: String,
        patterns: [RepositoryPattern],
        resources: [Resource],
        trigger: Trigger,
        priority: Priority = .normal,
        jitter: Int = 0
    ) {
        self.name = name
        self.patterns = patterns
        self.resources = Resource.allCases.filter(resources.contains)
        self.trigger = trigger
        self.priority = priority
        self.jitter = jitter
        let runs =
            switch trigger {
            case .schedule(let schedule): "schedule \(schedule) \(jitter)"
            case .events(let events): "on \(events.map(\.rawValue).sorted().joined(separator: " "))"
            }
        // Its priority is each node's own affair.
        let lines = [
            name, Set(patterns.map(\.description)).sorted().joined(separator: " "),
            self.resources.map(\.rawValue).joined(separator: " "), runs,
        ]
        digest = CID(hashing: Array(lines.joined(separator: "\n").utf8))
    }

    /// Whether an event of a repository makes it run.
    package func isTriggered(by event: EventName, of repository: RepositoryName) -> Bool {
        guard case .events(let events) = trigger, events.contains(event) else { return false }
        return matches(repository)
    }

    /// Whether it names a repository.
    package func matches(_ repository: RepositoryName) -> Bool { patterns.contains { $0.matches(repository) } }

    /// The events of repositories, by which jobs may be triggered.
    package static let events: [EventName] = [
        .workflowRun, .workflowJob, .checkRun, .checkSuite, .push, .create, .delete, .pullRequest, .status,
        .workflowDispatch, .repository, .public,
    ]

    /// When a moment of its schedule comes due: with its jitter, which is the same on every node.
    package func due(_ slot: Timestamp) -> Timestamp {
        guard jitter > 0 else { return slot }
        let hash = CID(hashing: digest.bytes + slot.bytes).bytes.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return slot.advanced(byMilliseconds: Int64(hash % UInt64(jitter * 1000 + 1)))
    }
}

extension Timestamp {
    /// The milliseconds, most significant byte first.
    var bytes: [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: milliseconds >> (56 - 8 * $0)) } }
}
