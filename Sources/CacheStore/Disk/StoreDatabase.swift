import Foundation
import GRDB
import Logging

/// The SQLite file, or an SQLite database in memory, with its settings and its errors translated.
final class StoreDatabase: Sendable {
    /// A pool on disk, so that reads of bodies do not wait for a sync; a queue in memory.
    let connections: any DatabaseWriter
    private let directory: StoreDirectory?
    private let place: String

    init(directory path: String?, logger: Logger) throws(StoreError) {
        if let path {
            let directory = try StoreDirectory(path, logger: logger)
            self.directory = directory
            place = directory.databasePath
        } else {
            directory = nil
            place = "memory"
        }
        do {
            connections = try Self.open(path: directory?.databasePath)
        } catch {
            throw Self.translate(error, doing: "open", place: place)
        }
        let isNewer: Bool
        do {
            isNewer = try connections.read { try Schema.migrator.hasBeenSuperseded($0) }
            if !isNewer { try Schema.migrator.migrate(connections) }
        } catch {
            throw Self.translate(error, doing: "open", place: place)
        }
        if isNewer {
            throw StoreError(
                .newerSchema,
                "\(place) was written by a later version of hookcache: use that version, or choose another directory "
                    + "with CACHE_DIR"
            )
        }
    }

    private static func open(path: String?) throws -> any DatabaseWriter {
        var configuration = GRDB.Configuration()
        configuration.label = "hookcache"
        // Someone with a shell may look into the file, and may hold a lock for a moment.
        configuration.busyMode = .timeout(5)
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { database in
            guard !database.configuration.readonly else { return }
            // Works only before the first table is made, and lets upkeep give freed pages back.
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
            try database.execute(sql: "PRAGMA journal_size_limit = 67108864")
        }
        guard let path else { return try DatabaseQueue(configuration: configuration) }
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL when it turns WAL on, and then a commit is not synced.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return pool
    }

    /// Runs one synced transaction on the writing connection, off the caller's thread.
    ///
    /// Cancellation does not stop it. What needs no transaction, such as compressing, is prepared before it begins.
    func write<Prepared, Value: Sendable>(
        preparing prepare: @escaping @Sendable () -> Prepared,
        _ work: @escaping @Sendable (Database, Prepared) throws -> Value
    ) async -> Result<Value, StoreError> {
        await withCheckedContinuation { continuation in
            connections.asyncWriteWithoutTransaction { [place] database in
                let prepared = prepare()
                let result = Result {
                    var value: Value?
                    try database.inTransaction(.immediate) {
                        value = try work(database, prepared)
                        return .commit
                    }
                    guard let value else { throw StoreError(.failed, "the transaction gave nothing") }
                    return value
                }
                continuation.resume(returning: result.mapError { Self.translate($0, doing: "write", place: place) })
            }
        }
    }

    /// Reads on a connection of its own, off the caller's thread.
    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(StoreError) -> Value
    {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            connections.asyncRead { [place] opened in
                let result = Result { try work(try opened.get()) }
                continuation.resume(returning: result.mapError { Self.translate($0, doing: "read", place: place) })
            }
        }
        return try result.get()
    }

    /// Reads while nothing else runs yet.
    func readNow<Value>(_ work: (Database) throws -> Value) throws(StoreError) -> Value {
        do {
            return try connections.read(work)
        } catch {
            throw Self.translate(error, doing: "read", place: place)
        }
    }

    /// Folds the log into the file, closes it and lets go of the directory.
    func close() throws(StoreError) {
        do {
            if directory != nil {
                try connections.writeWithoutTransaction { _ = try $0.checkpoint(.truncate) }
            }
            try connections.close()
            directory?.release()
        } catch {
            throw Self.translate(error, doing: "close", place: place)
        }
    }

    private static func translate(_ error: any Error, doing action: String, place: String) -> StoreError {
        if let error = error as? StoreError { return error }
        guard let error = error as? DatabaseError else {
            return StoreError(.failed, "cannot \(action) \(place)", cause: error)
        }
        let reason = error.message ?? error.resultCode.description
        switch error.resultCode {
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return StoreError(
                .damaged,
                "\(place) is damaged or no database (\(reason)): move it away, with its -wal and -shm files, and start "
                    + "again with an empty cache",
                cause: error
            )
        case .SQLITE_FULL:
            return StoreError(.diskFull, "the disk of \(place) is full: make room", cause: error)
        case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
            return StoreError(
                .unwritable,
                "cannot \(action) \(place) (\(reason)): make it writable, or choose another directory with CACHE_DIR",
                cause: error
            )
        case .SQLITE_MISUSE:
            return StoreError(.closed, "the store is closed", cause: error)
        default:
            return StoreError(.failed, "cannot \(action) \(place) (\(reason))", cause: error)
        }
    }
}
