import CacheNode
import CacheStore
import Foundation
import GitHubCore

extension HookCacheNode {
    /// The repositories of an organisation or a user, the last pushed to first.
    ///
    /// All pages are read, each through the cache, where they are fresh for ``Settings/Freshness/repositoriesTTL``.
    ///
    /// - Parameters:
    ///   - owner: The login; whether it is an organisation's or a user's is found out.
    ///   - sinceDays: Only repositories that were pushed to or changed in so many days; nil for all.
    ///   - authorization: The caller's own `Authorization`; without it the node reads as itself.
    /// - Returns: The repositories that the credential may see.
    /// - Throws: ``NodeError`` for an owner that GitHub does not show, and where GitHub cannot be asked.
    public func repositories(
        of owner: String,
        sinceDays: Int? = nil,
        authorization: String? = nil
    ) async throws(NodeError) -> [Repository] {
        guard RepositoryName.isName(owner) else { throw .malformed("\(owner) is no login") }
        guard sinceDays.map({ $0 > 0 }) ?? true else { throw .malformed("sinceDays must be above 0") }
        let days = min(sinceDays ?? 0, 36_500)
        let since = sinceDays.map { _ in CacheStore.wallClock().advanced(bySeconds: -days * 86_400) }
        return try await list(authorization) { reader throws(ControlError) in
            try await reader.repositories(of: owner, since: since)
        } map: {
            Repository($0)
        }
    }

    /// The workflow runs of a repository, the newest first.
    ///
    /// - Parameters:
    ///   - repository: `owner/name`.
    ///   - status: Only runs of this status or conclusion, such as `queued` or `failure`. Lists of what waits or runs are
    ///     fresh for ``Settings/Freshness/queueTTL``, others for ``Settings/Freshness/runsTTL``; with a live webhook, what
    ///     events can say is fresh at once.
    ///   - branch: Only runs of this branch.
    ///   - limit: At most so many, up to 1000.
    ///   - authorization: The caller's own `Authorization`; without it the node reads as itself.
    /// - Returns: The runs.
    /// - Throws: ``NodeError`` for a repository that GitHub does not show, and where GitHub cannot be asked.
    public func runs(
        of repository: String,
        status: String? = nil,
        branch: String? = nil,
        limit: Int = 30,
        authorization: String? = nil
    ) async throws(NodeError) -> [Run] {
        let name = try Self.name(repository)
        guard limit > 0 else { throw .malformed("limit must be above 0") }
        return try await list(authorization) { reader throws(ControlError) in
            try await reader.runs(of: name, status: status, branch: branch, limit: limit)
        } map: {
            Run($0)
        }
    }

    /// The jobs of a run's latest attempt.
    ///
    /// - Parameters:
    ///   - run: The run's id.
    ///   - repository: `owner/name`.
    ///   - authorization: The caller's own `Authorization`; without it the node reads as itself.
    /// - Returns: The jobs.
    /// - Throws: ``NodeError`` for a run that GitHub does not show, and where GitHub cannot be asked.
    public func jobs(
        ofRun run: Int64,
        in repository: String,
        authorization: String? = nil
    ) async throws(NodeError) -> [Job] {
        let name = try Self.name(repository)
        guard run > 0 else { throw .malformed("\(run) is no run's id") }
        return try await list(authorization) { reader throws(ControlError) in
            try await reader.jobs(ofRun: run, in: name)
        } map: {
            Job($0)
        }
    }

    /// The self-hosted runners of an organisation or a repository.
    ///
    /// They are fresh for ``Settings/Freshness/runnersTTL`` and are shown to the credential that asked alone, which must
    /// be allowed to: `administration: read` on the repository, or `self-hosted runners: read` on the organisation.
    ///
    /// - Parameters:
    ///   - scope: `owner/name`, or an organisation's login.
    ///   - authorization: The caller's own `Authorization`; without it the node reads as itself.
    /// - Returns: The runners.
    /// - Throws: ``NodeError`` where the credential may not list them, and where GitHub cannot be asked.
    public func runners(of scope: String, authorization: String? = nil) async throws(NodeError) -> [Runner] {
        let scope = try Self.scope(scope)
        return try await list(authorization) { reader throws(ControlError) in
            try await reader.runners(of: scope)
        } map: {
            Runner($0)
        }
    }

    /// How many jobs wait and run, in all and by the labels that they ask for.
    ///
    /// Where a webhook delivers, events tell; elsewhere GitHub is asked at most every ``Settings/Freshness/queueTTL``.
    ///
    /// - Parameters:
    ///   - scope: `owner/name`, or an owner's login: then the repositories that something happened in lately.
    ///   - labels: Only jobs that ask for all of these.
    /// - Returns: The counts.
    /// - Throws: ``NodeError`` for what GitHub does not show to the node, and where GitHub cannot be asked.
    public func queueDepth(of scope: String, labels: [String] = []) async throws(NodeError) -> QueueDepth {
        let scope = try Self.scope(scope)
        do {
            return QueueDepth(try await node.queue(scope, labels: labels, includesPrivate: true))
        } catch {
            throw NodeError(error)
        }
    }

    private func list<Element>(
        _ authorization: String?,
        _ read: (ListReader) async throws(ControlError) -> ObjectList,
        map: (JSONObject) -> Element?
    ) async throws(NodeError) -> [Element] {
        let caller = authorization.map { Caller.credential(authorization: $0) } ?? .node
        do {
            return try await read(ListReader(node, caller: caller)).objects.compactMap(map)
        } catch {
            throw NodeError(error)
        }
    }

    private static func name(_ text: String) throws(NodeError) -> RepositoryName {
        guard let name = RepositoryName(text) else { throw .malformed("\(text) is not owner/name") }
        return name
    }

    private static func scope(_ text: String) throws(NodeError) -> Scope {
        guard let scope = Scope(text) else { throw .malformed("\(text) is neither an owner nor owner/name") }
        return scope
    }
}

extension NodeError {
    fileprivate init(_ error: ControlError) {
        self.init(status: error.status, error.message, retryAfter: error.retryAfter, cause: error)
    }

    fileprivate static func malformed(_ message: String) -> NodeError {
        NodeError(message, code: .invalidRequest)
    }
}
