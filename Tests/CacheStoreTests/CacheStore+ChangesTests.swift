import CacheCore
import GRDB
import GitHubCore
import Multiformats
import Testing

@testable import CacheStore

@Suite struct CacheStoreChangesTests {
    @Test func readsSeeWhatNoTransactionHoldsYet() throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        store.apply([Fixture.putRun(1), .remember(Fixture.runState(1))])
        #expect(store.entry(Fixture.runKey(1))?.cid == Fixture.body(1).cid)
        #expect(store.cachedBody(Fixture.body(1).cid) == Fixture.body(1))
        #expect(store.state(Fixture.runState(1).id) == Fixture.runState(1))
        #expect(store.statistics.commits == 0)
    }

    @Test func everythingIsThereAfterAnotherStart() async throws {
        let secret = Fixture.runKey(3, audience: .credential(CredentialID("c0ffee")))
        let visibility = Visibility(
            repository: Fixture.repository,
            repositoryID: 99,
            isPrivate: false,
            asOf: Fixture.start
        )
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                store.apply([Fixture.putRun(1), Fixture.putRun(2), Fixture.put(secret, Fixture.body(3))])
                store.apply([.remember(Fixture.runState(1)), .remember(Fixture.jobState(5)), .see(visibility)])
                store.apply([.remove(Fixture.runKey(2))])
                store.noteRead(Fixture.runKey(1), at: Fixture.start.advanced(bySeconds: 9))
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.peek(Fixture.runKey(1)) == Fixture.entry(Fixture.runKey(1), Fixture.body(1)))
                #expect(store.peek(Fixture.runKey(2)) == nil)
                #expect(store.peek(secret) == Fixture.entry(secret, Fixture.body(3)))
                #expect(store.state(Fixture.runState(1).id) == Fixture.runState(1))
                #expect(store.state(Fixture.jobState(5).id) == Fixture.jobState(5))
                #expect(store.visibility(of: Fixture.repository) == visibility)
                #expect(store.repositoryName(id: 99) == Fixture.repository)
                #expect(store.lastRead(Fixture.runKey(1)) == Fixture.start.advanced(bySeconds: 9))
                #expect(store.cachedBody(Fixture.body(1).cid) == nil)
                #expect(try await store.body(Fixture.body(1).cid) == Fixture.body(1))
                #expect(try await store.body(Fixture.body(2).cid) == nil)
                #expect(store.containsPublic(Fixture.body(1).cid))
                #expect(!store.containsPublic(Fixture.body(3).cid))
            }
        }
    }

    @Test func namesAreThereAfterAnotherStart() async throws {
        let later = Fixture.start.advanced(bySeconds: 60)
        let moved = RepositoryName("octocat/former")!
        func path(_ path: String, _ store: CacheStore) -> String? {
            RequestTarget(path).flatMap { store.resource(of: $0) }?.path
        }
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                let facts: [NameFact] = [
                    .repository(id: 7, moved), .repository(id: 7, Fixture.repository), .moved(moved, id: 7),
                    .account(id: 5, login: "octocat"), .workflow(id: 3, file: "ci.yml", Fixture.repository),
                    .moved(RepositoryName("octocat/gone")!, id: 7), .answers(RepositoryName("octocat/gone")!),
                ]
                try await store.commit(facts.map { .learn($0, asOf: Fixture.start) })
                try await store.commit([.learn(.account(id: 6, login: "octocat"), asOf: later)])
            }
            try await withStore(CacheStore.Configuration(directory: directory), now: { later }) { store async throws in
                #expect(store.repositoryName(id: 7) == Fixture.repository)
                #expect(path("/repositories/7", store) == "/repos/octocat/hello-world")
                #expect(path("/repos/octocat/former/actions/runs", store) == "/repos/octocat/hello-world/actions/runs")
                #expect(path("/repos/octocat/gone", store) == "/repos/octocat/gone")
                #expect(path("/organizations/5/repos", store) == nil)
                #expect(path("/organizations/6/repos", store) == "/orgs/octocat/repos")
                #expect(
                    path("/repos/octocat/hello-world/actions/workflows/ci.yml", store)
                        == "/repos/octocat/hello-world/actions/workflows/3"
                )
                try await store.database.connections.write { database in
                    try database.execute(
                        sql: "INSERT INTO name VALUES ('repository', 'x', 'a/b', 0), ('?', '1', '', 0)"
                    )
                    try database.execute(sql: "INSERT INTO name VALUES ('repository', '9', '../b', 0)")
                }
            }
            try await withStore(CacheStore.Configuration(directory: directory), now: { later }) { store async throws in
                #expect(store.repositoryName(id: 7) == Fixture.repository)
                #expect(store.repositoryName(id: 9) == nil)
            }
        }
    }

    @Test func aRepositoryInAnotherCaseIsTheSameKey() async throws {
        let other = Fixture.key("/repos/OctoCat/Hello-World/actions/runs/1")
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.commit([Fixture.putRun(1)])
                try await store.commit([Fixture.put(other, Fixture.body(2))])
                #expect(store.statistics.entries == 1)
            }
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                #expect(store.statistics.entries == 1)
                #expect(store.peek(Fixture.runKey(1))?.cid == Fixture.body(2).cid)
            }
        }
    }

    @Test func aReplacedBodyIsDeletedAndAReferredOneStays() async throws {
        try await withStore { store async throws in
            try await store.commit([Fixture.putRun(1), .remember(Fixture.runState(1, cid: Fixture.body(1).cid))])
            try await store.commit([Fixture.put(Fixture.runKey(1), Fixture.body(2))])
            try await store.flush()
            #expect(store.statistics.bodiesOnDisk == 2)
            try await store.commit([.remember(Fixture.runState(1, cid: Fixture.body(2).cid))])
            try await store.flush()
            #expect(try await bodyRows(store) == 1)
            #expect(try await store.body(Fixture.body(1).cid) == nil)
        }
    }

    @Test func aBodyPutAgainWhileItsDeletionWaitsIsKept() async throws {
        try await withStore { store async throws in
            try await store.commit([Fixture.putRun(1)])
            store.apply([.remove(Fixture.runKey(1)), Fixture.putRun(1)])
            try await store.flush()
            #expect(try await bodyRows(store) == 1)
            #expect(try await store.body(Fixture.body(1).cid) == Fixture.body(1))
        }
    }

    @Test func oneBodyOfSeveralEntriesIsStoredOnce() async throws {
        try await withStore { store async throws in
            let body = Fixture.body(1)
            let own = Fixture.runKey(1, audience: .credential(CredentialID("c0ffee")))
            try await store.commit([Fixture.put(Fixture.runKey(1), body), Fixture.put(own, body)])
            #expect(try await bodyRows(store) == 1)
            try await store.commit([.remove(Fixture.runKey(1))])
            #expect(!store.containsPublic(body.cid))
            #expect(try await store.body(body.cid) == body)
        }
    }

    @Test func aTouchChangesMetadataOnly() async throws {
        try await withStore { store async throws in
            try await store.commit([Fixture.putRun(1)])
            var entry = Fixture.entry(Fixture.runKey(1), Fixture.body(1))
            entry.standing = .unconfirmed
            try await store.commit([.touch(entry)])
            #expect(store.peek(Fixture.runKey(1))?.standing == .unconfirmed)
        }
    }

    @Test func anEntryWithoutItsBodyIsNotKeptNorTheOneBefore() async throws {
        try await withStore { store async throws in
            try await store.commit([Fixture.putRun(1)])
            store.apply([.touch(Fixture.entry(Fixture.runKey(1), Fixture.body(2)))])
            #expect(store.peek(Fixture.runKey(1)) == nil)
            store.apply([.put(Fixture.entry(Fixture.runKey(1), Fixture.body(2)), Fixture.body(3))])
            #expect(store.peek(Fixture.runKey(1)) == nil)
            #expect(store.statistics.refusedChanges == 2)
        }
    }

    @Test func theLaterStatementOfVisibilityHolds() async throws {
        func statement(_ isPrivate: Bool, _ seconds: Int, id: Int64? = nil) -> Visibility {
            Visibility(
                repository: Fixture.repository,
                repositoryID: id,
                isPrivate: isPrivate,
                asOf: Fixture.start.advanced(bySeconds: seconds)
            )
        }
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        store.apply([.see(statement(false, 1, id: 4)), .see(statement(true, 2)), .see(statement(false, 0))])
        #expect(store.visibility(of: Fixture.repository) == statement(true, 2, id: 4))
    }

    @Test func whatIsInTheOutboxSurvivesACrashUntilItIsSettled() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                let items = [
                    OutboxItem(kind: "announce", key: "a", payload: [1, 2]), OutboxItem(kind: "warm", key: "b"),
                ]
                let ids = try await store.commit([Fixture.putRun(1)], outbox: items)
                let third = store.apply([], outbox: [OutboxItem(kind: "warm", key: "sent at once")])
                try await store.commit([], settling: third + [ids[1]])
                try await withDirectory { copy async throws in
                    try copyAsAfterACrash(from: directory, to: copy)
                    try await withStore(CacheStore.Configuration(directory: copy)) { revived async throws in
                        let found = try await revived.outbox()
                        #expect(found == [StoredOutboxItem(id: ids[0], item: items[0])])
                        let next = revived.apply([], outbox: [OutboxItem(kind: "warm", key: "c")])
                        #expect(next[0] > ids[0])
                    }
                }
            }
        }
    }

    @Test func anOutboxPastItsBoundIsSentButNotRemembered() async throws {
        var configuration = CacheStore.Configuration()
        configuration.limits.outboxItems = 1
        try await withStore(configuration) { store async throws in
            let items = [OutboxItem(kind: "warm", key: "a"), OutboxItem(kind: "warm", key: "b")]
            let ids = try await store.commit([], outbox: items)
            #expect(Set(ids).count == 2)
            #expect(try await store.outbox().map(\.item.key) == ["a"])
        }
    }

    @Test func manyChangesOfOneEntryAreSavedInOneRow() async throws {
        let store = try CacheStore(configuration: CacheStore.Configuration(), logger: quiet)
        for number in 0..<100 { store.apply([Fixture.put(Fixture.runKey(1), Fixture.body(number))]) }
        try await running(store) {
            try await store.flush()
            // The changes are in the first transaction; whoever waits may come after it, and has one of their own.
            #expect(store.statistics.commits <= 2)
            #expect(try await bodyRows(store) == 1)
        }
    }

    @Test func changesOfDeliveriesThatKeepComingAreSavedToo() async throws {
        try await withStore { store async throws in
            store.apply([Fixture.putRun(1)])
            var number = 0
            while store.statistics.bodiesOnDisk == 0 {
                number += 1
                _ = try await store.insert(Fixture.delivery("delivery-\(number)"))
            }
            #expect(number <= 5)
        }
    }
}

func bodyRows(_ store: CacheStore) async throws -> Int? {
    try await store.database.connections.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM body") }
}
