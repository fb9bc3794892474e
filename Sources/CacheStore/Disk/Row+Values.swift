import Foundation
import GRDB

/// Columns of rows that may be damaged: a value of the wrong type is nil and never a trap.
extension Row {
    func integer(_ index: Int) -> Int64? {
        guard case .int64(let value) = (self[index] as DatabaseValue).storage else { return nil }
        return value
    }

    func flag(_ index: Int) -> Bool? { integer(index).map { $0 != 0 } }

    func text(_ index: Int) -> String? {
        guard case .string(let value) = (self[index] as DatabaseValue).storage else { return nil }
        return value
    }

    func blob(_ index: Int) -> Data? {
        switch (self[index] as DatabaseValue).storage {
        case .blob(let value): value
        default: nil
        }
    }
}

extension Database {
    /// Runs a statement that is prepared once.
    func run(_ sql: String, _ arguments: (any DatabaseValueConvertible)?...) throws {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments))
    }
}
