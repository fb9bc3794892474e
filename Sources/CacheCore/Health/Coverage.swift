package import GitHubCore

/// Which events tell all that may become of an answer, so that it can live long while they arrive.
///
/// What no event tells keeps the lifetime of its type of data always: the steps of a running job, who registers as a
/// runner, a run that fails before it starts (it shows in every list that may hold ended runs of that sort), the pull
/// requests that a run names, annotations, the end of an artifact, and all that is not in this table. That somebody
/// deletes a run no event tells either: for that the long life has its bound.
package enum Coverage: Hashable, Sendable {
    /// No events tell all of it.
    case none
    /// These do.
    case whole(Set<EventName>)
    /// What the answer holds decides.
    case byContent

    /// What the table says of a resource.
    package static func of(_ representation: Representation) -> Coverage {
        let resource = representation.resource
        guard representation.media == .json, resource.isUnderstood else { return .none }
        switch resource.endpoint {
        case .runs, .workflowRuns:
            return resource.parameter("status").map(told.contains) ?? false ? .byContent : .none
        case .run, .runAttempt, .runJobs, .attemptJobs, .job:
            return .byContent
        case .commitStatus(_, let ref, _):
            // A branch or tag may come to mean another commit.
            return .whole(CommitRef.isSHA(ref) ? [.status] : [.status, .push, .create, .delete])
        case .repository, .organization, .ownerRepositories, .ownRepositories, .runDetail, .workflows, .workflow,
            .workflowTiming, .artifacts, .artifact, .caches, .cacheUsage, .organizationCacheUsage,
            .repositoryRunners, .repositoryRunner, .repositoryRunnerLabels, .organizationRunners,
            .organizationRunner, .organizationRunnerLabels, .checkRun, .checkRunAnnotations, .checkSuite,
            .commitChecks, .readme, .graphQL:
            return .none
        }
    }

    /// The statuses and conclusions that a run comes to and leaves by events alone, as a list's `status` names them.
    ///
    /// Not `completed`, `failure` and `startup_failure`, where runs turn up that failed before they started; not `stale`,
    /// and not `waiting` and `pending`, between which a run goes unannounced.
    private static let told: Set<String> = [
        "queued", "in_progress", "requested", "success", "cancelled", "skipped", "neutral", "timed_out",
        "action_required",
    ]

    /// The events that tell all that may become of an answer, or nil where none do.
    package static func events(_ representation: Representation, _ body: Body) -> Set<EventName>? {
        switch of(representation) {
        case .none: nil
        case .whole(let events): events
        case .byContent: (try? JSONObject(body.bytes)).flatMap { events(representation.resource, $0) }
        }
    }

    private static func events(_ resource: Resource, _ object: JSONObject) -> Set<EventName>? {
        switch resource.endpoint {
        case .runs, .workflowRuns: ofRuns(object.objects("workflow_runs"), resource)
        case .run, .runAttempt: ofRuns([object], resource)
        case .job: ofJobs([object])
        default: ofJobs(object.objects("jobs"))
        }
    }

    /// Of a run that is made again its jobs tell first.
    private static func ofRuns(_ runs: [JSONObject], _ resource: Resource) -> Set<EventName>? {
        var events: Set<EventName> = [.workflowRun, .workflowJob]
        for run in runs {
            guard let status = run.string("status"), movesByEvents.contains(status) else { return nil }
            if resource.parameter("exclude_pull_requests") == "true" { continue }
            // Those that it names change with every push to their branches; the first one has an event of its own.
            guard run.elements("pull_requests").isEmpty else { return nil }
            events.insert(.pullRequest)
        }
        return events
    }

    private static let movesByEvents: Set<String> = ["requested", "queued", "in_progress", "completed"]

    /// A running job has steps; where there are no jobs, GitHub has not made them yet, or never will.
    private static func ofJobs(_ jobs: [JSONObject]) -> Set<EventName>? {
        let isTold = jobs.allSatisfy { job in ["queued", "waiting", "completed"].contains(job.string("status")) }
        return !jobs.isEmpty && isTold ? [.workflowJob] : nil
    }
}
