/// GraphQL as far as a cache needs it: what a request asks, whether two requests ask the same, and which repositories
/// the answer lies in.
///
/// Executable documents are read after the GraphQL specification of October 2021, sections 2.1 to 2.12. Whatever is not
/// read without doubt is handed on to GitHub, which decides what it means: nothing here is a validator.
package enum GraphQL {
    /// The bounds of what is read.
    package enum Limits {
        /// Bytes of a request's body.
        package static let bodyBytes = 1_048_576
        /// Tokens of a document.
        package static let tokens = 50_000
        /// The deepest nesting of selections, lists and objects of a document.
        package static let depth = 64
        /// Fields and fragments that are visited to find out which repositories a document names.
        package static let visits = 20_000
        /// Repositories and owners that are told apart; an answer with more belongs to any repository.
        package static let tags = 128
        /// Errors of an answer that are looked at.
        package static let errors = 16
    }

    /// Why a text is no document that is understood.
    package enum SyntaxError: Error, Hashable, Sendable {
        /// The text ends too early.
        case truncated
        /// Something stands at this offset that does not belong there.
        case unexpected(offset: Int)
        /// More tokens than the limit.
        case tooLong
        /// Selections, lists or objects nest deeper than the limit.
        case tooDeep
    }
}
