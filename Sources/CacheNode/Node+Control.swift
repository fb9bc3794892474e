package import CacheCore
import CacheStore
import GitHubCore
package import Multiformats

extension Node: NodeInterface {
    /// Whether the store is open, the inbox was replayed and is below its mark; otherwise why not.
    package nonisolated func readiness() -> String? {
        guard gate.isOpen else { return "acknowledged deliveries are being replayed" }
        if store.statistics.isFailing { return "the disk does not take what is to be saved" }
        if store.pendingCount > configuration.limits.bodiesInMemory { return "deliveries wait in the inbox" }
        return nil
    }

    /// The body of an answer that this node just gave, in the gzip format as it is stored; nil where it is not at hand so.
    package nonisolated func packedBody(_ cid: CID) -> [UInt8]? { store.cachedPackedBody(cid) }

    /// The statistics.
    package nonisolated func statistics() async -> Statistics {
        let counted = counters.snapshot
        let github = origin.statistics
        var statistics = Statistics()
        statistics.localHits = counted.localHits
        statistics.peerHits = counted.peerHits
        statistics.misses = counted.misses
        statistics.callsMade = github.callsMade
        statistics.callsFree = github.callsFree
        statistics.callsSaved = counted.callsSaved
        statistics.quota = github.quota
        statistics.installations = github.installations
        statistics.cacheSize = store.statistics.entries
        statistics.connectedPeers = await neighbours.connected().count
        statistics.strangers = neighbours.strangers
        statistics.peerID = await neighbours.identity()?.peer.description
        statistics.deliveries = counted.deliveries
        statistics.deliveries.pending = store.pendingCount
        statistics.eventToFresh.p50 = counted.latencies.percentile(0.5)
        statistics.eventToFresh.p99 = counted.latencies.percentile(0.99)
        return statistics
    }

    /// Stored entries whose path has a prefix, by path; private ones only where asked for.
    package nonisolated func entries(
        prefix: String,
        limit: Int,
        cursor: String?,
        includesPrivate: Bool
    ) -> (entries: [Entry], next: String?) {
        let page = store.page(prefix: prefix, limit: limit, after: cursor, publicOnly: !includesPrivate)
        let moment = now()
        return (page.entries.map { healthBook.lived($0, at: moment) ?? $0 }, page.next)
    }

    /// Every connected peer's copy of a resource.
    package nonisolated func query(_ representation: Representation) async -> [PeerCopy] {
        await neighbours.query(representation)
    }

    /// This node's peer id and the addresses that others can dial; nil without a mesh.
    package nonisolated func identity() async -> (peer: PeerID, addresses: [String])? { await neighbours.identity() }

    /// The connected peers.
    package nonisolated func peers() async -> [NeighbourInfo] { await neighbours.connected() }

    /// Connects to a peer.
    package nonisolated func connect(to address: String) async throws(ControlError) -> PeerID {
        do {
            return try await neighbours.connect(to: address)
        } catch {
            throw ControlError(status: 502, "\(error)")
        }
    }

    /// Removes entries; gives how many.
    package nonisolated func clear(stale: Bool, pattern: String?) async throws(ControlError) -> Int {
        do {
            return try await store.clear(stale: stale, pattern: pattern, now: now())
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
    }

    /// Hashes every body again; gives how many were checked, and the CIDs of those that were wrong and are removed.
    package nonisolated func verify() async throws(ControlError) -> (checked: Int, corrupt: [String]) {
        do {
            let report = try await store.verify()
            return (report.checked, report.corrupt.map(\.description))
        } catch {
            throw ControlError(status: 500, "\(error)")
        }
    }

    /// What happens from now on; a slow reader loses the oldest.
    package nonisolated func events() -> AsyncStream<NodeEvent> { hub.subscribe() }
}
