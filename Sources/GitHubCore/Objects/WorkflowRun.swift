/// What this program reads of a `workflow_run` object, from a payload or from REST; the bytes themselves are kept apart.
///
/// Statuses and conclusions are open sets: GitHub adds to them. Old payloads lack many fields, so most are optional.
package struct WorkflowRun: Equatable, Sendable {
    /// The run's id; a re-run keeps it.
    package let id: Int64
    /// The attempt, from 1; payloads before 2022 have none and count as the first.
    package let attempt: Int64
    /// Where it stands: `queued`, `in_progress`, `completed` and others.
    package let status: String?
    /// `success`, `failure`, …; nil until completed.
    package let conclusion: String?
    /// When GitHub last changed the run.
    package let updatedAt: Timestamp?
    /// When the run was made; the same over all attempts.
    package let createdAt: Timestamp?
    /// The workflow's id.
    package let workflowID: Int64?
    /// The workflow's file, such as `.github/workflows/ci.yml`, with `@ref` where GitHub appends one.
    package let path: String?
    /// The branch, or nil.
    package let headBranch: String?
    /// The commit.
    package let headSHA: String?
    /// The event that started it, such as `push`.
    package let event: String?
    /// The login of who started it.
    package let actor: String?
    /// Its check suite.
    package let checkSuiteID: Int64?
    /// Whether its repository is private; nil where the object does not say.
    package let isPrivate: Bool?
    /// The repository it lies in; nil where the object does not say.
    package let repository: RepositoryName?

    /// Reads a run, or nil where the object has no id.
    package init?(_ object: JSONObject) {
        guard let id = object.integer("id"), id > 0 else { return nil }
        self.id = id
        attempt = max(1, object.integer("run_attempt") ?? 1)
        status = object.string("status")
        conclusion = object.string("conclusion")
        updatedAt = object.timestamp("updated_at")
        createdAt = object.timestamp("created_at")
        workflowID = object.integer("workflow_id")
        path = object.string("path")
        headBranch = object.string("head_branch")
        headSHA = object.string("head_sha")
        event = object.string("event")
        actor = object.object("actor")?.string("login")
        checkSuiteID = object.integer("check_suite_id")
        let repository = object.object("repository")
        isPrivate = repository?.bool("private")
        self.repository = repository?.string("full_name").flatMap { RepositoryName($0) }
    }

    /// The workflow's file name, as `…/workflows/{file}/runs` takes it.
    package var workflowFile: String? {
        path?.split(separator: "/").last?.split(separator: "@").first.map(String.init)
    }
}
