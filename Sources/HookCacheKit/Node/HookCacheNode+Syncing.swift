package import CacheMesh

extension HookCacheNode {
    /// What comparing with peers came to so far.
    package var syncCounters: SyncCounters { mesh.syncCounters }
}
