import CacheCore
import GitHubCore
import Synchronization
import Testing

@testable import CacheStore

@Suite struct CacheStoreReadsTests {
    @Test func theLeastRecentlyReadEntryGoesFirst() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(maxEntries: 2), logger: quiet)
        store.apply([Fixture.putRun(1), Fixture.putRun(2)])
        _ = store.entry(Fixture.runKey(1))
        _ = store.peek(Fixture.runKey(2))
        store.apply([Fixture.putRun(3)])
        #expect(store.peek(Fixture.runKey(1)) != nil)
        #expect(store.peek(Fixture.runKey(2)) == nil)
        #expect(store.peek(Fixture.runKey(3)) != nil)
        #expect(store.statistics.evictions == 1)
    }

    @Test func anEvictedEntryStaysAwayAfterAnotherStart() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.commit([Fixture.putRun(1), Fixture.putRun(2), Fixture.putRun(3)])
                _ = store.entry(Fixture.runKey(1))
            }
            try await withStore(CacheStore.Configuration(directory: directory, maxEntries: 1)) { store async throws in
                #expect(store.statistics.entries == 1)
                #expect(store.peek(Fixture.runKey(1)) != nil)
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.statistics.entries == 1)
                try await store.flush()
                #expect(try await bodyRows(store) == 1)
            }
        }
    }

    @Test func readsAreRememberedOfWhatIsNotStored() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet, now: { Fixture.start })
        store.noteRead(Fixture.runKey(1), at: Fixture.start.advanced(bySeconds: 5))
        #expect(store.lastRead(Fixture.runKey(1)) == Fixture.start.advanced(bySeconds: 5))
        store.apply([Fixture.putRun(1)])
        #expect(store.lastRead(Fixture.runKey(1)) == Fixture.start.advanced(bySeconds: 5))
        store.apply([.remove(Fixture.runKey(1))])
        #expect(store.lastRead(Fixture.runKey(1)) == Fixture.start.advanced(bySeconds: 5))
        #expect(store.lastRead(Fixture.runKey(2)) == nil)
    }

    @Test func readsOfWhatIsNotStoredAreBounded() throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.unstoredReads = 10
        let store = try CacheStore(configuration: configuration, logger: quiet)
        for number in 1...100 {
            store.noteRead(Fixture.runKey(number), at: Fixture.start.advanced(bySeconds: number))
        }
        #expect(store.memory.withLock { $0.unstoredReads.count } <= 10)
        #expect(store.lastRead(Fixture.runKey(100)) != nil)
    }

    @Test func entriesAndStatesAreFoundByRepository() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        let other = Fixture.key("/repos/octocat/other/actions/runs")
        store.apply([Fixture.putRun(2), Fixture.putRun(1), Fixture.put(other, Fixture.body(9))])
        store.apply([.remember(Fixture.runState(7)), .remember(Fixture.runState(4)), .remember(Fixture.jobState(5))])
        #expect(store.entries(in: Fixture.repository).map(\.key) == [Fixture.runKey(2), Fixture.runKey(1)])
        #expect(store.states(in: Fixture.repository, kind: .run).map(\.id.id) == [4, 7])
        #expect(store.states(in: Fixture.repository, kind: .job).map(\.id.id) == [5])
        #expect(store.repositories().map(\.description) == ["octocat/hello-world", "octocat/other"])
        store.apply([.remove(other)])
        #expect(store.repositories() == [Fixture.repository])
    }

    @Test func pagesFollowThePathsAndMissNoAudience() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        let own = Fixture.runKey(1, audience: .credential(CredentialID("c0ffee")))
        store.apply([Fixture.putRun(2), Fixture.putRun(1), Fixture.put(own, Fixture.body(8))])
        store.apply([Fixture.put(Fixture.key("/repos/octocat/other"), Fixture.body(9))])
        var found: [ResourceKey] = []
        var cursor: String?
        repeat {
            let page = store.page(prefix: "/repos/octocat/hello-world/", limit: 1, after: cursor)
            found += page.entries.map(\.key)
            cursor = page.next
        } while cursor != nil
        #expect(Set(found) == [Fixture.runKey(1), Fixture.runKey(2), own])
        #expect(found.last == Fixture.runKey(2))
        let page = store.page(prefix: "/repos/octocat/hello-world/", limit: 9, after: nil, publicOnly: true)
        #expect(page.entries.map(\.key) == [Fixture.runKey(1), Fixture.runKey(2)])
        #expect(page.next == nil)
    }
}
