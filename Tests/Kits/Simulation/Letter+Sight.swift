import CacheWorld
import GitHubCore

extension Letter {
    /// The run or job that it tells of.
    var sight: Sight? {
        guard let delivery, let object = delivery.object else { return nil }
        return switch object {
        case .run(let run): Sight(.run(run.id), delivery.objectBytes)
        case .job(let job): Sight(.job(job.id), delivery.objectBytes)
        }
    }

    /// Whether it tells of a job that no runner has yet, whose states nothing orders for certain.
    var isOfWaitingJob: Bool {
        guard case .job(let job)? = delivery?.object else { return false }
        return job.status != "in_progress" && job.status != "completed"
    }
}
