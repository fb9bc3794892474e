import CacheWorld
import GitHubCore
import GitHubSimulatorCore

/// Self-hosted runners of an organisation, each with a repository of its own to look after, and what they ask.
///
/// Every two minutes each of them makes the three checks of the table that this project began with: which repositories
/// there are, which runs wait in its own, and which runners there are.
package struct RunnerFleet: Sendable {
    /// How the runners ask.
    package enum Way: String, Sendable, CaseIterable {
        /// A node that GitHub's webhooks reach.
        case node = "hookcache, live webhooks"
        /// The same node without any webhook.
        case nodeWithoutWebhooks = "hookcache, no webhook"
        /// One cache for all that keeps each answer for the table's lifetime, and then asks anew.
        case lifetimes = "a shared TTL cache"
        /// GitHub.
        case direct = "plain polling"
    }

    /// One of the lists that a check reads.
    package enum List: Hashable, Sendable {
        /// The owner's repositories.
        case repositories
        /// The runs that wait in a repository.
        case queue(String)
        /// The organisation's runners.
        case runners

        /// The path below the API.
        package var path: String {
            switch self {
            case .repositories: "/orgs/\(ReplayWorld.owner)/repos?per_page=100"
            case .queue(let name):
                "/repos/\(ReplayWorld.owner)/\(name)/actions/runs?status=queued&per_page=100"
            case .runners: "/orgs/\(ReplayWorld.owner)/actions/runners?per_page=100"
            }
        }

        /// The lifetime that the table gives it, in seconds.
        var lifetime: Int {
            switch self {
            case .repositories: 600
            case .queue: 60
            case .runners: 300
            }
        }
    }

    /// How many there are.
    package let count: Int
    /// Whether each has a credential of its own, and not all the same one.
    package let hasOwnTokens: Bool

    /// Seconds between the checks of one runner.
    package static let interval = 120
    /// How long it is looked at, in seconds.
    package static let wholeHour = 3_600
    /// Runs in each repository meanwhile, of two jobs each.
    package static let runs = 12

    /// A fleet.
    package init(_ count: Int, hasOwnTokens: Bool = false) {
        self.count = count
        self.hasOwnTokens = hasOwnTokens
    }

    /// The repository that a runner looks after.
    package func repository(of runner: Int) -> String { "app-\(runner)" }

    /// All the repositories.
    package var repositories: [String] { (0..<count).map { repository(of: $0) } }

    /// The credential of a runner.
    func token(of runner: Int) -> String { hasOwnTokens ? "token-of-runner-\(runner)" : "token-of-all-runners" }

    /// What a runner checks.
    func checks(of runner: Int) -> [List] { [.repositories, .queue(repository(of: runner)), .runners] }

    /// When a runner checks first, in milliseconds: they take turns.
    func offset(of runner: Int) -> Int64 { Int64(runner) * Int64(Self.interval) * 1_000 / Int64(count) }
}

/// What an hour of a fleet's checks came to.
package struct FleetHour: Sendable {
    /// The calls of all of it.
    package let tally: Tally
    /// The calls until each runner had checked once: what a cold start costs.
    package let start: Tally
    /// What somebody was told too late.
    package let staleness: Staleness

    /// The kinds that events tell of.
    package static let announced = Staleness.Kind.allCases.filter(\.isAnnounced)
    /// The kinds that no event tells of.
    package static let silent = Staleness.Kind.allCases.filter { !$0.isAnnounced }
}
