import CacheCore
import GitHubCore

/// The remembered states by object and by repository.
struct StateIndex {
    private(set) var states: [ObjectID: ObjectState] = [:]
    private var idsByRepository: [RepositoryName: Set<ObjectID>] = [:]

    var repositories: some Collection<RepositoryName> { idsByRepository.keys }

    func states(in repository: RepositoryName, kind: ObjectKind) -> [ObjectState] {
        (idsByRepository[repository] ?? []).filter { $0.kind == kind }.compactMap { states[$0] }
            .sorted { $0.id.id < $1.id.id }
    }

    /// Stores a state and gives the one that it replaced.
    mutating func store(_ state: ObjectState) -> ObjectState? {
        idsByRepository[state.id.repository, default: []].insert(state.id)
        return states.updateValue(state, forKey: state.id)
    }

    mutating func remove(_ id: ObjectID) -> ObjectState? {
        guard let state = states.removeValue(forKey: id) else { return nil }
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
