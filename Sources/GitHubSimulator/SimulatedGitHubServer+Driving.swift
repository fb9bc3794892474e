package import GitHubCore
package import GitHubSimulatorCore

extension SimulatedGitHubServer {
    /// Creates a user or an organisation.
    @discardableResult
    package func createAccount(_ login: String, isOrganization: Bool = false) -> SimulatedGitHub.Account {
        github.createAccount(login, isOrganization: isOrganization, at: clock())
    }

    /// Creates a repository; an owner that is not there yet becomes an organisation.
    @discardableResult
    package func createRepository(
        _ name: RepositoryName,
        isPrivate: Bool = false
    ) throws(SimulatedGitHub.Misuse) -> SimulatedGitHub.Repository {
        try github.createRepository(name, isPrivate: isPrivate, at: clock())
    }

    /// Makes a credential known.
    package func createToken(
        _ value: String,
        login: String = "octocat",
        grants: [SimulatedGitHub.Grant],
        callsPerHour: Int? = nil,
        scopes: [String]? = nil
    ) {
        github.createToken(
            value,
            login: login,
            grants: grants,
            callsPerHour: callsPerHour,
            scopes: scopes,
            at: clock()
        )
    }

    /// Takes a credential back.
    package func revokeToken(_ value: String) { github.revokeToken(value) }

    /// Registers a webhook and sends its ping; gives its number.
    @discardableResult
    package func createHook(
        in scope: Scope,
        url: String,
        secret: String?,
        events: [String] = ["workflow_run", "workflow_job"],
        isForm: Bool = false
    ) throws(SimulatedGitHub.Misuse) -> Int64 {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.createHook(in: scope, url: url, secret: secret, events: events, isForm: isForm, at: now).id
        }
    }

    /// Starts a run and gives its number.
    @discardableResult
    package func startRun(_ plan: SimulatedGitHub.RunPlan) throws(SimulatedGitHub.Misuse) -> Int64 {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.startRun(plan, at: now) }
    }

    /// Goes one step forward with a run.
    @discardableResult
    package func advance(run id: Int64) throws(SimulatedGitHub.Misuse) -> SimulatedGitHub.Progress {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.advance(run: id, at: now) }
    }

    /// Goes forward to the end of a run, or to where it is blocked, all at once.
    @discardableResult
    package func finish(run id: Int64) throws(SimulatedGitHub.Misuse) -> SimulatedGitHub.Progress {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.finish(run: id, at: now) }
    }

    /// Goes forward to the end of a run, or to where it is blocked, with a pause before each step.
    @discardableResult
    package func play(run id: Int64, pace: Duration) async throws -> SimulatedGitHub.Progress {
        var progress = SimulatedGitHub.Progress.nothing
        repeat {
            try await Task.sleep(for: pace)
            progress = try advance(run: id)
        } while progress != .nothing && progress != .blocked && progress != .runCompleted
        return progress
    }

    /// Runs a completed run again.
    package func rerun(run id: Int64, failedOnly: Bool = false) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.rerun(run: id, failedOnly: failedOnly, at: now)
        }
    }

    /// Cancels a run.
    package func cancel(run id: Int64) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.cancel(run: id, at: now) }
    }

    /// Approves what a run waits for.
    package func approve(run id: Int64) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.approve(run: id, at: now) }
    }

    /// Ends the step at hand of a running job and begins the next, silently.
    package func advanceSteps(ofJob id: Int64) throws(SimulatedGitHub.Misuse) {
        try github.advanceSteps(ofJob: id, at: clock())
    }

    /// Ends a job; from the queue too, where it was skipped or cancelled.
    package func complete(
        job id: Int64,
        conclusion: SimulatedGitHub.Conclusion
    ) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.complete(job: id, conclusion: conclusion, at: now)
        }
    }

    /// Registers a self-hosted runner with a repository or an organisation.
    @discardableResult
    package func createRunner(
        _ name: String,
        labels: [String] = [],
        in scope: Scope
    ) throws(SimulatedGitHub.Misuse) -> SimulatedGitHub.Runner {
        try github.createRunner(name, labels: labels, in: scope)
    }

    /// Gives a repository another name; the old one leads to the new one from then on.
    package func rename(_ name: RepositoryName, to newName: RepositoryName) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.rename(name, to: newName, at: now) }
    }

    /// Has somebody star a repository, which concerns no workflow.
    package func star(_ name: RepositoryName, by login: String) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.star(name, by: login, at: now) }
    }

    /// Makes a repository private or public.
    package func setPrivate(_ isPrivate: Bool, _ name: RepositoryName) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in try github.setPrivate(isPrivate, name, at: now) }
    }

    /// Sends a delivery of a hook's log again.
    package func redeliver(_ delivery: Int64, ofHook hook: Int64) throws(SimulatedGitHub.Misuse) {
        try perform { (github, now) throws(SimulatedGitHub.Misuse) in
            try github.redeliver(delivery, ofHook: hook, at: now)
        }
    }
}

