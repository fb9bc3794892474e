package import GitHubCore

/// How long each type of data counts as fresh where nothing else tells, in seconds.
package struct TTLPolicy: Hashable, Sendable {
    /// Lists of repositories, and repositories.
    package var repositories: Int
    /// Runs and jobs.
    package var runs: Int
    /// Run lists filtered to what waits or runs.
    package var queue: Int
    /// Self-hosted runners.
    package var runners: Int
    /// Answers to GraphQL's queries, at most: no event tells of most of what they hold.
    package var queries: Int
    /// Everything else.
    package var other: Int
    /// A 404 or 410.
    package var absent: Int

    /// The defaults of the configuration.
    package init(
        repositories: Int = 600,
        runs: Int = 120,
        queue: Int = 60,
        runners: Int = 300,
        queries: Int = 60,
        other: Int = 300,
        absent: Int = 10
    ) {
        self.repositories = repositories
        self.runs = runs
        self.queue = queue
        self.runners = runners
        self.queries = queries
        self.other = other
        self.absent = absent
    }

    /// The lifetime of a resource's answer, in seconds.
    package func seconds(for resource: Resource, status: Int = 200) -> Int {
        guard status == 200 else { return absent }
        return switch resource.dataType {
        case .repositories: repositories
        case .runs: runs
        case .queue: queue
        case .runners: runners
        case .queries: min(queries, other)
        case .other: other
        }
    }
}
