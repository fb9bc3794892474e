public import Foundation
import GitHubCore

extension HookCacheNode {
    /// A repository, as GitHub's lists show it.
    public struct Repository: Sendable, Hashable, Identifiable {
        /// GitHub's number for it.
        public let id: Int64
        /// `owner/name`.
        public let fullName: String
        /// Whether only some may see it.
        public let isPrivate: Bool
        /// Whether it is read-only.
        public let isArchived: Bool
        /// Whether it was forked from another.
        public let isFork: Bool
        /// The branch that is shown first.
        public let defaultBranch: String?
        /// When it was last pushed to.
        public let pushedAt: Date?
        /// When it last changed otherwise.
        public let updatedAt: Date?
        /// Its page.
        public let url: String?
        /// The whole object, as GitHub sent it.
        public let json: [UInt8]

        init?(_ object: JSONObject) {
            guard let id = object.integer("id"), let fullName = object.string("full_name") else { return nil }
            self.id = id
            self.fullName = fullName
            isPrivate = object.bool("private") ?? true
            isArchived = object.bool("archived") ?? false
            isFork = object.bool("fork") ?? false
            defaultBranch = object.string("default_branch")
            pushedAt = object.date("pushed_at")
            updatedAt = object.date("updated_at")
            url = object.string("html_url")
            json = object.bytes
        }
    }
}
