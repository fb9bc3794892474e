package import GitHubCore

/// Which stored answers a request that changes something at GitHub makes wrong, whoever reads them.
///
/// Events tell of the same changes soon after; this is for the reader who has just made one. It errs towards too much:
/// an answer that was right costs one free question.
package struct WriteEffect: Hashable, Sendable {
    /// Whose answers: a repository's, or an owner's.
    package let scope: Scope
    /// The parts that change.
    package let parts: Set<Part>

    /// A part of a repository or owner, as far as its answers change together.
    package enum Part: Hashable, Sendable {
        /// A run, its jobs and details, and the lists that show it.
        case run(Int64)
        /// A run that is no more, if GitHub did what it was asked.
        case endOfRun(Int64)
        /// A job and its run.
        case job(Int64)
        /// Lists of runs.
        case runLists
        /// Workflows.
        case workflows
        /// Artifacts.
        case artifacts
        /// The caches of Actions.
        case caches
        /// Self-hosted runners.
        case runners
        /// Check runs and check suites.
        case checks
        /// Commit statuses.
        case statuses
        /// What branches lead to.
        case refs
        /// The repository's or organisation's own object, and the lists that show it.
        case description
        /// All of Actions.
        case actions
        /// Everything.
        case everything
        /// Everything, which is no more, if GitHub did what it was asked.
        case endOfAll
    }

    /// An effect.
    package init(_ scope: Scope, _ parts: Set<Part>) {
        self.scope = scope
        self.parts = parts
    }

    /// Whether it changes what an owner's lists show, beyond its repository.
    package var reachesOwner: Bool {
        if case .owner = scope { return true }
        return !parts.isDisjoint(with: [.caches, .refs, .description, .everything, .endOfAll])
    }

    /// Whether an answer of the scope may be wrong now; `runOfJob` tells which run a job belongs to, where that is known.
    package func touches(_ endpoint: Endpoint, runOfJob: (Int64) -> Int64?) -> Bool {
        guard covers(endpoint) else { return false }
        return parts.contains { Self.touches(endpoint, $0, runOfJob) }
    }

    /// Whether an answer shows what is no more once GitHub has done what it was asked.
    package func ends(_ endpoint: Endpoint, runOfJob: (Int64) -> Int64?) -> Bool {
        guard endpoint.repository.map(scope.covers) ?? (endpoint.scope == scope) else { return false }
        return parts.contains { part in
            switch part {
            case .endOfAll: true
            case .endOfRun(let run): Self.run(of: endpoint, runOfJob) == run
            default: false
            }
        }
    }

    /// Whether a run or job is no more once GitHub has done what it was asked.
    package func ends(_ state: ObjectState) -> Bool {
        scope.covers(state.id.repository) && (parts.contains(.endOfAll) || parts.contains(.endOfRun(state.runID)))
    }

    /// Whether an endpoint lies in the scope, or shows it from the outside.
    private func covers(_ endpoint: Endpoint) -> Bool {
        switch scope {
        case .repository(let name):
            if let repository = endpoint.repository { return repository == name }
            return reachesOwner && Self.isOwners(endpoint, name.owner.lowercased())
        case .owner(let login):
            if let repository = endpoint.repository {
                return parts.contains(.endOfAll) && repository.owner.lowercased() == login
            }
            return Self.isOwners(endpoint, login)
        }
    }

    private static func isOwners(_ endpoint: Endpoint, _ login: String) -> Bool {
        switch endpoint {
        case .organization(login), .ownerRepositories(_, login), .organizationCacheUsage(login, _),
            .organizationRunners(login), .organizationRunner(login, _), .organizationRunnerLabels(login, _),
            .ownRepositories:
            true
        default:
            false
        }
    }

    private static func touches(_ endpoint: Endpoint, _ part: Part, _ runOfJob: (Int64) -> Int64?) -> Bool {
        switch part {
        case .run(let id): isOfRun(endpoint, id, runOfJob)
        case .endOfRun(let id): isOfRun(endpoint, id, runOfJob) || isOfArtifacts(endpoint)
        case .job(let id): isOfRun(endpoint, runOfJob(id), runOfJob)
        case .runLists: isRunList(endpoint)
        case .workflows: isOfWorkflows(endpoint)
        case .artifacts: isOfArtifacts(endpoint)
        case .caches: isOfCaches(endpoint)
        case .runners: isOfRunners(endpoint)
        case .checks: isOfChecks(endpoint)
        case .statuses: isOfStatuses(endpoint)
        case .refs: isByRef(endpoint) || isOfWorkflows(endpoint) || isDescription(endpoint)
        case .description: isDescription(endpoint)
        case .actions: isOfActions(endpoint)
        case .everything, .endOfAll: true
        }
    }
}

extension WriteEffect {
    /// The run that an answer is a part of.
    private static func run(of endpoint: Endpoint, _ runOfJob: (Int64) -> Int64?) -> Int64? {
        switch endpoint {
        case .run(_, let id), .runAttempt(_, let id, _), .runJobs(_, let id), .attemptJobs(_, let id, _),
            .runDetail(_, let id, _):
            id
        case .job(_, let job): runOfJob(job)
        default: nil
        }
    }

    /// Whatever shows a run; nil stands for every run.
    private static func isOfRun(_ endpoint: Endpoint, _ id: Int64?, _ runOfJob: (Int64) -> Int64?) -> Bool {
        if let own = run(of: endpoint, runOfJob) { return id == nil || own == id }
        if case .job = endpoint { return true }
        // Which check suite is the run's is not known here.
        return isRunList(endpoint) || isOfChecks(endpoint)
    }

    private static func isRunList(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .runs, .workflowRuns: true
        default: false
        }
    }

    private static func isOfWorkflows(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .workflows, .workflow: true
        default: false
        }
    }

    private static func isOfArtifacts(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .artifacts, .artifact, .runDetail(_, _, .artifacts): true
        default: false
        }
    }

    private static func isOfCaches(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .caches, .cacheUsage, .organizationCacheUsage: true
        default: false
        }
    }

    private static func isOfRunners(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .repositoryRunners, .repositoryRunner, .repositoryRunnerLabels, .organizationRunners, .organizationRunner,
            .organizationRunnerLabels:
            true
        default: false
        }
    }

    private static func isOfChecks(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .checkRun, .checkRunAnnotations, .checkSuite, .commitChecks: true
        default: false
        }
    }

    private static func isOfStatuses(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .commitStatus: true
        default: false
        }
    }

    private static func isByRef(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .commitChecks, .commitStatus, .readme: true
        default: false
        }
    }

    private static func isDescription(_ endpoint: Endpoint) -> Bool {
        switch endpoint {
        case .repository, .organization, .ownerRepositories, .ownRepositories: true
        default: false
        }
    }

    private static func isOfActions(_ endpoint: Endpoint) -> Bool {
        isOfRun(endpoint, nil) { _ in nil } || isOfWorkflows(endpoint) || isOfArtifacts(endpoint)
            || isOfCaches(endpoint) || isOfRunners(endpoint)
    }
}
