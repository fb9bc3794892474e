public import Foundation
import GitHubCore

extension HookCacheNode {
    /// A workflow run.
    public struct Run: Sendable, Hashable, Identifiable {
        /// GitHub's number for it, the same for all its attempts.
        public let id: Int64
        /// The workflow's name.
        public let name: String?
        /// What it is shown as: a commit's or pull request's title, or what the workflow says.
        public let title: String?
        /// Its number among the runs of the workflow.
        public let number: Int64?
        /// Which attempt this is, from 1.
        public let attempt: Int64
        /// `queued`, `in_progress`, `completed` or another that GitHub adds.
        public let status: String?
        /// How it ended, such as `success`; nil before that.
        public let conclusion: String?
        /// The branch, where it has one.
        public let branch: String?
        /// The commit.
        public let headSHA: String?
        /// What started it, such as `push`.
        public let event: String?
        /// The workflow's number.
        public let workflowID: Int64?
        /// When the first attempt was made.
        public let createdAt: Date?
        /// When this attempt started.
        public let startedAt: Date?
        /// When it last changed.
        public let updatedAt: Date?
        /// Its page.
        public let url: String?
        /// The whole object, as GitHub sent it.
        public let json: [UInt8]

        init?(_ object: JSONObject) {
            guard let id = object.integer("id") else { return nil }
            self.id = id
            name = object.string("name")
            title = object.string("display_title")
            number = object.integer("run_number")
            attempt = object.integer("run_attempt") ?? 1
            status = object.string("status")
            conclusion = object.string("conclusion")
            branch = object.string("head_branch")
            headSHA = object.string("head_sha")
            event = object.string("event")
            workflowID = object.integer("workflow_id")
            createdAt = object.date("created_at")
            startedAt = object.date("run_started_at")
            updatedAt = object.date("updated_at")
            url = object.string("html_url")
            json = object.bytes
        }
    }
}
