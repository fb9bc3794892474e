import CacheCore
import GitHubCore
import Testing

@testable import CacheStore

@Suite struct CacheStoreUpkeepTests {
    @Test(arguments: [
        (nil, 3), ("/repos/octocat/hello-world/*", 2), ("*/runs/1", 1), ("*/runs/?", 2), ("/repos/octocat", 0),
    ])
    func clearRemovesWhatThePatternNames(pattern: String?, count: Int) async throws {
        try await withStore { store async throws in
            try await store.commit([
                Fixture.putRun(1), Fixture.putRun(2), Fixture.put(Fixture.key("/repos/a/b"), Fixture.body(3)),
            ])
            #expect(try await store.clear(stale: false, pattern: pattern, now: Fixture.start) == count)
            #expect(store.statistics.entries == 3 - count)
        }
    }

    @Test func clearOfWhatIsStaleLeavesWhatIsFresh() async throws {
        try await withStore { store async throws in
            let (old, new, wrong) = (Fixture.runKey(1), Fixture.runKey(2), Fixture.runKey(3))
            var invalid = Fixture.entry(wrong, Fixture.body(3), freshFor: 100)
            invalid.standing = .invalid
            try await store.commit([
                .put(Fixture.entry(old, Fixture.body(1), freshFor: 10), Fixture.body(1)),
                .put(Fixture.entry(new, Fixture.body(2), freshFor: 100), Fixture.body(2)),
                .put(invalid, Fixture.body(3)),
            ])
            let now = Fixture.start.advanced(bySeconds: 50)
            #expect(try await store.clear(stale: true, pattern: nil, now: now) == 2)
            #expect(store.peek(new) != nil)
        }
    }

    @Test func statesAreForgottenPastTheirHorizonUnlessAnEntryNamesThem() throws {
        let clock = HandClock()
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet, now: { clock.now })
        let late = Fixture.start.advanced(bySeconds: 30 * 86_400)
        store.apply([.remember(Fixture.runState(1)), .remember(Fixture.runState(2)), .remember(Fixture.jobState(3))])
        var entry = Fixture.entry(Fixture.runKey(1), Fixture.body(1))
        entry.validatedAt = late
        store.apply([.put(entry, Fixture.body(1)), .remember(Fixture.runState(4, seenAt: late))])
        clock.now = late
        store.sweep()
        #expect(store.states(in: Fixture.repository, kind: .run).map(\.id.id) == [1, 4])
        #expect(store.states(in: Fixture.repository, kind: .job).isEmpty)
    }

    @Test func statesStayWhileAnOldListMayNameThem() throws {
        let clock = HandClock()
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet, now: { clock.now })
        let list = Fixture.key("/repos/octocat/hello-world/actions/runs")
        store.apply([.remember(Fixture.runState(1)), Fixture.put(list, Fixture.body(9))])
        clock.now = Fixture.start.advanced(bySeconds: 30 * 86_400)
        store.sweep()
        #expect(store.state(Fixture.runState(1).id) != nil)
        store.apply([.remove(list)])
        store.sweep()
        #expect(store.state(Fixture.runState(1).id) == nil)
    }

    @Test func theOldestStatesGoPastTheBound() throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.states = 10
        let store = try CacheStore(configuration: configuration, logger: quiet)
        for number in 1...20 {
            store.apply([.remember(Fixture.runState(Int64(number), seenAt: Fixture.start.advanced(bySeconds: number)))])
        }
        #expect(store.states(in: Fixture.repository, kind: .run).map(\.id.id) == Array(11...20))
    }
}
