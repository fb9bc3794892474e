import GitHubCore
import GitHubSimulatorCore

/// A run or a job.
struct Subject: Hashable, Comparable {
    enum Kind: String {
        case runs
        case jobs
    }

    let kind: Kind
    let id: Int64
    let repository: RepositoryName

    /// Its own path.
    var path: String { "/repos/\(self.repository)/actions/\(self.kind.rawValue)/\(self.id)" }

    static func < (one: Self, other: Self) -> Bool { one.id < other.id }
}

/// How far a run or a job was when somebody looked; a later sight is the greater one.
struct Sight: Hashable, Comparable, CustomStringConvertible {
    let attempt: Int64
    let status: String
    let conclusion: String?
    private let rank: Int

    init(attempt: Int64, status: String, conclusion: String?) {
        self.attempt = attempt
        self.status = status
        self.conclusion = conclusion
        self.rank =
            switch status {
            case "completed": 2
            case "in_progress": 1
            default: 0
            }
    }

    /// What an object shows.
    init?(_ object: JSONObject) {
        guard let status = object.string("status") else { return nil }
        self.init(
            attempt: object.integer("run_attempt") ?? 1,
            status: status,
            conclusion: object.string("conclusion")
        )
    }

    static func < (one: Self, other: Self) -> Bool { (one.attempt, one.rank) < (other.attempt, other.rank) }

    var description: String { self.conclusion.map { "\(self.status): \($0)" } ?? self.status }
}
