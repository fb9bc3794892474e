import DequeModule
import GitHubCore
import Multiformats

/// A new state of a run or job, remembered for as long as an answer to an earlier question may still arrive.
struct RecentState: Sendable {
    let id: ObjectID
    let cid: CID
    let object: WorkflowObject
    /// When it was heard of.
    let heardAt: Timestamp
    /// From when on a question is a later one, by this node's clock.
    var since: Timestamp
    /// From when on a question of a peer's that told of it is a later one, by that peer's clock.
    var told: [PeerID: Timestamp]
    /// How long others may fetch what it touches before this node does, in milliseconds.
    let turn: Int64

    func touches(_ endpoint: Endpoint) -> Bool {
        endpoint.repository == id.repository && EffectTable.touch(endpoint, by: object) == .invalidate
    }

    /// Whether the answer to a question of a moment, asked by a peer or by this node, may not know of it.
    func overtakes(_ askedAt: Timestamp, by peer: PeerID?) -> Bool {
        if let told = peer.flatMap({ told[$0] }), told <= askedAt { return false }
        return askedAt < since
    }
}

/// The states of the last minutes by repository, the oldest first: a joining node hears of thousands at once, and each
/// answer is held against those of its own repository alone.
struct RecentStates: Sendable {
    private var states: [RepositoryName: Deque<RecentState>] = [:]
    /// The repository of each, in the order in which they were heard of.
    private var order: Deque<RepositoryName> = []

    mutating func append(_ state: RecentState) {
        states[state.id.repository, default: []].append(state)
        order.append(state.id.repository)
    }

    /// Forgets what was heard of before a moment, and the oldest beyond so many.
    mutating func forget(before horizon: Timestamp, keeping count: Int) {
        while let name = order.first, let oldest = states[name]?.first,
            oldest.heardAt < horizon || order.count > count
        {
            order.removeFirst()
            states[name]?.removeFirst()
            if states[name]?.isEmpty == true { states[name] = nil }
        }
    }

    /// Changes the last of one content of an object, if there is one.
    mutating func changeLast(of id: ObjectID, cid: CID, _ change: (inout RecentState) -> Void) {
        guard let index = states[id.repository]?.lastIndex(where: { $0.cid == cid && $0.id == id }) else { return }
        change(&states[id.repository, default: []][index])
    }

    func contains(of repository: RepositoryName?, where isMeant: (RecentState) -> Bool) -> Bool {
        repository.flatMap { states[$0] }?.contains(where: isMeant) ?? false
    }

    /// The longest turn of what was heard of after a moment, in milliseconds.
    func longestTurn(in repository: RepositoryName?, after moment: Timestamp) -> Int64 {
        guard let states = repository.flatMap({ states[$0] }) else { return 0 }
        return states.lazy.filter { moment < $0.heardAt }.map(\.turn).max() ?? 0
    }
}
