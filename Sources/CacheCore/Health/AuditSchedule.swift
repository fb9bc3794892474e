package import GitHubCore

/// When of which repository GitHub is asked whether anything changed that no event announced.
package struct AuditSchedule: Sendable {
    /// The pace: at most one question in half a pause for each repository, and one in a spacing for all.
    package struct Limits: Hashable, Sendable {
        /// The pause between two audits of one repository, in milliseconds, as it is on average.
        package var pause: Int64 = 600_000
        /// The pause before the first one, as it is on average.
        package var first: Int64 = 60_000
        /// The pause between any two, in milliseconds.
        package var spacing: Int64 = 15_000

        /// The defaults.
        package init() {}
    }

    private let limits: Limits
    private var turns: [RepositoryName: Timestamp] = [:]
    private var nextAt: Timestamp?

    /// A schedule with nothing on it.
    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// The repository to audit now, if any; `chance` gives numbers from 0 up to 1.
    package mutating func next(
        among repositories: [RepositoryName],
        now: Timestamp,
        chance: () -> Double
    ) -> RepositoryName? {
        var due: (repository: RepositoryName, at: Timestamp)?
        for repository in repositories {
            guard let at = turns[repository] else {
                turns[repository] = moment(after: limits.first, now, chance())
                continue
            }
            if at <= now, at < due?.at ?? Timestamp(milliseconds: .max) { due = (repository, at) }
        }
        guard let due, nextAt.map({ $0 <= now }) ?? true else { return nil }
        nextAt = now.advanced(byMilliseconds: limits.spacing)
        turns[due.repository] = moment(after: limits.pause, now, chance())
        return due.repository
    }

    /// GitHub was asked about a repository for somebody else's sake: that will do.
    package mutating func asked(_ repository: RepositoryName, now: Timestamp) {
        guard let at = turns[repository] else { return }
        turns[repository] = max(at, now.advanced(byMilliseconds: limits.pause / 2))
    }

    /// Forgets the repositories that are audited no more.
    package mutating func keep(only repositories: Set<RepositoryName>) {
        turns = turns.filter { repositories.contains($0.key) }
    }

    /// Half a pause to one and a half.
    private func moment(after pause: Int64, _ now: Timestamp, _ chance: Double) -> Timestamp {
        now.advanced(byMilliseconds: pause / 2 + Int64(Double(pause) * min(max(chance, 0), 1)))
    }
}
