package import GitHubCore

extension SimulatedGitHub {
    /// A job of one attempt of a run.
    package struct Job: Hashable, Sendable {
        /// GitHub's number for it; a re-run has another.
        package let id: Int64
        /// The run's number.
        package let runID: Int64
        /// The attempt it belongs to.
        package let attempt: Int64
        /// What it was made after.
        package let plan: JobPlan
        /// When it was created.
        package let createdAt: Timestamp
        /// When it started; until a runner takes it, when it was created.
        package var startedAt: Timestamp
        /// When it ended.
        package var completedAt: Timestamp?
        /// Where it stands.
        package var status: Status
        /// How it ended.
        package var conclusion: Conclusion?
        /// What it has done so far.
        package var steps: [Step]
        /// Who works on it.
        package var runner: Assignment?
        /// The deployment that its environment asks for.
        package var deployment: Deployment?
    }

    /// One step of a job.
    package struct Step: Hashable, Sendable {
        /// Its name.
        package let name: String
        /// 1 for the first.
        package let number: Int64
        /// Where it stands.
        package var status: Status
        /// How it ended.
        package var conclusion: Conclusion?
        /// When it started.
        package var startedAt: Timestamp?
        /// When it ended.
        package var completedAt: Timestamp?
    }

    /// The runner of a job.
    package struct Assignment: Hashable, Sendable {
        /// The runner's number.
        package let id: Int64
        /// Its name.
        package let name: String
        /// Its group's number.
        package let groupID: Int64
        /// Its group's name.
        package let groupName: String
    }

    /// A deployment that waits for a reviewer.
    package struct Deployment: Hashable, Sendable {
        /// GitHub's number for it.
        package let id: Int64
        /// The environment's number.
        package let environmentID: Int64
        /// The environment's name.
        package let environment: String
        /// When it was asked for.
        package let createdAt: Timestamp
        /// When it last changed.
        package var updatedAt: Timestamp
    }

    /// What a job should be made of.
    package struct JobPlan: Hashable, Sendable, ExpressibleByStringLiteral {
        /// Its name.
        package var name: String
        /// Its steps' names.
        package var steps: [String]
        /// The labels that its runner must have.
        package var labels: [String]
        /// How it will end when it is advanced to its end.
        package var conclusion: Conclusion
        /// An environment whose reviewer must approve before it is queued.
        package var gate: String?

        /// A job that succeeds on GitHub's own runner, unless said otherwise.
        package init(
            _ name: String,
            steps: [String] = ["Set up job", "Run tests", "Complete job"],
            labels: [String] = ["ubuntu-latest"],
            conclusion: Conclusion = .success,
            gate: String? = nil
        ) {
            self.name = name
            self.steps = steps
            self.labels = labels
            self.conclusion = conclusion
            self.gate = gate
        }

        /// A job by its name.
        package init(stringLiteral value: String) {
            self.init(value)
        }
    }
}
