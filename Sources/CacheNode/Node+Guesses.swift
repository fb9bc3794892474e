import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// What GitHub may well answer for a key, as a body that can be held out to it; nil where nothing speaks for any.
    nonisolated func guess(at key: ResourceKey) async -> Held? {
        guard key.representation.media == .json, let guess = Guess(key.resource) else { return nil }
        let states = states(for: guess.material)
        guard states.count <= configuration.limits.overlay else { return nil }
        var remembered: [RememberedObject] = []
        for state in states {
            guard let body = try? await store.body(state.cid) else { return nil }
            remembered.append(RememberedObject(state: state, body: body))
        }
        guard let bytes = guess.bytes(remembered) else { return nil }
        let body = Body(bytes)
        let moment = now()
        let entry = Entry(
            key: key,
            cid: body.cid,
            size: bytes.count,
            validatedAt: moment,
            freshUntil: moment,
            source: .webhook
        )
        return Held(entry: entry, body: body)
    }

    private nonisolated func states(for material: Guess.Material) -> [ObjectState] {
        switch material {
        case .nothing:
            []
        case .object(let id):
            [store.state(id)].compactMap(\.self)
        case .jobs(let repository, let run):
            store.jobs(ofRun: run, in: repository)
        case .runs(let repository, let status):
            store.states(in: repository, kind: .run).filter { $0.status == status }
        }
    }
}
