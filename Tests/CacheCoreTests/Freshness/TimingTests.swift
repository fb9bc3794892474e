import CacheCore
import GitHubCore
import Testing

/// When the machine asks GitHub, in virtual time.
struct TimingTests {
    private static let start = Timestamp(seconds: 1_800_000_000)
    private let key: ResourceKey

    init() throws {
        key = ResourceKey(Representation(try #require(Resource("/repos/o/r/actions/runs"))), audience: .public)
    }

    private func later(_ milliseconds: Int64) -> Timestamp { Self.start.advanced(byMilliseconds: milliseconds) }

    private func fetched(_ directives: [Directive]) -> [ResourceKey] {
        directives.compactMap { if case .fetch(let key, _, _) = $0 { key } else { nil } }
    }

    /// An event that invalidates a list of several pages, which is wanted.
    private func invalidate(_ machine: inout Freshness, run: Int, isOwn: Bool = true, turn: Int64? = nil, at: Timestamp)
        throws -> [Directive]
    {
        let text =
            #"{"id":\#(run),"status":"queued","created_at":"2027-01-15T08:00:00Z","updated_at":"2027-01-15T08:00:00Z"}"#
        let object = try #require(WorkflowRun(JSONObject(Array(text.utf8))))
        let list = Body(Array(#"{"total_count":90,"workflow_runs":[]}"#.utf8))
        let entry = Entry(
            key: key,
            cid: list.cid,
            size: list.bytes.count,
            validatedAt: Self.start,
            freshUntil: later(120_000),
            source: .upstream
        )
        let event = WorkflowEvent(
            repository: try #require(RepositoryName("o/r")),
            object: .run(object),
            body: Body(Array(text.utf8)),
            version: ObjectVersion(.run(object)),
            authority: isOwn ? .webhook : .peer,
            source: isOwn ? .webhook : .peer,
            isPrivate: false,
            asOf: at
        )
        let context = EventContext(
            state: nil,
            stateBody: nil,
            runState: nil,
            entries: [TouchedEntry(entry: entry, body: list, isWanted: true)],
            audience: .public,
            turn: turn
        )
        return machine.handle(.event(event, context, isOwn: isOwn), now: at)
    }

    @Test func aBurstIsOneFetchShortlyAfterItsLastEvent() throws {
        var machine = Freshness(ttl: TTLPolicy())
        _ = try invalidate(&machine, run: 1, at: later(0))
        _ = try invalidate(&machine, run: 2, at: later(100))
        #expect(machine.wakeAt == later(350))
        #expect(fetched(machine.handle(.due, now: later(349))).isEmpty)
        #expect(fetched(machine.handle(.due, now: later(350))) == [key])
        #expect(fetched(machine.handle(.due, now: later(5000))).isEmpty)
    }

    @Test func anEndlessBurstIsFetchedAllTheSame() throws {
        var machine = Freshness(ttl: TTLPolicy())
        for number in 1...30 { _ = try invalidate(&machine, run: number, at: later(Int64(number) * 200)) }
        #expect(machine.wakeAt == later(200 + 2000))
    }

    @Test func aPeersEventLeavesTheFetchToThoseBefore() throws {
        var machine = Freshness(ttl: TTLPolicy())
        _ = try invalidate(&machine, run: 1, isOwn: false, at: later(0))
        #expect(machine.wakeAt == later(1250))
        var second = Freshness(ttl: TTLPolicy())
        _ = try invalidate(&second, run: 1, isOwn: false, turn: 3000, at: later(0))
        #expect(second.wakeAt == later(3250))
    }

    @Test func aFailedPrewarmIsTriedAgainEverLaterAndNotForEver() throws {
        var machine = Freshness(ttl: TTLPolicy())
        _ = try invalidate(&machine, run: 1, at: later(0))
        var now = later(250)
        var pauses: [Int64] = []
        for _ in 0..<20 {
            guard fetched(machine.handle(.due, now: now)) == [key] else { break }
            _ = machine.handle(.failed(key, .timedOut), now: now)
            guard let next = machine.wakeAt else { break }
            pauses.append(next.milliseconds(since: now))
            now = next
        }
        #expect(pauses.count == Freshness.Limits().attempts)
        #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 < $1 })
        #expect(machine.wakeAt == nil)
    }

    @Test func aSpentQuotaIsWaitedFor() throws {
        var machine = Freshness(ttl: TTLPolicy())
        _ = try invalidate(&machine, run: 1, at: later(0))
        _ = machine.handle(.due, now: later(250))
        _ = machine.handle(.failed(key, .limited(until: later(60_000))), now: later(300))
        #expect(machine.wakeAt == later(60_000))
    }

    @Test func aWatchedResourceIsPolledAtItsLifetime() throws {
        var machine = Freshness(ttl: TTLPolicy(runs: 120))
        _ = machine.handle(.watch([key]), now: later(0))
        #expect(fetched(machine.handle(.due, now: later(0))) == [key])
        let body = Body(Array(#"{"total_count":0,"workflow_runs":[]}"#.utf8))
        let answer = OriginAnswer(status: 200, headers: EntryHeaders(), body: body, askedAt: later(40))
        _ = machine.handle(.fetched(key, answer, source: .poll, remembered: []), now: later(90))
        #expect(machine.wakeAt == later(40 + 120_000))
        _ = machine.handle(.watch([]), now: later(200))
        #expect(machine.wakeAt == nil)
    }
}
