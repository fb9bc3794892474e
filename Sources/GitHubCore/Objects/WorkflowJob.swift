/// What this program reads of a `workflow_job` object, from a payload or from REST; the bytes themselves are kept apart.
package struct WorkflowJob: Equatable, Sendable {
    /// The job's id; a re-run makes new ones.
    package let id: Int64
    /// Its run.
    package let runID: Int64
    /// The run's attempt it belongs to, from 1.
    package let attempt: Int64
    /// Where it stands: `queued`, `waiting`, `in_progress`, `completed` and others.
    package let status: String?
    /// `success`, `failure`, …; nil until completed.
    package let conclusion: String?
    /// When it was made.
    package let createdAt: Timestamp?
    /// When a runner took it; equals `createdAt` while it waits.
    package let startedAt: Timestamp?
    /// When it ended.
    package let completedAt: Timestamp?
    /// Steps that have ended, and steps that have begun.
    package let stepsCompleted: Int
    /// Steps that are no longer waiting.
    package let stepsStarted: Int
    /// The labels that choose its runner.
    package let labels: [String]
    /// The runner that took it; nil or 0 where none did.
    package let runnerID: Int64?
    /// That runner's name.
    package let runnerName: String?
    /// The commit.
    package let headSHA: String?
    /// Its check run, which has the job's own id in GitHub's genuine deliveries.
    package let checkRunID: Int64?

    /// Reads a job, or nil where the object has no id or names no run.
    package init?(_ object: JSONObject) {
        guard let id = object.integer("id"), id > 0, let runID = object.integer("run_id"), runID > 0 else { return nil }
        self.id = id
        self.runID = runID
        attempt = max(1, object.integer("run_attempt") ?? 1)
        status = object.string("status")
        conclusion = object.string("conclusion")
        createdAt = object.timestamp("created_at")
        startedAt = object.timestamp("started_at")
        completedAt = object.timestamp("completed_at")
        let steps = object.objects("steps").map { $0.string("status") ?? "" }
        stepsCompleted = steps.count { $0 == "completed" }
        stepsStarted = steps.count { $0 == "completed" || $0 == "in_progress" }
        labels = object.strings("labels")
        runnerID = object.integer("runner_id")
        runnerName = object.string("runner_name").flatMap { $0.isEmpty ? nil : $0 }
        headSHA = object.string("head_sha")
        checkRunID = object.string("check_run_url")?.split(separator: "/").last.flatMap { Int64($0) }
    }
}
