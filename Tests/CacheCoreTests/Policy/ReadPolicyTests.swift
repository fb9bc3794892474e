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

    @Test func freshForLongEnoughIsAWish() throws {
        #expect(try verdict(age: 50) { $0.minFresh = 50 } == .serve)
        #expect(try verdict(age: 51) { $0.minFresh = 50 } == .ask(.request))
        #expect(try verdict(age: 120) { ($0.minFresh, $0.maxStale) = (1, 60) } == .ask(.stale))
    }

    @Test func aWishIsTheReasonOnlyWhereTheAnswerIsFresh() throws {
        #expect(try verdict(age: 101) { $0.noCache = true } == .ask(.stale))
        #expect(try verdict(age: 101) { $0.maxAge = 5 } == .ask(.stale))
        #expect(try verdict(age: 101) { ($0.noCache, $0.maxStale) = (true, 60) } == .ask(.stale))
        #expect(try verdict(age: 120) { ($0.maxAge, $0.maxStale) = (110, 60) } == .ask(.stale))
        #expect(try verdict(age: 120) { ($0.maxAge, $0.maxStale) = (120, 60) } == .serve)
    }

    @Test func extremeWishesDoNotTrap() throws {
        for wish in [Int.max, Int.min] {
            _ = try verdict(age: 5) { $0.minFresh = wish }
            _ = try verdict(age: 5) { $0.maxAge = wish }
            _ = try verdict(age: 500) { $0.maxStale = wish }
        }
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

    /// The fixture's answer lives for 100 seconds: its window is 50 at the most.
    @Test(arguments: [
        (99, 30, "serve"), (100, 30, "both"), (129, 30, "both"), (130, 30, "ask"), (149, 90, "both"), (150, 90, "ask"),
    ])
    func whatIsALittleOldIsServedWhileGitHubIsAsked(age: Int, longest: Int, expected: String) throws {
        let verdict = try windowed(age: age, longest: longest)
        switch expected {
        case "serve": #expect(verdict == .serve)
        case "both": #expect(verdict == .serveAndAsk)
        default: #expect(verdict == .ask(.stale))
        }
    }

    @Test func theWindowIsForAnswersThatLiveLongAndAreThere() throws {
        #expect(try windowed(age: 19, lifetime: 19) == .ask(.stale))
        #expect(try windowed(age: 20, lifetime: 20) == .serveAndAsk)
        #expect(try windowed(age: 30, lifetime: 20) == .ask(.stale))
        #expect(try windowed(age: 101, status: 404) == .ask(.stale))
        #expect(try windowed(age: 101, standing: .invalid) == .ask(.stale))
        #expect(try windowed(age: 101, standing: .unconfirmed) == .serveAndAsk)
    }

    @Test func aReaderThatSaysHowOldItMayBeHasNoWindow() throws {
        let wishes: [(inout ReadWishes) -> Void] = [
            { $0.noCache = true }, { $0.maxAge = 100 }, { $0.minFresh = 0 }, { $0.maxStale = 0 },
            { $0.onlyIfCached = true },
        ]
        for wish in wishes { #expect(try windowed(age: 101, wish) == .ask(.stale)) }
        #expect(try windowed(age: 101) { $0.maxAge = 101 } == .serveAndAsk)
        #expect(try windowed(age: 101) { $0.maxStale = 1 } == .serve)
    }

    private func windowed(
        age: Int,
        lifetime: Int = 100,
        status: Int = 200,
        standing: Standing = .sound,
        longest: Int = 30,
        _ change: (inout ReadWishes) -> Void = { _ in }
    ) throws -> ReadVerdict {
        let body = Body([0x7B, 0x7D])
        let validated = Self.now.advanced(bySeconds: -age)
        let entry = Entry(
            key: ResourceKey(Representation(try #require(Resource("/repos/o/r/actions/runs"))), audience: .public),
            status: status,
            cid: body.cid,
            size: 2,
            validatedAt: validated,
            freshUntil: validated.advanced(bySeconds: lifetime),
            source: .webhook,
            standing: standing
        )
        var wishes = ReadWishes()
        change(&wishes)
        return ReadPolicy.verdict(entry, wishes: wishes, now: Self.now, window: longest)
    }
}
