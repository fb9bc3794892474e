public import Foundation
import GitHubCore

extension HookCacheNode {
    /// A job of a workflow run.
    public struct Job: Sendable, Hashable, Identifiable {
        /// GitHub's number for it; each attempt has its own.
        public let id: Int64
        /// The run's number.
        public let runID: Int64?
        /// Which attempt of the run it is of, from 1.
        public let attempt: Int64
        /// Its name.
        public let name: String?
        /// `queued`, `waiting`, `in_progress`, `completed` or another that GitHub adds.
        public let status: String?
        /// How it ended, such as `success`; nil before that.
        public let conclusion: String?
        /// The labels that a runner must have.
        public let labels: [String]
        /// The runner that took it.
        public let runnerName: String?
        /// When it was made.
        public let createdAt: Date?
        /// When the runner took it; before that, when it was made.
        public let startedAt: Date?
        /// When it ended.
        public let completedAt: Date?
        /// Its page.
        public let url: String?
        /// The whole object, as GitHub sent it.
        public let json: [UInt8]

        init?(_ object: JSONObject) {
            guard let id = object.integer("id") else { return nil }
            self.id = id
            runID = object.integer("run_id")
            attempt = object.integer("run_attempt") ?? 1
            name = object.string("name")
            status = object.string("status")
            conclusion = object.string("conclusion")
            labels = object.strings("labels")
            runnerName = object.string("runner_name")
            createdAt = object.date("created_at")
            startedAt = object.date("started_at")
            completedAt = object.date("completed_at")
            url = object.string("html_url")
            json = object.bytes
        }
    }
}
