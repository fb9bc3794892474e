import Foundation
import GRDB
import GitHubCore
import Testing

@testable import CacheStore

@Suite struct StoreDatabaseTests {
    @Test func everyCommitIsSynced() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                let (synchronous, journal) = try await store.database.connections.writeWithoutTransaction { database in
                    (
                        try Int.fetchOne(database, sql: "PRAGMA synchronous"),
                        try String.fetchOne(database, sql: "PRAGMA journal_mode")
                    )
                }
                #expect(synchronous == 2)
                #expect(journal == "wal")
            }
        }
    }

    @Test func filesAreTheirOwnersOnly() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory + "/deep/inside")) { store async throws in
                try await store.commit([Fixture.putRun(1)])
                #expect(try mode(directory + "/deep/inside") == 0o700)
                let files = try FileManager.default.contentsOfDirectory(atPath: directory + "/deep/inside")
                #expect(files.contains(StoreDirectory.databaseName + "-wal"))
                for file in files { #expect(try mode(directory + "/deep/inside/" + file) == 0o600) }
            }
        }
    }

    @Test func aSecondProcessIsRefused() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.commit([Fixture.putRun(1)])
                let error = #expect(throws: StoreError.self) {
                    try CacheStore(configuration: CacheStore.Configuration(directory: directory), logger: quiet)
                }
                #expect(error?.code == .inUse)
                #expect(error?.message.contains(directory) == true)
                #expect(error?.message.contains("process \(getpid())") == true)
                try await store.commit([Fixture.putRun(2)])
            }
        }
    }

    @Test func aFileThatIsNoDatabaseIsNamed() async throws {
        try await withDirectory { directory async throws in
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let path = directory + "/" + StoreDirectory.databaseName
            try Data(repeating: 0x41, count: 10_000).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: StoreError.self) {
                try CacheStore(configuration: CacheStore.Configuration(directory: directory), logger: quiet)
            }
            #expect(error?.code == .damaged)
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test func aFileOfALaterVersionIsLeftAlone() async throws {
        try await withDirectory { directory async throws in
            try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                try await store.database.connections.write { database in
                    try database.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('2 from tomorrow')")
                }
            }
            let error = #expect(throws: StoreError.self) {
                try CacheStore(configuration: CacheStore.Configuration(directory: directory), logger: quiet)
            }
            #expect(error?.code == .newerSchema)
        }
    }

    @Test func migrationsRunOnce() async throws {
        try await withDirectory { directory async throws in
            for _ in 0..<2 {
                try await withStore(CacheStore.Configuration(directory: directory)) { store async throws in
                    let applied = try await store.database.connections.read {
                        try Schema.migrator.appliedMigrations($0)
                    }
                    #expect(applied == Schema.migrator.migrations)
                }
            }
        }
    }

    @Test func aDirectoryThatCannotBeMadeIsNamed() async throws {
        try await withDirectory { directory async throws in
            try Data().write(to: URL(fileURLWithPath: directory))
            for path in [directory, directory + "/below"] {
                let error = #expect(throws: StoreError.self) {
                    try CacheStore(configuration: CacheStore.Configuration(directory: path), logger: quiet)
                }
                #expect(error?.code == .unwritable)
                #expect(error?.message.contains(path) == true)
            }
        }
    }

    private func mode(_ path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }
}
