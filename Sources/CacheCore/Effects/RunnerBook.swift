package import GitHubCore

/// What jobs told last of self-hosted runners: which of them works, and since when.
///
/// Deliveries come in any order: that a job ended is no news of its runner once another one is known to have begun there.
package struct RunnerBook: Hashable, Sendable {
    /// What a job tells of the runner that took it.
    package struct Word: Hashable, Sendable {
        /// GitHub's number of the runner.
        package let runner: Int64
        /// Its name, where the job tells it.
        package let name: String?
        /// The job.
        package let job: Int64
        /// Whether the runner works on it.
        package let isBusy: Bool
        /// Since when, in whole seconds as GitHub stamps them.
        package let at: Timestamp
        /// Whether the job asks for a runner of somebody's own, whatever else it asks for.
        package let isSelfHosted: Bool

        /// Reads a job; nil where no runner has it or had it.
        package init?(_ job: WorkflowJob) {
            guard let runner = job.runnerID, runner > 0 else { return nil }
            switch job.status {
            case "in_progress":
                guard let began = job.startedAt else { return nil }
                (isBusy, at) = (true, began)
            case "completed":
                guard let ended = job.completedAt else { return nil }
                (isBusy, at) = (false, ended)
            default:
                return nil
            }
            self.runner = runner
            name = job.runnerName
            self.job = job.id
            isSelfHosted = job.labels.contains { $0.lowercased() == "self-hosted" }
        }

        /// Whether it is later than another word of the same runner.
        ///
        /// Within a second a job ends after it began, and the next begins after another one ended.
        func isLater(than other: Word) -> Bool {
            guard at == other.at else { return at > other.at }
            return job == other.job ? !isBusy : isBusy
        }
    }

    /// The bounds of the book.
    package enum Limits {
        /// Runners that are remembered; past it the one heard of longest ago is forgotten.
        package static let runners = 4096
    }

    private var words: [Int64: Word] = [:]

    /// Nothing was told yet.
    package init() {}

    /// Notes a word; false where a later one of the same runner is known.
    package mutating func hear(_ word: Word) -> Bool {
        if let known = words[word.runner], known != word, !word.isLater(than: known) { return false }
        if words[word.runner] == nil, words.count >= Limits.runners,
            let oldest = words.values.min(by: { $0.at < $1.at })
        {
            words[oldest.runner] = nil
        }
        words[word.runner] = word
        return true
    }

    /// What was told of a runner at a moment or later.
    func word(of runner: Int64, since moment: Timestamp) -> Word? {
        words[runner].flatMap { $0.at >= moment ? $0 : nil }
    }
}
