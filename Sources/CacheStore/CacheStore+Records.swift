package import GitHubCore
import Synchronization

extension CacheStore {
    /// The registered hooks, by scope.
    package func hooks() -> [StoredHook] {
        memory.withLock { Array($0.hooks.values) }.sorted { $0.scope.description < $1.scope.description }
    }

    /// Stores a hook in place of its scope's; returns once it is on disk, so that GitHub may be told of the secret.
    package func put(_ hook: StoredHook) async throws(StoreError) {
        let isRoom = memory.withLock { memory in
            guard memory.hooks[hook.scope] != nil || memory.hooks.count < limits.hooks else { return false }
            memory.hooks[hook.scope] = hook
            memory.unsaved.hooks.insert(hook.scope)
            return true
        }
        guard isRoom else { throw StoreError(.tooLarge, "\(limits.hooks) hooks are stored: remove some first") }
        try await flush()
    }

    /// Removes the hook of a scope; returns once that is on disk.
    package func removeHook(_ scope: Scope) async throws(StoreError) {
        memory.withLock { memory in
            memory.hooks[scope] = nil
            memory.unsaved.hooks.insert(scope)
        }
        try await flush()
    }

    /// The address book, most lately reached first.
    package func peers() -> [StoredPeer] {
        memory.withLock { Array($0.peers.values) }.sorted { $0.lastSeen > $1.lastSeen }
    }

    /// Notes that a peer was reached at an address; saved soon.
    package func putPeer(_ peer: StoredPeer) {
        let moment = now()
        memory.withLock { memory in
            if let known = memory.peers[peer.key], known.lastSeen >= peer.lastSeen { return }
            memory.peers[peer.key] = peer
            memory.unsaved.peers.insert(peer.key)
            memory.enforceLimits(now: moment)
        }
        wake.yield()
    }
}