extension SimulatedGitHubServer {
    /// A run as it is.
    package func run(_ id: Int64) -> SimulatedGitHub.Run? { github.run(id) }

    /// The jobs of a run's latest attempt.
    package func jobs(ofRun id: Int64) -> [SimulatedGitHub.Job] { github.jobs(ofRun: id) }

    /// A webhook as it is.
    package func hook(_ id: Int64) -> SimulatedGitHub.Hook? { github.hook(id) }

    /// A hook's delivery log, the newest entry first.
    package func deliveries(ofHook id: Int64) -> [SimulatedGitHub.LoggedDelivery] { github.deliveries(ofHook: id) }

    /// What was asked and answered, and what it cost.
    package var calls: CallLog { github.calls }

    /// Lets answers to paths that contain a text go wrong, a number of times or until ``clearFaults()``.
    package func addFault(_ fault: Faults.OfAnswers, toPathsWith text: String = "", times: Int? = nil) {
        github.faults.add(fault, toPathsWith: text, times: times)
    }

    /// Lets deliveries go wrong, a number of times or until ``clearFaults()``; nil sets them right.
    package func setDeliveryFault(_ fault: Faults.OfDeliveries?, times: Int? = nil) {
        github.faults.setDeliveries(fault, times: times)
    }

    /// Sets everything right.
    package func clearFaults() { github.faults.clear() }

    /// Holds every answer from now on; what is asked is done, and its answer waits.
    package nonisolated func holdAnswers() { gate.close() }

    /// Lets the answers leave that were held.
    package nonisolated func letAnswersGo() { gate.open() }

    /// Lets filtered run lists lag so many milliseconds behind.
    package func setListLag(_ milliseconds: Int64) { github.configuration.listLag = milliseconds }

    /// Lets a 304 say `Link` again, or leave it out.
    package func setRepeatsLink(_ repeats: Bool) { github.configuration.repeatsLink = repeats }

    /// What was asked of it in all, to compare before and after.
    package var statistics: Statistics {
        Statistics(
            requests: github.calls.total,
            counted: github.calls.counted,
            notModified: github.calls.notModified,
            countedByPath: github.calls.countedByPath,
            mostAtOnce: mostAtOnce,
            storage: github.storage,
            deliveriesAnswered: answered,
            deliveriesRefused: refused
        )
    }

    /// Counters since it was made.
    package struct Statistics: Hashable, Sendable {
        /// Requests.
        package let requests: Int
        /// Requests that cost a unit of a budget.
        package let counted: Int
        /// Requests that a 304 made free.
        package let notModified: Int
        /// Counted requests by path, without the query.
        package let countedByPath: [String: Int]
        /// The most requests that were being answered at the same time.
        package let mostAtOnce: Int
        /// What storage was asked for, which is no part of the requests above.
        package let storage: SimulatedGitHub.StorageLog
        /// Deliveries that a hook answered with 2xx.
        package let deliveriesAnswered: Int
        /// Deliveries that a hook answered otherwise, or not at all.
        package let deliveriesRefused: Int
    }
}
