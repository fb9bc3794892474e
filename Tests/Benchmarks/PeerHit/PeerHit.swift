import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1

/// How long a read takes that finds nothing here and a fresh answer on a peer, over real sockets, beside a read that
/// finds it here.
@main
enum PeerHit {
    static let repositories = 300
    /// Who asks without a token has GitHub's sixty calls an hour.
    static let asked: HTTPHeaders = ["Authorization": "Bearer \(Fleet.token)"]

    static func main() async throws {
        let nodes = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 3
        try await Fleet.with(nodes: nodes) { fleet in
            let names = (1...repositories).compactMap { RepositoryName("octo-tools/service-\($0)") }
            for name in names {
                try await fleet.github.createRepository(name)
                for _ in 0..<3 { _ = try await fleet.github.startRun(.init(name)) }
                // All but the last node have it.
                for node in 0..<(nodes - 1) {
                    let answer = try await fleet.get(path(name), from: node, headers: asked)
                    guard answer.status == 200 else { throw Fleet.Impatient("\(path(name)) is answered by \(node)") }
                }
            }
            try await fleet.eventually("the last node knows who follows what") {
                names.allSatisfy { fleet.nodes[nodes - 1].followers(of: $0.description) > 0 }
            }
            let calls = await fleet.github.statistics.counted
            // As any client that keeps its connection.
            let (misses, hits) = try await fleet.connect(at: .tcp, of: nodes - 1) { wire in
                var (misses, hits): ([Duration], [Duration]) = ([], [])
                for name in names {
                    misses.append(try await time(name, &wire))
                    hits.append(try await time(name, &wire))
                }
                return (misses, hits)
            }
            let asked = await fleet.github.statistics.counted - calls
            report("peer hit", misses)
            report("hit here", hits)
            print("calls to GitHub meanwhile: \(asked)")
            guard misses.sorted()[misses.count / 2] < .milliseconds(2), asked == 0 else { exit(1) }
        }
    }

    private static func path(_ name: RepositoryName) -> String { "/repos/\(name)/actions/runs" }

    private static func time(_ name: RepositoryName, _ wire: inout Wire) async throws -> Duration {
        let request = "GET \(path(name)) HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \(Fleet.token)\r\n\r\n"
        let start = ContinuousClock.now
        await wire.send(request)
        let answer = try await wire.answer()
        let duration = ContinuousClock.now - start
        let status = answer?["Cache-Status"].first ?? ""
        guard answer?.status == 200, status.contains("detail=peer") else {
            throw Fleet.Impatient("\(path(name)) comes from a peer: \(answer?.status ?? 0), \(status)")
        }
        return duration
    }

    private static func report(_ what: String, _ durations: [Duration]) {
        let sorted = durations.sorted()
        func at(_ part: Double) -> String {
            let index = min(sorted.count - 1, Int(Double(sorted.count) * part))
            return (sorted[index] / .milliseconds(1)).formatted(.number.precision(.fractionLength(2)))
        }
        print("\(what): median \(at(0.5)) ms, 95 % within \(at(0.95)) ms, 99 % within \(at(0.99)) ms")
    }
}
