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

    @Test func entriesAreFoundByTheRunsAndJobsThatTheyAreAbout() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        let list = Fixture.key("/repos/octocat/hello-world/actions/runs")
        let jobs = Fixture.key("/repos/octocat/hello-world/actions/runs/1/jobs")
        let owners = Fixture.key("/orgs/octocat/actions/runners")
        store.apply(
            [Fixture.putRun(2), Fixture.putRun(1)] + [list, jobs, owners].map { Fixture.put($0, Fixture.body(9)) }
        )
        func keys(_ subjects: Int64...) -> [ResourceKey] {
            store.entries(in: Fixture.repository, about: Set(subjects)).map(\.key)
        }
        #expect(keys(1, 7) == [Fixture.runKey(1), list, jobs])
        #expect(keys() == [list])
        #expect(store.entriesOfOwners().map(\.key) == [owners])
        store.apply([.remove(Fixture.runKey(1)), .remove(list), .remove(owners)])
        #expect(keys(1, 7) == [jobs])
        #expect(store.entriesOfOwners().isEmpty)
    }

    @Test func jobsAreFoundByTheirRun() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        store.apply([.remember(Fixture.jobState(5)), .remember(Fixture.jobState(4)), .remember(Fixture.runState(1))])
        #expect(store.jobs(ofRun: 1, in: Fixture.repository).map(\.id.id) == [4, 5])
        #expect(store.jobs(ofRun: 2, in: Fixture.repository).isEmpty)
        store.apply([.forget(Fixture.jobState(5).id)])
        #expect(store.jobs(ofRun: 1, in: Fixture.repository).map(\.id.id) == [4])
    }

    @Test func manyBodiesAreReadAtOnce() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                _ = try await store.commit([Fixture.putRun(1), Fixture.putRun(2)])
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                store.apply([Fixture.putRun(3)])
                let wanted = (1...4).map { Fixture.body($0).cid }
                let bodies = try await store.bodies(wanted)
                #expect(Set(bodies.keys) == Set(wanted.dropLast()))
                #expect(bodies.allSatisfy { $0.key == $0.value.cid })
            }
        }
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
