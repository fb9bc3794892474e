package import CacheCore
import CacheStore
package import GitHubCore

/// Fetching ahead of any reader, within what the budget leaves to that (invariant 7).
extension Node {
    /// Fetches resources of repositories ahead of any reader: each as GitHub's path gives it without a query, and in
    /// the query forms read lately.
    ///
    /// It ends early where the rest of the quota belongs to clients.
    package nonisolated func prewarm(
        _ repositories: [RepositoryName],
        resources names: [String]
    ) async throws(ControlError) -> [PrewarmReport] {
        let kinds = try Self.resources(names)
        var reports: [PrewarmReport] = []
        for repository in repositories {
            for kind in kinds {
                for resource in await resources(kind, of: repository, priority: .prewarm) {
                    let report = PrewarmReport(resource, await fetchAhead(resource, priority: .prewarm))
                    reports.append(report)
                    if report.isStop { return reports }
                }
            }
        }
        return reports
    }

    private static func resources(_ names: [String]) throws(ControlError) -> [PrewarmJob.Resource] {
        guard !names.isEmpty else { return [.runs, .jobs, .workflows] }
        var kinds: [PrewarmJob.Resource] = []
        for name in names {
            guard let kind = PrewarmJob.Resource(rawValue: name) else {
                let known = PrewarmJob.Resource.allCases.map(\.rawValue).joined(separator: ", ")
                throw ControlError(status: 400, "\(name.prefix(64)) is not a resource to prewarm: \(known)")
            }
            kinds.append(kind)
        }
        return kinds
    }

    /// The repositories that patterns name now: those of an owner as its list tells them, read through the cache.
    package nonisolated func repositories(
        matching patterns: [RepositoryPattern]
    ) async throws(ControlError) -> [RepositoryName] {
        let known = Array(knownRepositories)
        var found: Set<RepositoryName> = []
        var lists: [String: [RepositoryName]] = [:]
        for pattern in patterns {
            if let repository = pattern.repository {
                found.insert(repository)
                continue
            }
            let owners =
                pattern.login.map { [$0] }
                ?? Set(known.map { $0.owner.lowercased() } + watched.owners).sorted()
                .filter { pattern.matches(owner: $0) }
            for owner in owners.prefix(configuration.limits.prewarmOwners) {
                if lists[owner] == nil {
                    lists[owner] = try await listed(by: owner) ?? known.filter { $0.owner.lowercased() == owner }
                }
                found.formUnion(lists[owner, default: []].filter { pattern.matches($0) })
            }
        }
        return Array(found.sorted { $0.canonical < $1.canonical }.prefix(configuration.limits.prewarmRepositories))
    }

    /// An owner's repositories; nil where GitHub does not tell them, thrown where it may tell them later.
    private nonisolated func listed(by owner: String) async throws(ControlError) -> [RepositoryName]? {
        do throws(ControlError) {
            let reader = ListReader(self, caller: .node, purpose: .prewarm(.prewarm))
            return try await reader.repositories(of: owner).repositoryNames
        } catch {
            guard error.status != 503 else { throw error }
            return nil
        }
    }

    /// The repositories that this node has to do with.
    nonisolated var knownRepositories: Set<RepositoryName> {
        Set(store.repositories()).union(watched.repositories).union(secrets.repositories)
    }

    /// What is fetched of one kind.
    nonisolated func resources(
        _ kind: PrewarmJob.Resource,
        of repository: RepositoryName,
        priority: FetchPriority
    ) async -> [Resource] {
        let plain: [Endpoint]
        switch kind {
        case .runs: plain = [.runs(repository)]
        case .workflows: plain = [.workflows(repository)]
        case .runners: plain = [.repositoryRunners(repository)]
        case .artifacts: plain = [.artifacts(repository)]
        case .caches: plain = [.caches(repository)]
        case .repository: plain = [.repository(repository)]
        case .jobs:
            // The jobs of the runs that wait or run; those of others do not change.
            let runs = Representation(Resource(.runs(repository)))
            _ = await read(ReadRequest(runs, caller: .node, purpose: .prewarm(priority)))
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

    /// What came of fetching one resource ahead.
    enum FetchedAhead: Sendable {
        /// GitHub gave it, or refused it.
        case given(status: Int)
        /// What is stored is what GitHub says; free where the node says who it is.
        case unchanged(isFree: Bool)
        /// GitHub was not asked, or gave no usable answer.
        case failed(OriginFailure)
        /// Too many wait for GitHub, or the node stops.
        case crowded
    }

    /// Asks GitHub for a resource that nobody waits for.
    nonisolated func fetchAhead(_ resource: Resource, priority: FetchPriority) async -> FetchedAhead {
        hub.send(.prewarm(path: resource.path))
        await gate.pass()
        let request = request(for: resource, priority: priority)
        for isAlone in [false, true] {
            let place = place(of: request)
            let end = await flights.join(
                flight(of: request, to: place, isAlone: isAlone),
                as: place.reader,
                isBackground: true,
                ask: question(request, place)
            )
            switch end {
            case .landed(.answer(_, _, _, status: 304), _): return .unchanged(isFree: place.reader != .anonymous)
            case .landed(.answer(let entry, _, _, let status), _): return .given(status: status ?? entry.status)
            case .landed(.failure(let failure), _): return .failed(failure)
            // What is known of the repository may be other than it was.
            case .parted: continue
            case .crowded, .cancelled: return .crowded
            }
        }
        return .crowded
    }

    /// When GitHub was last asked for a resource, as far as the node's own copy tells; nil where that does not count.
    nonisolated func askedAt(_ resource: Resource) -> Timestamp? {
        place(of: request(for: resource, priority: .prewarm)).keys.lazy.compactMap { self.store.peek($0) }
            .filter { $0.standing != .invalid }.map(\.validatedAt).max()
    }

    private nonisolated func request(for resource: Resource, priority: FetchPriority) -> ReadRequest {
        var directives = RequestDirectives()
        directives.noCache = true
        return canonical(
            ReadRequest(
                Representation(resource),
                caller: .node,
                directives: directives,
                purpose: .prewarm(priority)
            )
        )
    }
}

extension PrewarmReport {
    /// What fetching a resource did.
    init(_ resource: Resource, _ fetched: Node.FetchedAhead) {
        switch fetched {
        case .given(200): self.init(path: resource.path, result: "fetched", counted: true)
        case .given(let status): self.init(path: resource.path, result: "refused: \(status)", counted: true)
        case .unchanged(let isFree): self.init(path: resource.path, result: "unchanged", counted: !isFree)
        case .crowded: self.init(path: resource.path, result: "too much waits for GitHub", counted: false)
        case .failed(let failure):
            self.init(path: resource.path, result: "\(failure)", counted: failure.isAnswer)
            switch failure {
            case .reserved, .limited: isStop = true
            default: break
            }
        }
    }
}
