/// Why the store could not do what it was asked.
package struct StoreError: Error, CustomStringConvertible {
    /// The kinds of trouble.
    package enum Code: String, Hashable, Sendable {
        /// The directory or a file cannot be made or written.
        case unwritable
        /// Another process uses the directory.
        case inUse
        /// The file is no database, or is damaged.
        case damaged
        /// The file was written by a later version of this program.
        case newerSchema
        /// The disk is full.
        case diskFull
        /// The disk failed, or SQLite refused.
        case failed
        /// The store was closed.
        case closed
        /// What was given is larger than the limit, or one too many.
        case tooLarge
    }

    /// What kind of trouble it is.
    package let code: Code
    /// What happened and what to do, for an operator; it holds no secret.
    package let message: String
    /// What it came from.
    package let cause: (any Error)?

    /// An error.
    package init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    package var description: String { message }

    static var closed: StoreError { StoreError(.closed, "the store is closed") }
}
