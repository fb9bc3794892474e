import CacheCore
import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import Logging
import Synchronization
import Testing

/// How a request was answered is told in four places, and they agree: header, metric, log and statistic.
@Suite(.serialized, .timeLimit(.minutes(2))) struct OutcomeWalkTests {
    private static let runs = "/repos/\(Fleet.repository)/actions/runs"

    /// A request, and what each place must say of its answer.
    private struct Step: Sendable {
        var method = "GET"
        let target: String
        var header = "X-Nothing: 1"
        var node = 0
        let says: String
        let label: Outcome.Label
        let tally: Outcome.Tally?
    }

    /// While GitHub is there.
    private static let steps = [
        Step(target: runs, says: "hookcache; fwd=miss; fwd-status=200; stored; ttl=", label: .miss, tally: .miss),
        Step(target: runs, says: "hookcache; hit; ttl=", label: .hit, tally: .localHit),
        Step(
            target: runs,
            header: "Cache-Control: no-cache",
            says: "hookcache; fwd=request; fwd-status=304; stored; ttl=",
            label: .revalidated,
            tally: .miss
        ),
        Step(target: runs, node: 1, says: "hookcache; hit; ttl=", label: .peer, tally: .peerHit),
        Step(target: runs, node: 1, says: "hookcache; hit; ttl=", label: .peer, tally: .peerHit),
        Step(target: "\(runs)?status=queued", says: "hookcache; fwd=miss; fwd-status=200", label: .miss, tally: .miss),
        Step(
            target: "\(runs)?status=queued",
            says: "hookcache; fwd=stale; fwd-status=304",
            label: .revalidated,
            tally: .miss
        ),
        Step(target: "/rate_limit", says: "hookcache; fwd=bypass", label: .bypass, tally: nil),
        Step(method: "POST", target: "/user/repos", says: "hookcache; fwd=method", label: .bypass, tally: nil),
        Step(
            target: "\(runs)?per_page=7",
            header: "Cache-Control: only-if-cached",
            says: "hookcache",
            label: .refused,
            tally: nil
        ),
    ]

    /// While it is away.
    private static let stepsAlone = [
        Step(
            target: runs,
            header: "Cache-Control: no-cache",
            says: "hookcache; hit; ttl=",
            label: .stale,
            tally: .localHit
        ),
        Step(target: "\(runs)?per_page=9", says: "hookcache; fwd=miss", label: .failed, tally: .miss),
    ]

    @Test func everyOutcomeIsTheSameInAllFourPlaces() async throws {
        let log = OutcomeLog()
        let adjust: @Sendable (Int, inout Settings) -> Void = { $1.freshness.queueTTL = .zero }
        try await Fleet.with(nodes: 2, settings: adjust, logger: log.logger) { fleet in
            let name = try #require(RepositoryName(Fleet.repository))
            try await fleet.github.startRun(.init(name))
            for step in Self.steps { try await Self.take(step, fleet, log) }
            await fleet.github.addFault(.reset)
            for step in Self.stepsAlone { try await Self.take(step, fleet, log) }
        }
        let all = Self.steps + Self.stepsAlone
        #expect(Set(all.map(\.label)) == Set(Outcome.Label.allCases))
        #expect(Set(all.map(\.tally)) == Set(Outcome.Tally.allCases.map { $0 } + [nil]))
        for reason in Outcome.Reason.allCases {
            #expect(all.contains { $0.says.hasPrefix("hookcache; fwd=\(reason.rawValue)") }, "\(reason)")
        }
    }

    private static func take(_ step: Step, _ fleet: Fleet, _ log: OutcomeLog) async throws {
        let before = try await Places(fleet, step.node)
        let logged = log.outcomes.count
        let answer = try await fleet.ask(step.target, method: step.method, of: step.node, step.header)
        let after = try await Places(fleet, step.node)
        let said = answer["Cache-Status"]
        #expect(said.count == 1 && said[0].hasPrefix(step.says), "\(step.label) says \(said)")
        switch step.label {
        case .peer: #expect(said[0].hasSuffix("; detail=peer"))
        case .hit, .stale, .revalidated, .miss: #expect(said[0].hasSuffix("; detail=upstream"), "\(said)")
        case .bypass, .failed, .refused: #expect(!said[0].contains("detail") && !said[0].contains("; hit"), "\(said)")
        }
        #expect(after.metrics == before.metrics.merging([step.label.rawValue: 1], uniquingKeysWith: +), "\(step.label)")
        #expect(Array(log.outcomes.dropFirst(logged)) == [step.label.rawValue])
        let counted = step.tally.map { [$0.rawValue: 1] } ?? [:]
        #expect(after.statistics == before.statistics.merging(counted, uniquingKeysWith: +), "\(step.label)")
        #expect(after.reads == before.reads.merging(counted, uniquingKeysWith: +), "\(step.label)")
    }

    /// What a node counted.
    private struct Places {
        let metrics: [String: Int]
        let reads: [String: Int]
        let statistics: [String: Int]

        init(_ fleet: Fleet, _ node: Int) async throws {
            let page = try await fleet.ask("/metrics", of: node).text
            metrics = Self.counts(of: "hookcache_answers_total{outcome", in: page)
            reads = Self.counts(of: "hookcache_reads_total{result", in: page)
            let own = await fleet.nodes[node].statistics()
            statistics = ["local_hit": own.localHits, "peer_hit": own.peerHits, "miss": own.misses]
        }

        private static func counts(of name: String, in page: String) -> [String: Int] {
            page.split(separator: "\n").filter { $0.hasPrefix(name) }.reduce(into: [:]) { counts, line in
                let parts = line.split(separator: "\"")
                if parts.count == 3 { counts[String(parts[1])] = Int(parts[2].dropFirst(2)) }
            }
        }
    }
}

/// Keeps the outcomes that are logged.
private final class OutcomeLog: Sendable {
    private let kept = Mutex<[String]>([])

    var outcomes: [String] { kept.withLock(\.self) }

    var logger: Logger {
        var logger = Logger(label: "outcomes") { _ in Handler(log: self) }
        logger.logLevel = .debug
        return logger
    }

    private struct Handler: LogHandler {
        let log: OutcomeLog
        var metadata = Logger.Metadata()
        var logLevel = Logger.Level.debug

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.message == "Answered", let outcome = event.metadata?["outcome"] else { return }
            log.kept.withLock { $0.append("\(outcome)") }
        }
    }
}
