import CacheCore
import GitHubCore
import Testing

struct ReadPolicyTests {
    private static let now = Timestamp(seconds: 1_000_000)

    private func verdict(age: Int, standing: Standing = .sound, _ change: (inout ReadWishes) -> Void = { _ in }) throws
        -> ReadVerdict
    {
        let body = Body([0x7B, 0x7D])
        let validated = Self.now.advanced(bySeconds: -age)
        let entry = Entry(
            key: ResourceKey(Representation(try #require(Resource("/repos/o/r/actions/runs"))), audience: .public),
            cid: body.cid,
            size: 2,
            validatedAt: validated,
            freshUntil: validated.advanced(bySeconds: 100),
            source: .webhook,
            standing: standing
        )
        var wishes = ReadWishes()
        change(&wishes)
        return ReadPolicy.verdict(entry, wishes: wishes, now: Self.now)
    }

    @Test func freshnessDecides() throws {
        #expect(ReadPolicy.verdict(nil, wishes: ReadWishes(), now: Self.now) == .ask(.miss))
        #expect(try verdict(age: 99) == .serve)
        #expect(try verdict(age: 100) == .ask(.stale))
        #expect(try verdict(age: 1, standing: .unconfirmed) == .serve)
        #expect(try verdict(age: 1, standing: .invalid) == .ask(.stale))
    }

    @Test func wishesDecide() throws {
        #expect(try verdict(age: 1) { $0.noCache = true } == .ask(.request))
        #expect(try verdict(age: 10) { $0.maxAge = 10 } == .serve)
        #expect(try verdict(age: 11) { $0.maxAge = 10 } == .ask(.request))
        #expect(try verdict(age: 150) { $0.maxStale = 50 } == .serve)
        #expect(try verdict(age: 152) { $0.maxStale = 50 } == .ask(.stale))
        #expect(try verdict(age: 1, standing: .invalid) { $0.maxStale = 50 } == .ask(.stale))
    }

    @Test func extremeWishesDoNotTrap() throws {
        for wish in [Int.max, Int.min] {
            _ = try verdict(age: 5) { $0.maxAge = wish }
            _ = try verdict(age: 500) { $0.maxStale = wish }
        }
    }

    @Test(arguments: [
        (Outcome(kind: .hit, source: .webhook, ttl: 117), "hookcache; hit; ttl=117; detail=webhook", "hit"),
        (Outcome(kind: .hit, source: .peer, ttl: 1), "hookcache; hit; ttl=1; detail=peer", "peer"),
        (Outcome(kind: .stale, source: .upstream, ttl: -30), "hookcache; hit; ttl=-30; detail=upstream", "stale"),
        (
            Outcome(
                kind: .forwarded(.miss, status: 200),
                source: .upstream,
                ttl: 120,
                isStored: true,
                isCollapsed: true
            ),
            "hookcache; fwd=miss; fwd-status=200; stored; ttl=120; collapsed; detail=upstream", "miss"
        ),
        (
            Outcome(kind: .forwarded(.stale, status: 304), source: .poll, ttl: 5),
            "hookcache; fwd=stale; fwd-status=304; detail=poll", "revalidated"
        ),
        (
            Outcome(kind: .forwarded(.method, status: nil), source: .upstream, ttl: 0),
            "hookcache; fwd=method; detail=upstream", "bypass"
        ),
    ])
    func anOutcomeIsItsHeader(outcome: Outcome, header: String, label: String) {
        #expect(outcome.cacheStatus == header)
        #expect(outcome.label == label)
    }

    @Test func everyTypeOfDataHasItsLifetime() throws {
        let policy = TTLPolicy(repositories: 1, runs: 2, queue: 3, runners: 4, other: 5, absent: 6)
        let paths = [
            ("/repos/o/r", 1), ("/repos/o/r/actions/runs", 2), ("/repos/o/r/actions/runs?status=queued", 3),
            ("/orgs/o/actions/runners", 4), ("/repos/o/r/actions/workflows", 5),
        ]
        for (path, seconds) in paths {
            #expect(policy.seconds(for: try #require(Resource(path))) == seconds)
            #expect(policy.seconds(for: try #require(Resource(path)), status: 404) == 6)
        }
    }
}
