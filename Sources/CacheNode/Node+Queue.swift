import CacheCore
import CacheStore
package import GitHubCore

extension Node {
    /// Waiting and running jobs of a scope, derived from the jobs' states and never by adding and subtracting.
    ///
    /// Where deliveries arrive, their states tell all; elsewhere the runs that wait or run, and their jobs, are read
    /// through the cache first.
    package nonisolated func queue(
        _ scope: Scope,
        labels: [String],
        includesPrivate: Bool
    ) async throws(ControlError) -> QueueReport {
        let repositories: [RepositoryName] =
            switch scope {
            case .repository(let name): [name]
            case .owner:
                Set(store.repositories()).union(watched.repositories).filter { scope.covers($0) }
                    .sorted { $0.canonical < $1.canonical }
            }
        var report = QueueReport()
        var counts: [[String]: QueueReport.LabelCount] = [:]
        for repository in repositories {
            if includesPrivate, !isCovered(repository) { await refreshJobs(of: repository) }
            guard includesPrivate || store.visibility(of: repository)?.isPrivate == false else { continue }
            for job in openJobs(in: repository) where labels.allSatisfy(job.asks(for:)) {
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

    /// Whether a repository's deliveries arrive here.
    private nonisolated func isCovered(_ repository: RepositoryName) -> Bool {
        guard let heard = watched.lastHeard(repository) else { return false }
        return now().milliseconds(since: heard) < Int64(configuration.limits.coverage) * 1000
    }

    /// Jobs that are not over, of runs that are not over: a job whose end was lost does not haunt the count.
    private nonisolated func openJobs(in repository: RepositoryName) -> [ObjectState] {
        store.states(in: repository, kind: .job).filter { job in
            guard job.status != "completed" else { return false }
            let run = store.state(ObjectID(repository: repository, kind: .run, id: job.runID))
            return run?.status != "completed"
        }
    }

    /// Reads the runs that wait or run and their jobs through the cache, as this node; what is learnt is remembered.
    private nonisolated func refreshJobs(of repository: RepositoryName) async {
        var left = configuration.limits.queueRuns
        for status in ["queued", "in_progress"] {
            let list = Resource(.runs(repository), query: [QueryItem("status", status), QueryItem("per_page", "100")])
            guard case .found(let answer) = await read(ReadRequest(Representation(list), caller: .node)),
                answer.status == 200, let body = try? JSONObject(JSONSlices(answer.body.bytes))
            else { continue }
            for run in body.objects("workflow_runs").compactMap({ $0.integer("id") }).prefix(left) {
                left -= 1
                let jobs = Resource(.runJobs(repository, run), query: [QueryItem("per_page", "100")])
                _ = await read(ReadRequest(Representation(jobs), caller: .node))
            }
        }
    }
}

extension ObjectState {
    /// Whether a job asks for a label.
    func asks(for label: String) -> Bool {
        labels.contains { $0.lowercased() == label.lowercased() }
    }
}
