import CacheCore
import CacheNode
import GitHubCore
import Multiformats

/// The control API's answers, with the names of the contract.
enum ControlJSON {
    static func statistics(
        _ statistics: Statistics,
        _ counts: ServerCounters.Snapshot,
        health: JSONValue,
        isTrusted: Bool
    ) -> JSONValue {
        let deliveries = statistics.deliveries
        return [
            "local_hits": JSONValue(statistics.localHits), "peer_hits": JSONValue(statistics.peerHits),
            "misses": JSONValue(statistics.misses), "total_requests": JSONValue(statistics.totalRequests),
            "hit_rate": .number(statistics.hitRate), "api_calls_made": JSONValue(statistics.callsMade),
            "api_calls_free": JSONValue(statistics.callsFree), "api_calls_saved": JSONValue(statistics.callsSaved),
            "cache_size": JSONValue(statistics.cacheSize), "connected_peers": JSONValue(statistics.connectedPeers),
            "peer_id": JSONValue(statistics.peerID),
            "deliveries": [
                "accepted": JSONValue(deliveries.accepted), "duplicate": JSONValue(deliveries.duplicate),
                "ignored": JSONValue(deliveries.ignored),
                "rejected": JSONValue(deliveries.rejected + counts.refusedDeliveries),
                "recovered": JSONValue(deliveries.recovered),
                "pending": JSONValue(deliveries.pending),
            ],
            "event_to_fresh_ms": [
                "p50": JSONValue(statistics.eventToFresh.p50), "p99": JSONValue(statistics.eventToFresh.p99),
            ],
            "rate_limit": statistics.quota.map { .object(members(of: $0)) } ?? .null,
            "installations": .array(
                statistics.installations.map { installation in
                    // Who installs an App is nobody else's business.
                    let owner = isTrusted ? [("owner", JSONValue.string(installation.owner))] : []
                    return .object([("id", .integer(installation.id))] + owner + members(of: installation.quota))
                }
            ),
            "webhooks": health,
        ]
    }

    private static func members(of quota: OriginStatistics.Quota) -> [(String, JSONValue)] {
        [
            ("limit", JSONValue(quota.limit)), ("remaining", JSONValue(quota.remaining)),
            ("reset", .integer(quota.reset.seconds)),
        ]
    }

    static func checkup(_ checkup: Checkup) -> JSONValue {
        [
            "check": .string(checkup.name), "standing": .string(checkup.standing.rawValue),
            "why": .string(checkup.why), "remedy": JSONValue(checkup.remedy),
        ]
    }

    static func entries(_ entries: [Entry], next: String?, now: Timestamp) -> JSONValue {
        ["entries": .array(entries.map { entry($0, now: now) }), "cursor": JSONValue(next)]
    }

    private static func entry(_ entry: Entry, now: Timestamp) -> JSONValue {
        [
            "path": .string(entry.key.resource.path), "cid": .string(entry.cid.description),
            "size": JSONValue(entry.size), "age": JSONValue(age(of: entry, now: now)),
            "ttl": .integer(entry.freshUntil.milliseconds(since: now) / 1000),
            "origin": .string(entry.source.rawValue), "status": JSONValue(entry.status),
            "public": JSONValue(entry.key.audience == .public),
            "standing": .string(entry.standing.rawValue),
        ]
    }

    static func copies(_ copies: [PeerCopy], of resource: Resource, now: Timestamp) -> JSONValue {
        let list = copies.map { copy -> JSONValue in
            [
                "peer": .string(copy.peer.description), "cid": JSONValue(copy.entry?.cid.description),
                "version": JSONValue(copy.entry?.validatedAt.rfc3339),
                "age": copy.entry.map { JSONValue(age(of: $0, now: now)) } ?? .null,
                "latency": .number(Double(copy.latencyMicroseconds) / 1000),
            ]
        }
        return ["path": .string(resource.path), "copies": .array(list)]
    }

    static func queue(_ report: QueueReport) -> JSONValue {
        let byLabels = report.byLabels.map { count -> JSONValue in
            [
                "labels": JSONValue(count.labels), "queued": JSONValue(count.queued),
                "in_progress": JSONValue(count.inProgress),
            ]
        }
        return [
            "queued": JSONValue(report.queued), "in_progress": JSONValue(report.inProgress),
            "by_labels": .array(byLabels),
        ]
    }

    static func peers(_ peers: [NeighbourInfo], of identity: (peer: PeerID, addresses: [String])?) -> JSONValue {
        [
            "peer_id": JSONValue(identity?.peer.description), "addresses": JSONValue(identity?.addresses ?? []),
            "peers": .array(peers.map(peer)),
        ]
    }

    private static func peer(_ peer: NeighbourInfo) -> JSONValue {
        [
            "peer_id": .string(peer.peer.description), "address": .string(peer.address),
            "agent": JSONValue(peer.agent), "member": JSONValue(peer.isMember), "inbound": JSONValue(peer.isInbound),
            "round_trip_ms": JSONValue(peer.roundTripMicroseconds.map { Double($0) / 1000 }),
        ]
    }

    /// An event's name and data for a stream of server-sent events.
    static func event(_ event: NodeEvent) -> (name: String, data: JSONValue) {
        switch event {
        case .delivery(let id, let name, let repository):
            ("delivery", ["delivery": .string(id.text), "event": .string(name), "repository": .string(repository)])
        case .stored(let path, let source, let isPublic):
            (
                "stored",
                ["path": .string(path), "origin": .string(source.rawValue), "public": JSONValue(isPublic)]
            )
        case .invalidated(let path, let isPublic):
            ("invalidated", ["path": .string(path), "public": JSONValue(isPublic)])
        case .prewarm(let path):
            ("prewarm", ["path": .string(path)])
        case .peer(let peer, let isConnected):
            ("peer", ["peer_id": .string(peer), "connected": JSONValue(isConnected)])
        }
    }

    private static func age(of entry: Entry, now: Timestamp) -> Int {
        max(0, Int(clamping: now.milliseconds(since: entry.validatedAt) / 1000))
    }
}
