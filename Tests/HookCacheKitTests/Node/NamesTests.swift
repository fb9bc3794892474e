import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// Names and ids over real sockets: whatever path a client takes to a thing, it reads the one copy.
@Suite(.serialized) struct NamesTests {
    private static let caller: HTTPHeaders = ["Authorization": "Bearer \(Fleet.token)", "User-Agent": "test"]

    private static func isHit(_ headers: HTTPHeaders) -> Bool {
        headers.first(name: "Cache-Status")?.hasPrefix("hookcache; hit") == true
    }

    @Test func pagesReachedByLinksAreThoseReachedByNames() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            for _ in 0..<3 { try await fleet.github.startRun(.init(repository)) }
            let list = "/repos/\(Fleet.repository)/actions/runs"
            let first = try await fleet.get("\(list)?per_page=2", from: 0, headers: Self.caller)
            let next = first.headers.first(name: "Link").flatMap { LinkHeader($0) }?.target(relation: "next")
            let path = try #require(next?.firstRange(of: "/repositories/").map { next?[$0.lowerBound...] ?? "" })
            let linked = try await fleet.get(String(path), from: 0, headers: Self.caller)
            #expect(linked.status == 200)
            #expect(!Self.isHit(linked.headers))
            let named = try await fleet.get("\(list)?page=2&per_page=2", from: 0, headers: Self.caller)
            #expect(Self.isHit(named.headers))
            #expect(named.body == linked.body)
            #expect(Self.isHit(try await fleet.get(String(path), from: 0, headers: Self.caller).headers))
            #expect(try await fleet.nodes[0].read(String(path)).cacheStatus.hasPrefix("hookcache; hit"))
            // With a slash at its end it is nothing at GitHub, and stays so.
            let slashed = try await fleet.get("\(list)/", from: 0, headers: Self.caller)
            #expect(slashed.status == 404)
        }
    }

    @Test func aFormerNameIsFollowedOnce() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let present = try #require(RepositoryName("octo-tools/renamed-ci"))
            try await fleet.github.startRun(.init(repository))
            try await fleet.github.rename(repository, to: present)
            let list = "/repos/\(Fleet.repository)/actions/runs"
            let before = await fleet.github.statistics
            #expect(try await fleet.get(list, from: 0, headers: Self.caller).status == 200)
            let after = await fleet.github.statistics
            // The redirect, and the answer.
            #expect(after.requests == before.requests + 2)
            for path in [list, "/repos/\(present)/actions/runs"] {
                #expect(Self.isHit(try await fleet.get(path, from: 0, headers: Self.caller).headers))
            }
            #expect(await fleet.github.statistics.requests == after.requests)
        }
    }
}
