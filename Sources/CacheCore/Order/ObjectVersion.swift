package import GitHubCore

/// How two states of one object stand to each other in time.
package enum VersionOrder: Hashable, Sendable {
    case older
    case same
    case newer
    /// Nothing tells which came first: GitHub is asked, and the state already held is served until then.
    case ambiguous
}

/// What orders the states of one run or job (invariant 2).
package enum ObjectVersion: Hashable, Sendable {
    case run(RunVersion)
    case job(JobVersion)

    /// The version of an object as an event or an answer carries it.
    package init(_ object: WorkflowObject, deliveredAt: Timestamp? = nil, deploymentUpdatedAt: Timestamp? = nil) {
        switch object {
        case .run(let run):
            self = .run(RunVersion(run, deliveredAt: deliveredAt))
        case .job(let job):
            self = .job(JobVersion(job, deliveredAt: deliveredAt, deploymentUpdatedAt: deploymentUpdatedAt))
        }
    }

    /// How this version stands to another of the same object.
    package func order(against other: ObjectVersion) -> VersionOrder {
        switch (self, other) {
        case (.run(let own), .run(let other)): own.order(against: other)
        case (.job(let own), .job(let other)): own.order(against: other)
        case (.run, .job), (.job, .run): .ambiguous
        }
    }

    /// The own time of the delivery that carried it, or nil where an answer did.
    package var deliveredAt: Timestamp? {
        switch self {
        case .run(let run): run.deliveredAt
        case .job(let job): job.deliveredAt
        }
    }

    /// The version as one number that rises with time where the order is clear, for showing and sharing: the object's
    /// last stamp in milliseconds.
    package var stamp: Timestamp {
        switch self {
        case .run(let run): run.updatedAt
        case .job(let job): max(job.completedAt, job.startedAt)
        }
    }
}

/// Orders the states of a run: by attempt, then completed over not completed, then `updated_at`.
package struct RunVersion: Hashable, Sendable {
    /// `run_attempt`, from 1: a re-run raises it and reopens the run.
    package let attempt: Int64
    /// Whether it is over; `completed` with `action_required` still waits for a person and is not.
    package let isCompleted: Bool
    /// `updated_at`; the epoch where the object has none.
    package let updatedAt: Timestamp
    /// The delivery's own time, which breaks ties.
    package let deliveredAt: Timestamp?

    /// A version.
    package init(attempt: Int64, isCompleted: Bool, updatedAt: Timestamp, deliveredAt: Timestamp?) {
        self.attempt = attempt
        self.isCompleted = isCompleted
        self.updatedAt = updatedAt
        self.deliveredAt = deliveredAt
    }

    /// The version of a run.
    package init(_ run: WorkflowRun, deliveredAt: Timestamp?) {
        self.init(
            attempt: run.attempt,
            isCompleted: run.status == "completed" && run.conclusion != "action_required",
            updatedAt: run.updatedAt ?? Timestamp(milliseconds: 0),
            deliveredAt: deliveredAt
        )
    }

    /// How this version stands to another of the same run.
    package func order(against other: RunVersion) -> VersionOrder {
        if attempt != other.attempt { return attempt < other.attempt ? .older : .newer }
        if isCompleted != other.isCompleted { return isCompleted ? .newer : .older }
        if updatedAt != other.updatedAt { return updatedAt < other.updatedAt ? .older : .newer }
        guard let own = deliveredAt, let theirs = other.deliveredAt, own != theirs else { return .same }
        return own < theirs ? .older : .newer
    }
}

/// Orders the states of a job, which has no update stamp: by what did change, then by the delivery's own time.
package struct JobVersion: Hashable, Sendable {
    /// Whether it is over; final for a job's id, since a re-run makes new ids.
    package let isCompleted: Bool
    /// Whether a runner has it; before that, waiting and queued follow each other in either order.
    package let isRunning: Bool
    /// The status itself, such as `queued`.
    package let status: String
    /// `started_at`, reset when the runner starts; the epoch where the object has none.
    package let startedAt: Timestamp
    /// `completed_at`; the epoch where the object has none.
    package let completedAt: Timestamp
    /// Steps that have ended.
    package let stepsCompleted: Int
    /// Steps that have begun.
    package let stepsStarted: Int
    /// `deployment.updated_at` of the payload.
    package let deploymentUpdatedAt: Timestamp?
    /// The delivery's own time.
    package let deliveredAt: Timestamp?

    /// The version of a job.
    package init(_ job: WorkflowJob, deliveredAt: Timestamp?, deploymentUpdatedAt: Timestamp?) {
        self.init(
            isCompleted: job.status == "completed",
            isRunning: job.status == "in_progress",
            status: job.status ?? "",
            startedAt: job.startedAt ?? Timestamp(milliseconds: 0),
            completedAt: job.completedAt ?? Timestamp(milliseconds: 0),
            stepsCompleted: job.stepsCompleted,
            stepsStarted: job.stepsStarted,
            deploymentUpdatedAt: deploymentUpdatedAt,
            deliveredAt: deliveredAt
        )
    }

    /// A version.
    package init(
        isCompleted: Bool,
        isRunning: Bool,
        status: String,
        startedAt: Timestamp,
        completedAt: Timestamp,
        stepsCompleted: Int,
        stepsStarted: Int,
        deploymentUpdatedAt: Timestamp?,
        deliveredAt: Timestamp?
    ) {
        self.isCompleted = isCompleted
        self.isRunning = isRunning
        self.status = status
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.stepsCompleted = stepsCompleted
        self.stepsStarted = stepsStarted
        self.deploymentUpdatedAt = deploymentUpdatedAt
        self.deliveredAt = deliveredAt
    }

    /// How this version stands to another of the same job.
    package func order(against other: JobVersion) -> VersionOrder {
        if isCompleted != other.isCompleted { return isCompleted ? .newer : .older }
        if isRunning != other.isRunning { return isRunning ? .newer : .older }
        let own = [completedAt.milliseconds, startedAt.milliseconds, Int64(stepsCompleted), Int64(stepsStarted)]
        let theirs = [
            other.completedAt.milliseconds, other.startedAt.milliseconds, Int64(other.stepsCompleted),
            Int64(other.stepsStarted),
        ]
        if own != theirs { return own.lexicographicallyPrecedes(theirs) ? .older : .newer }
        for (own, theirs) in [(deploymentUpdatedAt, other.deploymentUpdatedAt), (deliveredAt, other.deliveredAt)] {
            if let own, let theirs, own != theirs { return own < theirs ? .older : .newer }
        }
        return status == other.status ? .same : .ambiguous
    }
}
