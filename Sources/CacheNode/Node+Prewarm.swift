import CacheCore
import CacheStore
package import GitHubCore

extension Node {
    /// Fetches resources of repositories ahead of any reader: each as GitHub's path gives it without a query, and in
    /// the query forms read lately.
    package nonisolated func prewarm(
        _ repositories: [RepositoryName],
        resources: [String]
    ) async throws(ControlError) -> [PrewarmReport] {
        let names = resources.isEmpty ? ["runs", "jobs", "workflows"] : resources
        for name in names where !Self.prewarmable.contains(name) {
            throw ControlError(
                status: 400,
                "\(name.prefix(64)) is not a resource to prewarm: \(Self.prewarmable.joined(separator: ", "))"
            )
        }
        var reports: [PrewarmReport] = []
        for repository in repositories {
            for name in names {
                for resource in await self.resources(name, of: repository) {
                    hub.send(.prewarm(path: resource.path))
                    reports.append(await prewarm(resource))
                }
            }
        }
        return reports
    }

    private static let prewarmable = ["runs", "jobs", "workflows", "runners", "artifacts"]

    private nonisolated func resources(_ name: String, of repository: RepositoryName) async -> [Resource] {
        let plain: [Endpoint]
        switch name {
        case "runs": plain = [.runs(repository)]
        case "workflows": plain = [.workflows(repository)]
        case "runners": plain = [.repositoryRunners(repository)]
        case "artifacts": plain = [.artifacts(repository)]
        default:
            // The jobs of the runs that wait or run; those of others do not change.
            _ = await read(
                ReadRequest(Representation(Resource(.runs(repository))), caller: .node, purpose: .upkeep)
            )
            plain = store.states(in: repository, kind: .run).filter { $0.status != "completed" }
                .sorted { $0.seenAt > $1.seenAt }.prefix(configuration.limits.queueRuns)
                .map { .runJobs(repository, $0.id.id) }
        }
        let horizon = now().advanced(bySeconds: -configuration.limits.wantedHorizon)
        let read = store.entries(in: repository).filter { entry in
            plain.contains(entry.key.endpoint) && (store.lastRead(entry.key).map { $0 > horizon } ?? false)
        }
        var seen: Set<Resource> = []
        return (plain.map { Resource($0) } + read.map(\.key.resource)).filter { seen.insert($0).inserted }
    }

    private nonisolated func prewarm(_ resource: Resource) async -> PrewarmReport {
        var directives = RequestDirectives()
        directives.noCache = true
        let request = ReadRequest(
            Representation(resource),
            caller: .node,
            directives: directives,
            purpose: .upkeep
        )
        switch await read(request) {
        case .found(let answer):
            guard case .forwarded(_, let status) = answer.outcome.kind else {
                return PrewarmReport(path: resource.path, result: "kept: GitHub cannot be asked", counted: false)
            }
            let result = status == 304 ? "unchanged" : answer.status == 200 ? "fetched" : "refused: \(answer.status)"
            return PrewarmReport(path: resource.path, result: result, counted: status != 304)
        case .failed(_, let why, _):
            return PrewarmReport(path: resource.path, result: why, counted: false)
        }
    }
}
