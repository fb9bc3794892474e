package import GitHubCore

extension SimulatedGitHub {
    /// Where a run or a job stands.
    package enum Status: String, Hashable, Sendable {
        case requested, queued, pending, waiting
        case inProgress = "in_progress"
        case completed
    }

    /// How a run, a job or a step ended.
    package enum Conclusion: String, Hashable, Sendable {
        case success, failure, cancelled, skipped, neutral, stale
        case timedOut = "timed_out"
        case actionRequired = "action_required"
        case startupFailure = "startup_failure"
    }

    /// A run of a workflow, over all its attempts.
    package struct Run: Hashable, Sendable {
        /// GitHub's number for it, the same for every attempt.
        package let id: Int64
        /// The repository's number.
        package let repositoryID: Int64
        /// The workflow's number.
        package let workflowID: Int64
        /// The check suite that its jobs report to.
        package let checkSuiteID: Int64
        /// The how-manieth run of the workflow.
        package let number: Int64
        /// What the list of runs shows.
        package let title: String
        /// The branch it runs for.
        package let branch: String
        /// The commit it runs on.
        package let headSHA: String
        /// The tree of that commit.
        package let treeSHA: String
        /// What caused it: `push`, `pull_request`, `workflow_dispatch`, ….
        package let event: String
        /// Who caused it.
        package let actor: String
        /// When it was created.
        package let createdAt: Timestamp
        /// The attempts, the latest last; never empty.
        package var attempts: [Attempt]
        /// The jobs that each attempt is made of.
        package let plan: [JobPlan]

        /// The latest attempt.
        package var attempt: Attempt {
            get { attempts[attempts.count - 1] }
            set { attempts[attempts.count - 1] = newValue }
        }

        /// Where it stands.
        package var status: Status { attempt.status }
        /// How it ended.
        package var conclusion: Conclusion? { attempt.conclusion }
    }

    /// One attempt of a run.
    package struct Attempt: Hashable, Sendable {
        /// 1 for the first.
        package let number: Int64
        /// When it began.
        package let startedAt: Timestamp
        /// Who asked for it.
        package let triggeringActor: String
        /// When it last changed.
        package var updatedAt: Timestamp
        /// Where it stands.
        package var status: Status
        /// How it ended.
        package var conclusion: Conclusion?
        /// Its own jobs; a re-run of failed jobs leaves the others with the attempt before.
        package var jobIDs: [Int64]
    }

    /// What a run should be made of.
    package struct RunPlan: Hashable, Sendable {
        /// The repository.
        package var repository: RepositoryName
        /// The workflow's file name; a workflow that is not there is created.
        package var workflow: String
        /// What causes it.
        package var event: String
        /// The branch.
        package var branch: String
        /// The commit, or nil for a new one.
        package var headSHA: String?
        /// Who causes it, or nil for the first user.
        package var actor: String?
        /// The title, or nil for the commit's message.
        package var title: String?
        /// Its jobs.
        package var jobs: [JobPlan]
        /// How it begins.
        package var opening: Opening

        /// How a run begins.
        package enum Opening: Hashable, Sendable {
            /// Its jobs are queued.
            case queued
            /// It waits for a maintainer's approval: completed, with `action_required`.
            case needsApproval
            /// Its workflow file is broken: completed without jobs, and without any delivery.
            case startupFailure
        }

        /// A run of two jobs after a push to `main`, unless said otherwise.
        package init(
            _ repository: RepositoryName,
            workflow: String = "ci.yml",
            event: String = "push",
            branch: String = "main",
            headSHA: String? = nil,
            actor: String? = nil,
            title: String? = nil,
            jobs: [JobPlan] = ["build", "test"],
            opening: Opening = .queued
        ) {
            self.repository = repository
            self.workflow = workflow
            self.event = event
            self.branch = branch
            self.headSHA = headSHA
            self.actor = actor
            self.title = title
            self.jobs = jobs
            self.opening = opening
        }
    }
}
