extension SimulatedGitHub {
    /// What a check says about a line of a file.
    package struct Annotation: Hashable, Sendable {
        /// How grave it is.
        package enum Level: String, Hashable, Sendable {
            case notice, warning, failure
        }

        /// How grave it is.
        package let level: Level
        /// What it says.
        package let message: String
        /// The file.
        package let path: String
        /// The line.
        package let line: Int64
        /// A few words before the message.
        package let title: String?

        /// An annotation; by default one about the workflow itself, as Actions makes them.
        package init(
            _ level: Level,
            _ message: String,
            path: String = ".github",
            line: Int64 = 1,
            title: String? = nil
        ) {
            self.level = level
            self.message = message
            self.path = path
            self.line = line
            self.title = title
        }
    }

    /// Lets a job say something about a file.
    package mutating func annotate(job id: Int64, _ annotation: Annotation) throws(Misuse) {
        guard jobs[id] != nil else { throw .unknown("job \(id)") }
        annotations[id, default: []].append(annotation)
    }
}
