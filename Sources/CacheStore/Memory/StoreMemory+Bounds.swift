import CacheCore
import GitHubCore
import Multiformats

extension StoreMemory {
    /// Makes room until every bound holds.
    mutating func enforceLimits(now: Timestamp) {
        while entries.slots.count > maxEntries, let key = entries.leastRead { evict(key) }
        if bodies.diskBytes > limits.diskBytes { freeDisk() }
        if bodies.unsavedBytes > limits.unsavedBytes { giveUpUnsaved() }
        // A thirty-second is slack, so that sorting is rare.
        if states.states.count > limits.states + limits.states / 32 {
            for id in states.oldest(states.states.count - limits.states) { forget(id) }
        }
        if visibilities.count > limits.visibilities + limits.visibilities / 32 { forgetOldVisibilities() }
        if proofs.count > limits.proofs + limits.proofs / 32 { forgetOldProofs(now: now) }
        if peers.count > limits.peers { forgetOldPeers() }
    }

    private mutating func evict(_ key: ResourceKey) {
        counters.evictions += 1
        remove(key)
    }

    private mutating func freeDisk() {
        var excess = bodies.diskBytes - limits.diskBytes - bodies.deletableBytes(references: references)
        while excess > 0, let key = entries.leastRead, let cid = entries.slots[key]?.entry.cid {
            evict(key)
            if references[cid] == nil { excess -= bodies.onDisk[cid] ?? 0 }
        }
    }

    /// The disk has refused for long: what was read least goes, down to three quarters, and states after entries.
    private mutating func giveUpUnsaved() {
        let goal = limits.unsavedBytes / 4 * 3
        let slots = entries.slots.values.filter { bodies.unsaved[$0.entry.cid] != nil }
            .sorted { ($0.lastRead?.milliseconds ?? 0, $0.row) < ($1.lastRead?.milliseconds ?? 0, $1.row) }
        for slot in slots where bodies.unsavedBytes > goal { evict(slot.entry.key) }
        guard bodies.unsavedBytes > goal else { return }
        let held = states.states.values.filter { bodies.unsaved[$0.cid] != nil }.sorted { $0.seenAt < $1.seenAt }
        for state in held where bodies.unsavedBytes > goal { forget(state.id) }
    }

    /// Forgetting is safe: of whom nothing is known counts as private.
    private mutating func forgetOldVisibilities() {
        let oldest = visibilities.values.sorted { $0.asOf < $1.asOf }.prefix(visibilities.count - limits.visibilities)
        for visibility in oldest {
            visibilities[visibility.repository] = nil
            unsaved.visibilities.insert(visibility.repository)
        }
    }

    private mutating func forgetOldPeers() {
        for peer in peers.values.sorted(by: { $0.lastSeen < $1.lastSeen }).prefix(peers.count - limits.peers) {
            peers[peer.key] = nil
            unsaved.peers.insert(peer.key)
        }
    }

    /// Forgets states past their horizon that no stored body can name (invariant 2).
    ///
    /// A list fetched well after a state was seen tells at least that state; so a state stays as long as its
    /// repository has a body that was last known right before the state's horizon had passed.
    mutating func forgetOldStates(now: Timestamp) {
        let horizon = limits.stateHorizonSeconds
        var holdings: [RepositoryName: Holding] = [:]
        for state in Array(states.states.values) {
            let end = state.seenAt.advanced(bySeconds: horizon)
            guard end < now else { continue }
            let repository = state.id.repository
            let holding = holdings[repository] ?? holding(of: repository)
            holdings[repository] = holding
            if let earliest = holding.earliest, earliest <= end { continue }
            if holding.endpoints.contains(state.id.endpoint) { continue }
            forget(state.id)
        }
    }

    /// What a repository's entries say about which states may be forgotten.
    private struct Holding {
        let earliest: Timestamp?
        let endpoints: Set<Endpoint>
    }

    private func holding(of repository: RepositoryName) -> Holding {
        let keys = entries.keys(in: repository)
        let moments = keys.compactMap { entries.slots[$0]?.entry.validatedAt }
        return Holding(earliest: moments.min(), endpoints: Set(keys.map(\.endpoint)))
    }
}
