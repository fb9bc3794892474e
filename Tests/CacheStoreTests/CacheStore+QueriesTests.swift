import CacheCore
import GRDB
import GitHubCore
import Testing

@testable import CacheStore

@Suite struct CacheStoreQueriesTests {
    private static let repository = Fixture.repository
    private static let other = RepositoryName("octocat/other")!

    private func key(_ number: Int, of credential: String = "a") -> ResourceKey {
        let digits = String(number)
        let digest = GraphQL.Digest(String(repeating: "0", count: 64 - digits.count) + digits)!
        return ResourceKey(
            Representation(Resource(.graphQL(digest))),
            audience: .credential(CredentialID(credential))
        )
    }

    private func put(_ key: ResourceKey, _ tags: String, _ number: Int = 1) -> [Change] {
        let body = Fixture.body(number)
        let entry = Entry(
            key: key,
            cid: body.cid,
            size: body.bytes.count,
            validatedAt: Fixture.start,
            freshUntil: Fixture.start.advanced(bySeconds: 60),
            source: .upstream
        )
        return [.put(entry, body), .tag(key, GraphQL.Tags(tags)!)]
    }

    private func keys(_ store: CacheStore, _ scope: Scope) -> Set<ResourceKey> {
        Set(store.queries(touching: scope).map(\.key))
    }

    @Test func queriesAreFoundByWhatTheyLieIn() async throws {
        try await withStore { store async throws in
            let changes =
                put(key(1), "octocat/hello-world") + put(key(2), "octocat/other x/y") + put(key(3), "octocat")
                + put(key(4), "*", 2) + put(key(5), "") + put(key(6, of: "b"), "octocat/hello-world")
            store.apply(changes)
            #expect(keys(store, .repository(Self.repository)) == [key(1), key(3), key(4), key(6, of: "b")])
            #expect(keys(store, .repository(Self.other)) == [key(2), key(3), key(4)])
            #expect(keys(store, .owner("octocat")) == [key(1), key(2), key(3), key(4), key(6, of: "b")])
            #expect(keys(store, .owner("z")) == [key(4)])
            #expect(Set(store.queries(of: CredentialID("a")).map(\.key)) == [key(1), key(2), key(3), key(4), key(5)])
            #expect(store.queries(of: CredentialID("c")).isEmpty)
        }
    }

    @Test func newTagsReplaceTheOld() async throws {
        try await withStore { store async throws in
            store.apply(put(key(1), "octocat/hello-world") + put(key(1), "octocat/other", 2))
            #expect(keys(store, .repository(Self.repository)).isEmpty)
            #expect(keys(store, .repository(Self.other)) == [key(1)])
            store.apply([.remove(key(1))])
            #expect(keys(store, .repository(Self.other)).isEmpty)
            #expect(store.queries(of: CredentialID("a")).isEmpty)
            #expect(store.tags(of: key(1)) == nil)
            store.apply([.tag(key(2), .any)])
            #expect(keys(store, .repository(Self.other)).isEmpty)
        }
    }

    @Test func tagsSurviveAnotherStart() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in
                try await store.commit(put(key(1), "octocat/hello-world x/y") + put(key(2), "") + put(key(3), "*"))
                try await store.commit(put(key(2), "x/y", 2) + [.remove(key(3))])
            }
            try await withStore(configuration) { store async throws in
                #expect(store.tags(of: key(1)) == GraphQL.Tags("octocat/hello-world x/y"))
                #expect(keys(store, .owner("x")) == [key(1), key(2)])
                #expect(store.tags(of: key(3)) == nil)
            }
        }
    }

    @Test func tagsThatCannotBeReadAreAny() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            try await withStore(configuration) { store async throws in
                store.apply(put(key(1), "x/y"))
                try await store.flush()
            }
            let queue = try DatabaseQueue(path: directory + "/" + StoreDirectory.databaseName)
            try await queue.write { try $0.execute(sql: "UPDATE entry SET tags = 'a/b/c'") }
            try queue.close()
            try await withStore(configuration) { store async throws in
                #expect(store.tags(of: key(1)) == .any)
                #expect(keys(store, .repository(Self.repository)) == [key(1)])
            }
        }
    }

    @Test func aDatabaseFromBeforeQueriesIsTakenOver() async throws {
        try await withDirectory { directory async throws in
            let configuration = CacheStore.Configuration(directory: directory)
            let body = Fixture.body(1)
            let entry = Entry(
                key: Fixture.runKey(7),
                cid: body.cid,
                size: body.bytes.count,
                validatedAt: Fixture.start,
                freshUntil: Fixture.start,
                source: .upstream
            )
            _ = try await withStore(configuration) { store async throws in
                try await store.commit([.put(entry, body)] + put(key(1), "x/y", 2))
            }
            // As the version before left it.
            let queue = try DatabaseQueue(path: directory + "/" + StoreDirectory.databaseName)
            try await queue.write { database in
                try database.execute(sql: "ALTER TABLE entry DROP COLUMN tags")
                try database.execute(
                    sql: "DELETE FROM grdb_migrations WHERE identifier = ?",
                    arguments: ["4 tags of queries"]
                )
            }
            try queue.close()
            try await withStore(configuration) { store async throws in
                #expect(store.peek(entry.key)?.cid == body.cid)
                #expect(store.tags(of: entry.key) == nil)
                #expect(store.tags(of: key(1)) == .any)
                try await store.commit(put(key(2), "x/y"))
            }
            try await withStore(configuration) { store async throws in
                #expect(store.tags(of: key(2)) == GraphQL.Tags("x/y"))
            }
        }
    }

    @Test func evictedQueriesLeaveNoTags() async throws {
        try await withStore(CacheStore.Configuration(maxEntries: 3)) { store async throws in
            for number in 0..<20 { store.apply(put(key(number), "octocat/hello-world", number)) }
            #expect(keys(store, .repository(Self.repository)).count == 3)
            #expect(store.queries(of: CredentialID("a")).count == 3)
        }
    }
}
