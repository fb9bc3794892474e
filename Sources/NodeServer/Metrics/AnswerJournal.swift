import CacheCore
import GitHubCore
import Hummingbird
import Logging

/// Notes how each request for GitHub was answered: one outcome is the header, the metric's label and the log's field.
///
/// What is logged names the kind of data only: no path, no query and no header, which may carry secrets.
struct AnswerJournal: Sendable {
    let counters: ServerCounters
    let logger: Logger

    func note(_ outcome: Outcome, of representation: Representation?, _ response: Response) {
        counters.answered(outcome)
        logger.debug(
            "Answered",
            metadata: [
                "outcome": "\(outcome.label.rawValue)",
                "data": "\(representation?.resource.dataType.rawValue ?? "none")",
                "permission": "\(representation?.resource.endpoint.permission.rawValue ?? "none")",
                "status": "\(response.status.code)",
            ]
        )
    }
}
