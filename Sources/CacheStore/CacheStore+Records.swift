package import GitHubCore
package import Multiformats
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

    /// The hook of a scope; nil where none is registered.
    package func hook(of scope: Scope) -> StoredHook? { memory.withLock { $0.hooks[scope] } }

    /// Changes the hook of a scope as it is now; returns what it became once that is on disk, or nil where there is none.
    @discardableResult
    package func updateHook(
        _ scope: Scope,
        _ change: (inout StoredHook) -> Void
    ) async throws(StoreError) -> StoredHook? {
        let hook = memory.withLock { memory -> StoredHook? in
            guard var hook = memory.hooks[scope] else { return nil }
            change(&hook)
            memory.hooks[scope] = hook
            memory.unsaved.hooks.insert(scope)
            return hook
        }
        if hook != nil { try await flush() }
        return hook
    }

    /// Gives the hook of a scope another scope, with what the inbox knows of it; returns once that is on disk.
    ///
    /// Where another hook has that scope, both stay as they are.
    ///
    /// - Returns: Whether it has.
    package func renameHook(of former: Scope, to scope: Scope) async throws(StoreError) -> Bool {
        let isRenamed = memory.withLock { memory in
            guard var hook = memory.hooks[former], former != scope else { return false }
            let other = memory.hooks[scope]
            guard other == nil || other?.hookID == hook.hookID else { return false }
            hook.scope = scope
            // Of one that was registered again under its new name, GitHub has the newer secret.
            memory.hooks[scope] = other ?? hook
            memory.hooks[former] = nil
            memory.unsaved.hooks.formUnion([former, scope])
            memory.unsaved.renamedScopes.append((former, scope))
            return true
        }
        if isRenamed { try await flush() }
        return isRenamed
    }

    /// Removes the hook of a scope; returns once that is on disk.
    package func removeHook(_ scope: Scope) async throws(StoreError) {
        memory.withLock { memory in
            memory.hooks[scope] = nil
            memory.unsaved.hooks.insert(scope)
        }
        try await flush()
    }

    /// The address book, the most lately reached or heard of first.
    package func peers() -> [StoredPeer] {
        memory.withLock { Array($0.peers.values) }.sorted { $0.lastSeen > $1.lastSeen }
    }

    /// Keeps exactly these addresses of the peers from now on, whom none are given of not at all; saved soon.
    package func setPeers(_ addresses: [PeerID: [StoredPeer]]) {
        let moment = now()
        memory.withLock { memory in
            let wanted = Dictionary(addresses.values.joined().map { ($0.key, $0) }) { $1 }
            for (key, row) in memory.peers where addresses[key.peer] != nil && wanted[key] != row {
                memory.peers[key] = nil
                memory.unsaved.peers.insert(key)
            }
            for (key, row) in wanted where memory.peers[key] == nil {
                memory.peers[key] = row
                memory.unsaved.peers.insert(key)
            }
            memory.enforceLimits(now: moment)
        }
        wake.yield()
    }
}
