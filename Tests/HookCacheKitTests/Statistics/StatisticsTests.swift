import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// The statistics of a node under the names that its users know, and what does not count in them.
@Suite(.serialized) struct StatisticsTests {
    @Test func theirNamesAreThoseOfTheControlAPI() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            _ = try await fleet.get("/repos/\(Fleet.repository)/actions/runs", from: 0)
            _ = try await fleet.get("/repos/\(Fleet.repository)/actions/runs", from: 0)
            let told = try await fleet.get("/_hookcache/v1/stats", from: 0)
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let object = try JSONSerialization.jsonObject(with: Data(told.body)) as? [String: Any]
            let own = try JSONSerialization.jsonObject(with: encoder.encode(await fleet.nodes[0].statistics()))
            let mine = try #require(own as? [String: Any])
            let theirs = try #require(object)
            // What is not known yet is null there and left out here.
            #expect(Set(mine.keys).isSubset(of: theirs.keys))
            for name in [
                "local_hits", "peer_hits", "misses", "total_requests", "hit_rate", "api_calls_made", "api_calls_free",
                "api_calls_saved", "cache_size", "connected_peers",
            ] {
                #expect(mine[name] as? Double == theirs[name] as? Double && mine[name] != nil, "\(name)")
            }
            let hooks = try #require(mine["webhooks"] as? [String: Any])
            let toldHooks = try #require(theirs["webhooks"] as? [String: Any])
            for state in ["live", "suspect", "absent"] {
                #expect(hooks[state] as? Int == toldHooks[state] as? Int && hooks[state] != nil, "\(state)")
            }
            #expect(mine["peer_id"] as? String == theirs["peer_id"] as? String)
            #expect(mine["total_requests"] as? Int == 2 && mine["local_hits"] as? Int == 1)
        }
    }

    @Test func whatPassesThroughCountsNowhere() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let run = try await fleet.github.startRun(.init(repository))
            let before = await fleet.nodes[0].statistics().totalRequests
            #expect(try await fleet.get("/rate_limit", from: 0, headers: ["User-Agent": "tests"]).status == 200)
            let answer = try await fleet.overSocket(
                "/repos/\(Fleet.repository)/actions/runs/\(run)/cancel",
                host: "localhost",
                method: .POST,
                headers: ["Authorization": "Bearer \(Fleet.token)", "User-Agent": "tests"]
            )
            #expect(answer.status == 202)
            let statistics = await fleet.nodes[0].statistics()
            #expect(statistics.totalRequests == before && statistics.apiCallsSaved == 0)
        }
    }
}
