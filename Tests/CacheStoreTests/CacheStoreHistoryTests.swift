import CacheCore
import GRDB
import GitHubCore
import Multiformats
import Testing

@testable import CacheStore

/// Random histories, with a disk that refuses now and then: what the file holds at the end is what memory held.
@Suite struct CacheStoreHistoryTests {
    @Test(arguments: 1...24)
    func theFileHoldsWhatMemoryHeld(seed: UInt64) async throws {
        var configuration = CacheStore.Configuration(maxEntries: 12, maxMemoryBytes: 9000)
        configuration.limits.firstRetryMilliseconds = 1
        configuration.limits.lastRetryMilliseconds = 1
        configuration.limits.states = 8
        configuration.limits.deletionsPerCommit = 3
        try await withDirectory { directory async throws in
            configuration.directory = directory
            let held = try await withStore(configuration) { store async throws in
                var random = Sequence(state: seed)
                for _ in 0..<300 { try await step(store, &random) }
                try await store.database.connections.writeWithoutTransaction { database in
                    try database.execute(sql: "PRAGMA query_only = OFF")
                }
                while (try? await store.flush()) == nil {}
                return Held(store)
            }
            try await withStore(configuration) { store async throws in
                #expect(Held(store) == held)
                try await store.flush()
                let cids = Set(held.entries.map(\.cid))
                for cid in cids { #expect(try await store.body(cid) != nil) }
                let referred = cids.union(held.states.map(\.cid))
                let stored = try await bodyRows(store) ?? 0
                #expect(stored >= cids.count && stored <= referred.count)
                #expect(store.statistics.corruptBodies == 0)
            }
        }
    }

    private func step(_ store: CacheStore, _ random: inout Sequence) async throws {
        let key = Fixture.runKey(random.next(20) + 1)
        let body = Fixture.body(random.next(25), size: 600 + random.next(2) * 3000)
        switch random.next(12) {
        case 0...4:
            store.apply([Fixture.put(key, body)])
        case 5:
            store.apply([.remove(key)])
        case 6:
            store.apply([.remember(Fixture.runState(Int64(random.next(20) + 1), cid: body.cid))])
        case 7:
            store.apply([Fixture.put(key, body), .remove(key), Fixture.put(key, body)])
        case 8:
            if var entry = store.entry(key) {
                entry.standing = .invalid
                store.apply([.touch(entry)])
            }
        case 9:
            try? await store.flush()
        case 10:
            if let entry = store.peek(key) { #expect(try await store.body(entry.cid) != nil) }
        default:
            let mode = random.next(2) == 0 ? "ON" : "OFF"
            try await store.database.connections.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA query_only = \(mode)")
            }
        }
    }

    private struct Held: Equatable, Sendable {
        let entries: [Entry]
        let states: [ObjectState]

        init(_ store: CacheStore) {
            entries = store.entries(in: Fixture.repository)
            states = store.states(in: Fixture.repository, kind: .run)
        }
    }

    private struct Sequence {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }
}
