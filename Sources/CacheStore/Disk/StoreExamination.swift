import GRDB

/// A look at a store's database from outside, while a node has it open or none does; nothing is written.
package enum StoreExamination {
    /// Where the database of a store is.
    package static func databasePath(in directory: String) -> String { directory + "/" + StoreDirectory.databaseName }

    /// What SQLite finds wrong with the database of a store; nothing where it is sound.
    ///
    /// - Throws: ``StoreError`` where it cannot be read.
    package static func damages(in directory: String) throws(StoreError) -> [String] {
        var configuration = GRDB.Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        do {
            let database = try DatabaseQueue(path: databasePath(in: directory), configuration: configuration)
            return try database.read { try String.fetchAll($0, sql: "PRAGMA quick_check(3)") }.filter { $0 != "ok" }
        } catch let error as DatabaseError where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode) {
            return [error.message ?? "it is no database"]
        } catch {
            throw StoreError(.failed, "the database cannot be read", cause: error)
        }
    }
}
