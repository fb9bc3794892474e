import CacheNode

extension HookCacheNode {
    /// Waiting and running jobs.
    public struct QueueDepth: Sendable, Hashable, Codable {
        /// Jobs that wait for a runner.
        public let queued: Int
        /// Jobs that run.
        public let inProgress: Int
        /// The same for each set of labels that jobs ask for.
        public let byLabels: [Labels]

        /// The jobs that ask for one set of labels.
        public struct Labels: Sendable, Hashable, Codable {
            /// The labels in lower case, sorted.
            public let labels: [String]
            /// Jobs that wait for a runner.
            public let queued: Int
            /// Jobs that run.
            public let inProgress: Int

            private enum CodingKeys: String, CodingKey {
                case labels, queued
                case inProgress = "in_progress"
            }
        }

        private enum CodingKeys: String, CodingKey {
            case queued
            case inProgress = "in_progress"
            case byLabels = "by_labels"
        }

        init(_ report: QueueReport) {
            queued = report.queued
            inProgress = report.inProgress
            byLabels = report.byLabels.map {
                Labels(labels: $0.labels, queued: $0.queued, inProgress: $0.inProgress)
            }
        }
    }
}
