import CacheCore
import GRDB
import GitHubCore
import ServiceLifecycle
import Testing

@testable import CacheStore

@Suite struct CacheStoreRunTests {
    @Test func aFullDiskRefusesDeliveriesAndTheNodeLivesOn() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.firstRetryMilliseconds = 1
        configuration.limits.lastRetryMilliseconds = 1
        try await withStore(configuration) { store async throws in
            try await store.commit([Fixture.putRun(1)])
            let pages = try await fill(store)
            let large = Body(Fixture.noise(200_000))
            store.apply([Fixture.put(Fixture.runKey(2), large)])
            let error = await #expect(throws: StoreError.self) { try await store.flush() }
            #expect(error?.code == .diskFull)
            #expect(store.statistics.isFailing)
            let refusal = await #expect(throws: StoreError.self) {
                try await store.insert(Fixture.delivery("a", body: large.bytes))
            }
            #expect(refusal?.code == .diskFull)
            #expect(store.cachedBody(large.cid) == large)

            try await store.database.connections.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA max_page_count = \(pages)")
            }
            while store.statistics.isFailing { try? await store.flush() }
            #expect(store.statistics.unsavedBytes == 0)
            #expect(try await store.body(large.cid) == large)
            var result: InboxResult?
            while result == nil { result = try? await store.insert(Fixture.delivery("a", body: large.bytes)) }
            #expect(result.flatMap(accepted) != nil)
        }
    }

    @Test func whatCannotBeSavedIsBoundedInBytes() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.unsavedBytes = 20_000
        let store = try CacheStore(configuration: configuration, logger: quiet)
        for number in 1...50 { store.apply([Fixture.putRun(number), .remember(Fixture.runState(Int64(number)))]) }
        #expect(store.statistics.unsavedBytes <= 20_000)
        #expect(store.peek(Fixture.runKey(50)) != nil)
        #expect(store.cachedBody(Fixture.body(50).cid) == Fixture.body(50))
        try await running(store) { try await store.flush() }
        #expect(store.statistics.unsavedBytes == 0)
    }

    @Test func closingSavesWhatWaitsAndRefusesWhatComes() async throws {
        try await withDirectory { directory async throws in
            let store = try CacheStore(configuration: CacheStore.Configuration(directory: directory), logger: quiet)
            try await running(store) { _ = store.apply([Fixture.putRun(1)]) }
            let error = await #expect(throws: StoreError.self) { try await store.insert(Fixture.delivery("a")) }
            #expect(error?.code == .closed)
            await #expect(throws: StoreError.self) { try await store.flush() }
            await #expect(throws: StoreError.self) { try await store.run() }
        }
    }

    @Test(arguments: [false, true])
    func aGracefulShutdownSavesWhatWaits(isFailing: Bool) async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            let store = try CacheStore(configuration: configuration, logger: quiet)
            let services = ServiceGroup(services: [store], logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await services.run() }
                try await store.commit([Fixture.putRun(1)])
                if isFailing {
                    try await refuseWrites(store, true)
                    await #expect(throws: StoreError.self) { try await store.commit([Fixture.putRun(2)]) }
                    try await refuseWrites(store, false)
                }
                store.apply([Fixture.putRun(3)])
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            try await withStore(configuration) { store async throws in
                #expect(store.statistics.entries == (isFailing ? 3 : 2))
            }
        }
    }

    private func refuseWrites(_ store: CacheStore, _ refuse: Bool) async throws {
        try await store.database.connections.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA query_only = \(refuse ? "ON" : "OFF")")
        }
    }

    @Test func runningTwiceIsRefused() async throws {
        try await withStore { store async throws in
            try await store.flush()
            await #expect(throws: StoreError.self) { try await store.run() }
        }
    }

    /// Lets the database grow no further; gives the bound to go back to.
    private func fill(_ store: CacheStore) async throws -> Int {
        try await store.database.connections.writeWithoutTransaction { database in
            let bound = try Int.fetchOne(database, sql: "PRAGMA max_page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = 1")
            return bound
        }
    }
}
