import GitHubCore
import Synchronization

/// Which repositories this node follows, and since when it knows that it should.
final class WatchedRepositories: Sendable {
    private struct State {
        var ofOwners: [String: Set<RepositoryName>] = [:]
        /// Repositories that were read, with the last time.
        var read: [RepositoryName: Timestamp] = [:]
        /// Those of prewarm jobs, by the job's name.
        var prewarmed: [String: Set<RepositoryName>] = [:]
        /// Repositories that deliveries came from, with the last time.
        var heard: [RepositoryName: Timestamp] = [:]
        /// Those of them whose waiting and running jobs were asked for since deliveries came.
        var surveyed: Set<RepositoryName> = []
    }

    /// The most repositories that are remembered as read or heard of.
    static let limit = 10_000

    /// What the settings say.
    let scopes: [Scope]
    private let state = Mutex(State())

    init(_ scopes: [Scope]) {
        self.scopes = scopes
    }

    /// The owners whose repositories are to be found out.
    var owners: [String] {
        scopes.compactMap { if case .owner(let login) = $0 { login } else { nil } }
    }

    /// Every watched repository that is known by name.
    var repositories: Set<RepositoryName> {
        let named = scopes.compactMap { if case .repository(let name) = $0 { name } else { nil } }
        return state.withLock { state in
            state.ofOwners.values.reduce(into: Set(named)) { $0.formUnion($1) }
        }
    }

    /// Takes the repositories of an owner.
    func set(_ repositories: Set<RepositoryName>, of owner: String) {
        state.withLock { $0.ofOwners[owner] = repositories }
    }

    /// Takes the repositories of a prewarm job, as far as there is room.
    func setPrewarmed(_ repositories: Set<RepositoryName>, of job: String) {
        state.withLock { state in
            state.prewarmed[job] = nil
            let room = Self.limit - state.prewarmed.values.reduce(0) { $0 + $1.count }
            state.prewarmed[job] = Set(repositories.prefix(max(0, room)))
        }
    }

    /// The repositories of prewarm jobs.
    var prewarmed: Set<RepositoryName> {
        state.withLock { $0.prewarmed.values.reduce(into: []) { $0.formUnion($1) } }
    }

    /// Whether the watch list covers a repository.
    func covers(_ repository: RepositoryName) -> Bool {
        scopes.contains { $0.covers(repository) }
    }

    /// Notes a read; tells whether the repository was not among the followed ones before.
    func noteRead(_ repository: RepositoryName, at moment: Timestamp, horizon: Timestamp) -> Bool {
        state.withLock { state in
            let before = state.read[repository]
            if before == nil, state.read.count >= Self.limit { state.read = state.read.filter { $0.value > horizon } }
            guard before != nil || state.read.count < Self.limit else { return false }
            state.read[repository] = moment
            return before.map { $0 <= horizon } ?? true
        }
    }

    /// Notes a delivery of this node's own.
    func heard(_ repository: RepositoryName, at moment: Timestamp) {
        state.withLock { state in
            if state.heard[repository] != nil || state.heard.count < Self.limit { state.heard[repository] = moment }
        }
    }

    /// When a delivery last came from a repository.
    func lastHeard(_ repository: RepositoryName) -> Timestamp? {
        state.withLock { $0.heard[repository] }
    }

    /// Notes that what waits and runs was asked for; without deliveries that is soon out of date.
    func noteSurvey(of repository: RepositoryName, isCovered: Bool) {
        state.withLock { state in
            if isCovered { state.surveyed.insert(repository) } else { state.surveyed.remove(repository) }
        }
    }

    /// Whether what waits and runs was asked for since deliveries came.
    func isSurveyed(_ repository: RepositoryName) -> Bool {
        state.withLock { $0.surveyed.contains(repository) }
    }

    /// The repositories read since a moment.
    func read(since horizon: Timestamp) -> Set<RepositoryName> {
        state.withLock { Set($0.read.filter { $0.value > horizon }.keys) }
    }

    /// Whether a repository is watched, is prewarmed, or was read since a moment.
    func follows(_ repository: RepositoryName, since horizon: Timestamp) -> Bool {
        covers(repository)
            || state.withLock { state in
                state.read[repository].map { $0 > horizon } ?? false
                    || state.prewarmed.values.contains { $0.contains(repository) }
            }
    }
}
