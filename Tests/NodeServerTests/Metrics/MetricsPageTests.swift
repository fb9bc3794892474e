import CacheCore
import CacheNode
import GitHubCore
import Testing

@testable import NodeServer

struct MetricsPageTests {
    /// What Prometheus' own checker asks of a page: help and type before the samples, names of its alphabet, counters
    /// that end in `_total` and nothing else that does, no metric twice.
    @Test func thePageKeepsTheRules() throws {
        var statistics = Statistics()
        statistics.localHits = 5
        statistics.eventToFresh.p50 = 1.5
        statistics.quota = OriginStatistics.Quota(limit: 5000, remaining: 1, reset: Timestamp(seconds: 99))
        let counters = ServerCounters()
        counters.answered(Outcome(kind: .hit, source: .webhook, ttl: 1))
        counters.rendition(isReused: true)
        counters.answered(.api, status: 304)
        var health = HealthReport()
        health.counts = [.live: 2, .suspect: 1]
        health.audits.found = 4
        let standing = HookHealth.Standing(.suspect, .refused, since: Timestamp(seconds: 1))
        health.repositories = [
            .init(name: RepositoryName("vault/secret")!, standing: standing, lastDelivery: nil, lastAudit: nil)
        ]
        let text = MetricsPage.text(statistics, counters.snapshot, health: health)
        #expect(text.hasSuffix("\n"))
        var seen: Set<Substring> = []
        var current: Substring = ""
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if line.hasPrefix("# HELP ") {
                current = words[2]
                #expect(seen.insert(current).inserted)
                #expect(current.hasPrefix("hookcache_"))
                #expect(current.allSatisfy { $0.isLowercase || $0 == "_" })
            } else if line.hasPrefix("# TYPE ") {
                #expect(words[2] == current)
                #expect(current.hasSuffix("_total") == (words[3] == "counter"))
            } else {
                #expect(line.prefix { $0 != "{" && $0 != " " } == current)
                #expect(Double(words.last ?? "") != nil)
                #expect(!line.contains("quantile="))
            }
        }
        #expect(text.contains("hookcache_reads_total{result=\"local_hit\"} 5\n"))
        #expect(text.contains("hookcache_answers_total{outcome=\"hit\"} 1\n"))
        #expect(text.contains("hookcache_renditions_total{result=\"reused\"} 1\n"))
        #expect(text.contains("hookcache_event_to_fresh_seconds{percentile=\"50\"} 0.0015\n"))
        #expect(text.contains("hookcache_webhook_health{state=\"live\"} 2\n"))
        #expect(text.contains("hookcache_webhook_health{state=\"absent\"} 0\n"))
        #expect(text.contains("hookcache_audits_total{result=\"found\"} 4\n"))
        #expect(!text.contains("vault"))
        #expect(text.contains("hookcache_http_answers_total{listener=\"api\",status=\"3xx\"} 1\n"))
    }

    @Test func labelsAreEscaped() {
        var page = PrometheusText()
        page.add("a_total", .counter, "x\ny", [PrometheusText.Sample(labels: [("l", "a\"b\\c\nd")], value: 1.25)])
        #expect(page.text == "# HELP a_total x\\ny\n# TYPE a_total counter\na_total{l=\"a\\\"b\\\\c\\nd\"} 1.25\n")
    }
}
