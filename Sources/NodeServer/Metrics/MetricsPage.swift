import GitHubCore
import CacheCore
import CacheNode

/// The node's statistics as metrics.
enum MetricsPage {
    static func text(
        _ statistics: Statistics,
        _ counts: ServerCounters.Snapshot,
        health: HealthReport
    ) -> String {
        var page = PrometheusText()
        addReads(statistics, counts, to: &page)
        addDeliveries(statistics, counts, to: &page)
        addOrigin(statistics, to: &page)
        addHealth(health, to: &page)
        page.add("hookcache_entries", .gauge, "Stored entries.", Double(statistics.cacheSize))
        page.add("hookcache_connected_peers", .gauge, "Connected peers.", Double(statistics.connectedPeers))
        page.add(
            "hookcache_strangers_total",
            .counter,
            "Connections to the mesh's listener that turned out to be none of its network's.",
            Double(statistics.strangers)
        )
        let answers = counts.answers.map { answer, count in
            PrometheusText.Sample(
                labels: [("listener", answer.listener.rawValue), ("status", "\(answer.statusClass)xx")],
                value: Double(count)
            )
        }
        page.add("hookcache_http_answers_total", .counter, "HTTP answers by listener and status.", sorted(answers))
        return page.text
    }

    private static func addReads(
        _ statistics: Statistics,
        _ counts: ServerCounters.Snapshot,
        to page: inout PrometheusText
    ) {
        let results = [
            ("local_hit", statistics.localHits), ("peer_hit", statistics.peerHits), ("miss", statistics.misses),
        ]
        page.add("hookcache_reads_total", .counter, "Reads by result.", labelled("result", results))
        let outcomes = counts.outcomes.map { ($0.key.rawValue, $0.value) }
        page.add(
            "hookcache_answers_total",
            .counter,
            "Answers of the API listener by their outcome in Cache-Status.",
            labelled("outcome", outcomes)
        )
        let renditions = [("made", counts.renditionsMade), ("reused", counts.renditionsReused)]
        page.add(
            "hookcache_renditions_total",
            .counter,
            "Bodies rewritten or compressed for clients, and those that were there from before.",
            labelled("result", renditions)
        )
        page.add("hookcache_hit_ratio", .gauge, "The part of reads answered without GitHub.", statistics.hitRate)
    }

    private static func addDeliveries(
        _ statistics: Statistics,
        _ counts: ServerCounters.Snapshot,
        to page: inout PrometheusText
    ) {
        let deliveries = statistics.deliveries
        let results = [
            ("accepted", deliveries.accepted), ("duplicate", deliveries.duplicate), ("ignored", deliveries.ignored),
            ("rejected", deliveries.rejected + counts.refusedDeliveries), ("recovered", deliveries.recovered),
        ]
        page.add("hookcache_deliveries_total", .counter, "Deliveries by result.", labelled("result", results))
        page.add(
            "hookcache_deliveries_pending",
            .gauge,
            "Deliveries taken and not yet worked off.",
            Double(deliveries.pending)
        )
        let percentiles = [("50", statistics.eventToFresh.p50), ("99", statistics.eventToFresh.p99)]
        let samples = percentiles.compactMap { percentile, milliseconds in
            milliseconds.map { PrometheusText.Sample(labels: [("percentile", percentile)], value: $0 / 1000) }
        }
        page.add("hookcache_event_to_fresh_seconds", .gauge, "From an accepted delivery to fresh reads.", samples)
    }

    private static func addOrigin(_ statistics: Statistics, to page: inout PrometheusText) {
        let calls = [("counted", statistics.callsMade), ("free", statistics.callsFree)]
        page.add("hookcache_api_calls_total", .counter, "Calls to GitHub by cost.", labelled("cost", calls))
        page.add(
            "hookcache_api_calls_saved_total",
            .counter,
            "Reads answered without a counted call.",
            Double(statistics.callsSaved)
        )
        guard let quota = statistics.quota else { return }
        page.add("hookcache_rate_limit", .gauge, "Requests an hour of the node's credential.", Double(quota.limit))
        page.add("hookcache_rate_limit_remaining", .gauge, "Requests left of them.", Double(quota.remaining))
        page.add(
            "hookcache_rate_limit_reset_timestamp_seconds",
            .gauge,
            "When the hour is over, in seconds since 1970.",
            Double(quota.reset.seconds)
        )
    }

    private static func addHealth(_ health: HealthReport, to page: inout PrometheusText) {
        page.add(
            "hookcache_webhook_health",
            .gauge,
            "Followed repositories by how far their webhooks' events can be trusted.",
            labelled("state", HookHealth.State.allCases.map { ($0.rawValue, health.counts[$0] ?? 0) })
        )
        let audits = health.audits
        page.add(
            "hookcache_audits_total",
            .counter,
            "Questions asked to see whether anything changed unannounced, answers that showed nothing, and findings.",
            labelled("result", [("asked", audits.asked), ("clean", audits.clean), ("found", audits.found)])
        )
    }

    private static func labelled(_ name: String, _ values: [(String, Int)]) -> [PrometheusText.Sample] {
        sorted(values.map { PrometheusText.Sample(labels: [(name, $0.0)], value: Double($0.1)) })
    }

    private static func sorted(_ samples: [PrometheusText.Sample]) -> [PrometheusText.Sample] {
        samples.sorted { left, right in
            left.labels.map(\.value).joined(separator: " ") < right.labels.map(\.value).joined(separator: " ")
        }
    }
}
