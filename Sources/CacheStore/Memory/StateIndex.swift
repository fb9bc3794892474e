import CacheCore
import GitHubCore

/// The remembered states by object and by repository.
struct StateIndex {
    private(set) var states: [ObjectID: ObjectState] = [:]
    private var idsByRepository: [RepositoryName: Set<ObjectID>] = [:]
    /// Jobs by the run that they belong to.
    private var jobsByRun: [ObjectID: Set<ObjectID>] = [:]

    var repositories: some Collection<RepositoryName> { idsByRepository.keys }

    func states(in repository: RepositoryName, kind: ObjectKind) -> [ObjectState] {
        (idsByRepository[repository] ?? []).filter { $0.kind == kind }.compactMap { states[$0] }
            .sorted { $0.id.id < $1.id.id }
    }

    /// The jobs of a run, by id.
    func jobs(ofRun run: Int64, in repository: RepositoryName) -> [ObjectState] {
        (jobsByRun[ObjectID(repository: repository, kind: .run, id: run)] ?? []).compactMap { states[$0] }
            .sorted { $0.id.id < $1.id.id }
    }

    /// Stores a state and gives the one that it replaced.
    mutating func store(_ state: ObjectState) -> ObjectState? {
        idsByRepository[state.id.repository, default: []].insert(state.id)
        let old = states.updateValue(state, forKey: state.id)
        if let old, old.runID != state.runID { unlink(old) }
        if state.id.kind == .job { jobsByRun[Self.run(of: state), default: []].insert(state.id) }
        return old
    }

    private mutating func unlink(_ state: ObjectState) {
        guard state.id.kind == .job else { return }
        let run = Self.run(of: state)
        jobsByRun[run]?.remove(state.id)
        if jobsByRun[run]?.isEmpty == true { jobsByRun[run] = nil }
    }

    private static func run(of state: ObjectState) -> ObjectID {
        ObjectID(repository: state.id.repository, kind: .run, id: state.runID)
    }

    mutating func remove(_ id: ObjectID) -> ObjectState? {
        guard let state = states.removeValue(forKey: id) else { return nil }
        unlink(state)
        idsByRepository[id.repository]?.remove(id)
        if idsByRepository[id.repository]?.isEmpty == true { idsByRepository[id.repository] = nil }
        return state
    }

    /// The objects whose states were seen longest ago.
    func oldest(_ count: Int) -> [ObjectID] {
        guard count > 0 else { return [] }
        return states.values.sorted { $0.seenAt < $1.seenAt }.prefix(count).map(\.id)
    }
}
