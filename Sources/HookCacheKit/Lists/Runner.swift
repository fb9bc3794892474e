import GitHubCore

extension HookCacheNode {
    /// A self-hosted runner.
    public struct Runner: Sendable, Hashable, Identifiable {
        /// GitHub's number for it.
        public let id: Int64
        /// Its name.
        public let name: String
        /// Its system, such as `linux`.
        public let os: String?
        /// `online` or `offline`.
        public let status: String?
        /// Whether it works on a job.
        public let isBusy: Bool
        /// Its labels.
        public let labels: [String]
        /// The whole object, as GitHub sent it.
        public let json: [UInt8]

        /// Whether it is connected.
        public var isOnline: Bool { status == "online" }

        init?(_ object: JSONObject) {
            guard let id = object.integer("id"), let name = object.string("name") else { return nil }
            self.id = id
            self.name = name
            os = object.string("os")
            status = object.string("status")
            isBusy = object.bool("busy") ?? false
            labels = object.objects("labels").compactMap { $0.string("name") }
            json = object.bytes
        }
    }
}
