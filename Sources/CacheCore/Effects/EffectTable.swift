package import GitHubCore

/// What an event does to one stored answer.
package enum Touch: Hashable, Sendable {
    /// Nothing.
    case none
    /// The event's object is the answer.
    case replace
    /// The answer is a list that may name the object.
    case list
    /// The answer tells which runners work.
    case runners
    /// The answer is wrong now, and only GitHub knows the right one.
    case invalidate
}

/// Which stored answers a run's or job's event touches; the rows of GitHub's URLs and ids in the payloads.
package enum EffectTable {
    /// What an event does to the stored answer for a resource of the same repository or its owner.
    package static func touch(_ resource: Resource, by event: WorkflowEvent) -> Touch {
        let touch = touch(resource.endpoint, by: event.object)
        // What a parameter that is not known makes of an object, only GitHub knows.
        let isShaped = touch == .replace || touch == .runners
        return isShaped && !resource.isUnderstood ? .invalidate : touch
    }

    /// The ids of runs, jobs and checks by which an event touches answers about one of them alone.
    package static func subjects(of object: WorkflowObject) -> Set<Int64> {
        switch object {
        case .run(let run): Set([run.id, run.checkSuiteID].compactMap(\.self))
        case .job(let job): Set([job.id, job.runID, job.checkRunID].compactMap(\.self))
        }
    }

    /// Whether there are states of runs or jobs that make the plain answer of an endpoint wrong and do not tell the right
    /// one; of most answers they tell it.
    package static func mayInvalidate(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .runAttempt, .runDetail, .artifacts, .caches, .cacheUsage, .workflowTiming, .commitChecks, .checkSuite,
            .checkRun, .checkRunAnnotations:
            true
        default: false
        }
    }

    /// What a run's or job's new state does to the plain answer of an endpoint of its repository or its owner.
    static func touch(_ endpoint: Endpoint, by object: WorkflowObject) -> Touch {
        switch object {
        case .run(let run): touch(endpoint, by: run)
        case .job(let job): touch(endpoint, by: job)
        }
    }

    private static func touch(_ endpoint: Endpoint, by run: WorkflowRun) -> Touch {
        let isCompleted = run.status == "completed"
        switch endpoint {
        case .run(_, run.id):
            return .replace
        case .runAttempt(_, run.id, let attempt):
            // Like the run, but for `created_at` and some URLs, which are the attempt's own.
            return attempt == run.attempt ? .invalidate : .none
        case .runs:
            return .list
        case .workflowRuns(_, let workflow):
            return names(workflow, run) ? .list : .none
        case .runJobs(_, run.id), .attemptJobs(_, run.id, _):
            return .list
        case .runDetail(_, run.id, .approvals), .runDetail(_, run.id, .pendingDeployments):
            // A run waits for its gates, and goes on when one opens.
            return .invalidate
        case .runDetail(_, run.id, .artifacts), .runDetail(_, run.id, .timing), .artifacts, .caches, .cacheUsage:
            return isCompleted ? .invalidate : .none
        case .workflowTiming(_, let workflow):
            return isCompleted && names(workflow, run) ? .invalidate : .none
        case .commitChecks(_, let ref, suites: true):
            return CommitRef.mayName(ref, sha: run.headSHA) ? .invalidate : .none
        case .checkSuite(_, let id, runs: false):
            return id == run.checkSuiteID ? .invalidate : .none
        default:
            return .none
        }
    }

    private static func touch(_ endpoint: Endpoint, by job: WorkflowJob) -> Touch {
        let isCompleted = job.status == "completed"
        switch endpoint {
        case .job(_, job.id):
            return .replace
        case .runJobs(_, job.runID):
            return .list
        case .attemptJobs(_, job.runID, let attempt):
            return attempt == job.attempt ? .list : .none
        case .run(_, job.runID), .runs, .workflowRuns:
            // Only where the job contradicts what is known of its run.
            return .list
        case .runDetail(_, job.runID, .approvals), .runDetail(_, job.runID, .pendingDeployments):
            return .invalidate
        case .runDetail(_, job.runID, .artifacts), .runDetail(_, job.runID, .timing), .artifacts:
            // What a job leaves is there before its run is over.
            return isCompleted ? .invalidate : .none
        case .checkRun(_, let id), .checkRunAnnotations(_, let id):
            return id == job.checkRunID || id == job.id ? .invalidate : .none
        case .checkSuite(_, _, runs: true):
            // A job does not tell its suite.
            return .invalidate
        case .commitChecks(_, let ref, suites: false):
            return CommitRef.mayName(ref, sha: job.headSHA) ? .invalidate : .none
        case .repositoryRunner(_, let id), .organizationRunner(_, let id):
            return id == job.runnerID ? .runners : .none
        case .repositoryRunners, .organizationRunners:
            // Not every job on a runner of somebody's own says so in its labels.
            return RunnerBook.Word(job) != nil ? .runners : .none
        default:
            return .none
        }
    }

    /// Whether a workflow, named by id or file, is the one of a run; a run that does not tell counts as of every one.
    package static func names(_ workflow: String, _ run: WorkflowRun) -> Bool {
        if let id = Int64(workflow), let own = run.workflowID { return id == own }
        guard let file = run.workflowFile else { return true }
        return workflow == file
    }

    /// Whether a job that waits for a person's approval may have its run wait, of which that is not known.
    package static func holdsUp(_ job: WorkflowJob, _ run: RunVersion, status: String) -> Bool {
        job.attempt == run.attempt && job.status == "waiting"
            && ["queued", "requested", "in_progress"].contains(status)
    }

    /// Whether a job shows that what is known of its run is out of date.
    package static func contradicts(_ job: WorkflowJob, _ run: RunVersion, status: String) -> Bool {
        if job.attempt != run.attempt { return job.attempt > run.attempt }
        let isWaiting = ["queued", "requested", "waiting", "pending"].contains(status)
        return isWaiting && job.status == "in_progress"
    }
}
