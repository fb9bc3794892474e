import CacheCore
import CacheStore
import GitHubCore

extension Node {
    /// A client's request was handed on that may have changed something: when this returns, no answer from before it
    /// passes for one from after it.
    package nonisolated func wrote(_ request: WriteRequest) async {
        guard request.mayHaveActed else { return }
        await endQueries(of: credentialID(of: request.caller))
        guard let effect = effect(of: request) else { return }
        await receipts.wait { inbox.yield(.wrote(effect, isDone: request.isDone, $0)) }
    }

    private nonisolated func effect(of request: WriteRequest) -> WriteEffect? {
        // As GitHub reads paths: an escaped slash is part of its segment, and an empty segment is none.
        let path = request.target.prefix { $0 != "?" }
        var segments = path.split(separator: "/").map { PercentEncoding.decode($0, plusIsSpace: false) ?? String($0) }
        if segments.first == "repositories", segments.count >= 2 {
            guard let name = Int64(segments[1]).flatMap({ store.repositoryName(id: $0) }) else { return nil }
            segments.replaceSubrange(0..<2, with: ["repos", name.owner, name.name])
        }
        return WriteTable.effect(of: request.method, segments)
    }

    /// Has the one place decide on a write, in its turn among the other facts.
    func take(_ effect: WriteEffect, isDone: Bool) async {
        let entries = entries(touchedBy: effect)
        var runOfJob: [Int64: Int64] = [:]
        for case .job(let repository, let id) in entries.map(\.key.endpoint) + endpoints(of: effect) {
            runOfJob[id] = store.state(ObjectID(repository: repository, kind: .job, id: id))?.runID
        }
        // Whoever asks from here on asks GitHub anew.
        flights.seal { effect.touches($0.key.endpoint) { runOfJob[$0] } }
        let queries = outdated(touching: effect.scope)
        store.apply(queries)
        report(queries)
        let touched = entries.map { TouchedEntry(entry: $0, body: nil, isWanted: isWanted($0.key)) }
        await perform(freshness.handle(.wrote(effect, isDone: isDone, touched, runOfJob: runOfJob), now: now()))
    }

    private func entries(touchedBy effect: WriteEffect) -> [Entry] {
        switch effect.scope {
        case .repository(let name):
            store.entries(in: name) + (effect.reachesOwner ? store.entriesOfOwners() : [])
        case .owner(let login):
            store.repositories().filter { $0.owner.lowercased() == login }.flatMap { store.entries(in: $0) }
                + store.entriesOfOwners()
        }
    }

    private func endpoints(of effect: WriteEffect) -> [Endpoint] {
        guard case .repository(let name) = effect.scope else { return [] }
        return effect.parts.compactMap { if case .job(let id) = $0 { .job(name, id) } else { nil } }
    }
}
