import CacheCore
import CacheStore
package import GitHubCore

extension Node {
    /// Waiting and running jobs of a scope, derived from the jobs' states and never by adding and subtracting.
    ///
    /// Where deliveries arrive, their states tell all, once it was asked what waited before; elsewhere the runs that
    /// wait or run, and their jobs, are read through the cache each time. Who may not spend quota is told what is known.
    /// A report is one read of the statistics, however many lists it took.
    package nonisolated func queue(
        _ scope: Scope,
        labels: [String],
        includesPrivate: Bool
    ) async throws(ControlError) -> QueueReport {
        var report = QueueReport()
        var counts: [[String]: QueueReport.LabelCount] = [:]
        for survey in try await surveys(of: scope, asksGitHub: includesPrivate)
        where includesPrivate || store.visibility(of: survey.repository)?.isPrivate == false {
            for job in openJobs(survey) where labels.allSatisfy(job.asks(for:)) {
                let isRunning = job.status == "in_progress"
                let key = job.labels.map { $0.lowercased() }.sorted()
                var count = counts[key] ?? QueueReport.LabelCount(labels: key, queued: 0, inProgress: 0)
                if isRunning {
                    report.inProgress += 1
                    count.inProgress += 1
                } else {
                    report.queued += 1
                    count.queued += 1
                }
                counts[key] = count
            }
        }
        report.byLabels = counts.values.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
        return report
    }

    /// Jobs that are not over, of runs that are not over: a job whose end was lost does not haunt the count.
    private nonisolated func openJobs(_ survey: QueueSurvey) -> [ObjectState] {
        store.states(in: survey.repository, kind: .job).filter { job in
            guard job.status != "completed" else { return false }
            let run = store.state(ObjectID(repository: survey.repository, kind: .run, id: job.runID))
            return run?.status != "completed" && survey.allows(job)
        }
    }

    /// What GitHub says of the repositories of a scope, where it has to be asked.
    private nonisolated func surveys(of scope: Scope, asksGitHub: Bool) async throws(ControlError) -> [QueueSurvey] {
        var outcomes: [Outcome] = []
        do throws(ControlError) {
            let repositories = try await repositories(in: scope, asksGitHub: asksGitHub, outcomes: &outcomes)
            let surveys = asksGitHub ? await surveys(of: repositories) : repositories.map { QueueSurvey($0) }
            outcomes += surveys.flatMap(\.outcomes)
            if case .repository(let name) = scope, let failure = surveys.first?.failure {
                // While GitHub is away, what was seen before is told.
                guard failure.status >= 500, !store.states(in: name, kind: .run).isEmpty else { throw failure }
            }
            countQueueRead(outcomes)
            return surveys
        } catch {
            counters.count(.miss, isSaved: false)
            throw error
        }
    }

    private nonisolated func countQueueRead(_ outcomes: [Outcome]) {
        let tallies = Set(outcomes.compactMap(\.tally))
        let tally: Outcome.Tally =
            tallies.contains(.miss) ? .miss : tallies.contains(.peerHit) ? .peerHit : .localHit
        counters.count(tally, isSaved: !outcomes.contains(where: \.isCounted))
    }

    /// The repositories of a scope: those that are known, and of an owner's those that something happened in lately.
    private nonisolated func repositories(
        in scope: Scope,
        asksGitHub: Bool,
        outcomes: inout [Outcome]
    ) async throws(ControlError) -> [RepositoryName] {
        let owner: String
        switch scope {
        case .repository(let name): return [name]
        case .owner(let login): owner = login
        }
        var names = Set(store.repositories()).union(watched.repositories).filter { scope.covers($0) }
        if asksGitHub {
            do throws(ControlError) {
                let since = now().advanced(bySeconds: -configuration.limits.queueActivity)
                let list = try await ListReader(self, caller: .node, purpose: .upkeep)
                    .repositories(of: owner, since: since)
                outcomes += list.outcomes
                names.formUnion(list.repositoryNames.prefix(configuration.limits.queueRepositories))
            } catch {
                // What is known is told all the same.
                if names.isEmpty { throw error }
            }
        }
        return names.sorted { $0.canonical < $1.canonical }
    }

    /// Asks about some repositories, a few at once.
    private nonisolated func surveys(of repositories: [RepositoryName]) async -> [QueueSurvey] {
        await withTaskGroup(of: QueueSurvey.self) { group in
            var surveys: [QueueSurvey] = []
            for (index, repository) in repositories.enumerated() {
                if index >= configuration.limits.queueSurveys, let survey = await group.next() {
                    surveys.append(survey)
                }
                group.addTask { await self.survey(repository) }
            }
            for await survey in group { surveys.append(survey) }
            return surveys
        }
    }

    /// Reads the runs that wait or run and their jobs through the cache, as this node, unless events tell them; what is
    /// learnt is remembered.
    private nonisolated func survey(_ repository: RepositoryName) async -> QueueSurvey {
        var survey = QueueSurvey(repository)
        let isCovered = isCovered(repository)
        guard !isCovered || !watched.isSurveyed(repository) else { return survey }
        let runReader = ListReader(self, caller: .node, purpose: .upkeep)
        // Jobs live longer elsewhere.
        var directives = RequestDirectives()
        directives.maxAge = configuration.ttl.queue
        let jobReader = ListReader(self, caller: .node, purpose: .upkeep, directives: directives)
        let limit = configuration.limits.queueRuns
        var runs: Set<Int64> = []
        do throws(ControlError) {
            survey.askedAt = now().advanced(bySeconds: -configuration.ttl.queue)
            for status in ["queued", "in_progress"] {
                let list = try await runReader.runs(of: repository, status: status, limit: limit)
                survey.outcomes += list.outcomes
                for run in list.objects.compactMap({ $0.integer("id") }) where runs.count < limit {
                    guard runs.insert(run).inserted else { continue }
                    survey.outcomes += try await jobReader.jobs(ofRun: run, in: repository).outcomes
                }
            }
            if !isCovered { survey.runs = runs }
            watched.noteSurvey(of: repository, isCovered: isCovered)
        } catch {
            survey.failure = error
        }
        return survey
    }

    /// Whether a repository's deliveries arrive here, and none is known to be missing.
    private nonisolated func isCovered(_ repository: RepositoryName) -> Bool {
        guard let heard = watched.lastHeard(repository) else { return false }
        guard now().milliseconds(since: heard) < Int64(configuration.limits.coverage) * 1000 else { return false }
        return !healthBook.with { $0.standing(of: repository, at: now()) }.reason.isTrouble
    }
}

/// What GitHub was asked about one repository's queue.
private struct QueueSurvey: Sendable {
    let repository: RepositoryName
    /// The runs that GitHub says wait or run; nil where it was not asked, or events know better.
    var runs: Set<Int64>?
    /// States that were seen later than this are news to the lists.
    var askedAt = Timestamp(milliseconds: 0)
    var outcomes: [Outcome] = []
    var failure: ControlError?

    init(_ repository: RepositoryName) {
        self.repository = repository
    }

    /// Whether a job that is not over as far as is known may be counted: not where GitHub no longer lists its run.
    func allows(_ job: ObjectState) -> Bool {
        guard let runs else { return true }
        return runs.contains(job.runID) || job.seenAt > askedAt && job.authority != .list
    }
}

extension ObjectState {
    /// Whether a job asks for a label.
    func asks(for label: String) -> Bool {
        labels.contains { $0.lowercased() == label.lowercased() }
    }
}
