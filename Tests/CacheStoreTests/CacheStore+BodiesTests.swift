import CacheCore
import GRDB
import GitHubCore
import Multiformats
import Testing

@testable import CacheStore

@Suite struct CacheStoreBodiesTests {
    @Test func memoryHoldsNoMoreBodiesThanItsBytes() async throws {
        try await withStore(CacheStore.Configuration(maxMemoryBytes: 5000)) { store async throws in
            try await store.commit((1...5).map { Fixture.putRun($0) })
            #expect(store.statistics.bodyBytesInMemory <= 5000)
            #expect(store.statistics.unsavedBytes == 0)
            for number in 1...5 { #expect(try await store.body(Fixture.body(number).cid) == Fixture.body(number)) }
        }
    }

    @Test func aBodyThatIsNotSavedStaysInMemory() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(maxMemoryBytes: 0), logger: quiet)
        store.apply((1...5).map { Fixture.putRun($0) })
        for number in 1...5 { #expect(store.cachedBody(Fixture.body(number).cid) == Fixture.body(number)) }
    }

    @Test func bodiesLieCompressedOnDisk() async throws {
        try await withStore { store async throws in
            let body = Fixture.body(1, size: 100_000)
            try await store.commit([Fixture.put(Fixture.runKey(1), body)])
            #expect(store.statistics.bodyBytesOnDisk < 1000)
            #expect(store.statistics.bodyBytesOnDisk > 0)
        }
    }

    @Test func theRowsCompressedBytesAreAtHandWhileTheBodyIsInMemory() async throws {
        let body = Fixture.body(1, size: 100_000)
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in
                #expect(store.cachedPackedBody(body.cid) == nil)
                try await store.commit([Fixture.put(Fixture.runKey(1), body)])
                let packed = try #require(store.cachedPackedBody(body.cid))
                #expect(packed.count == store.statistics.bodyBytesOnDisk)
                #expect(Gzip.decompress(packed, size: 100_000) == body.bytes)
            }
            try await withStore(configuration) { store async throws in
                #expect(store.cachedPackedBody(body.cid) == nil)
                _ = try await store.body(body.cid)
                #expect(store.cachedPackedBody(body.cid)?.count == store.statistics.bodyBytesOnDisk)
            }
        }
    }

    @Test func aDamagedBodyIsNotServedAndGoesWithItsEntries() async throws {
        try await withStore(CacheStore.Configuration(maxMemoryBytes: 0)) { store async throws in
            try await store.commit([Fixture.putRun(1), Fixture.putRun(2), .remember(Fixture.runState(1))])
            try await damage(Fixture.body(1).cid, in: store)
            #expect(try await store.body(Fixture.body(1).cid) == nil)
            #expect(store.peek(Fixture.runKey(1)) == nil)
            #expect(store.peek(Fixture.runKey(2)) != nil)
            #expect(store.statistics.corruptBodies == 1)
            try await store.flush()
            #expect(try await bodyRows(store) == 1)
            try await store.commit([Fixture.putRun(1)])
            #expect(try await store.body(Fixture.body(1).cid) == Fixture.body(1))
        }
    }

    @Test func bytesOfAnotherBodyAreNotServed() async throws {
        try await withStore(CacheStore.Configuration(maxMemoryBytes: 0)) { store async throws in
            try await store.commit([Fixture.putRun(1), Fixture.putRun(2)])
            try await store.database.connections.write { database in
                try database.execute(
                    sql: "UPDATE body SET data = (SELECT data FROM body WHERE cid = ?), size = 2000 WHERE cid = ?",
                    arguments: [blob(Fixture.body(2).cid), blob(Fixture.body(1).cid)]
                )
            }
            #expect(try await store.body(Fixture.body(1).cid) == nil)
            #expect(try await store.body(Fixture.body(2).cid) == Fixture.body(2))
        }
    }

    @Test func verifyFindsAndRemovesWhatIsDamaged() async throws {
        try await withStore { store async throws in
            try await store.commit((1...4).map { Fixture.putRun($0) })
            #expect(try await store.verify().checked == 4)
            try await damage(Fixture.body(3).cid, in: store)
            let report = try await store.verify()
            #expect(report.checked == 4)
            #expect(report.corrupt == [Fixture.body(3).cid])
            #expect(store.peek(Fixture.runKey(3)) == nil)
            #expect(try await store.verify().checked == 3)
        }
    }

    @Test func anEntryWhoseBodyIsMissingIsDroppedAtTheNextStart() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.commit([Fixture.putRun(1), Fixture.putRun(2)])
                try await store.database.connections.write { database in
                    try database.execute(sql: "DELETE FROM body WHERE cid = ?", arguments: [blob(Fixture.body(1).cid)])
                }
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.peek(Fixture.runKey(1)) == nil)
                #expect(store.peek(Fixture.runKey(2)) != nil)
            }
        }
    }

    @Test func aBodyOverTheLimitIsNotKept() throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.bodyBytes = 100
        let store = try CacheStore(configuration: configuration, logger: quiet)
        store.apply([Fixture.putRun(1)])
        #expect(store.peek(Fixture.runKey(1)) == nil)
        #expect(store.statistics.refusedChanges == 1)
    }

    @Test func theDiskHoldsNoMoreThanItsBytes() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.diskBytes = 1000
        try await withStore(configuration) { store async throws in
            for number in 1...40 { try await store.commit([Fixture.putRun(number)]) }
            try await store.flush()
            #expect(store.statistics.bodyBytesOnDisk <= 1000)
            #expect(store.statistics.entries < 40)
            #expect(store.peek(Fixture.runKey(40)) != nil)
            #expect(try await bodyRows(store) == store.statistics.entries)
        }
    }
}

private func blob(_ cid: CID) -> DatabaseValue {
    let hexadecimal = cid.bytes.map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    return (try? DatabaseQueue().read { try DatabaseValue.fetchOne($0, sql: "SELECT x'\(hexadecimal)'") }) ?? .null
}

private func damage(_ cid: CID, in store: CacheStore) async throws {
    let cid = blob(cid)
    try await store.database.connections.write { database in
        try database.execute(
            sql: "UPDATE body SET data = substr(data, 1, length(data) - 3) WHERE cid = ?",
            arguments: [cid]
        )
    }
}
