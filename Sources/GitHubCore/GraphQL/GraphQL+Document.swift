extension GraphQL {
    /// An executable document (section 2.2): its operations and fragments, and its text in one spelling.
    struct Document: Equatable {
        let operations: [Operation]
        let fragments: [String: [Selection]]
        let normalised: [UInt8]

        /// Reads a document; everything must be understood.
        init(_ text: String) throws(SyntaxError) {
            let tokens = try Lexer.tokens(of: text)
            var parser = Parser(tokens, end: text.utf8.count)
            (operations, fragments) = try parser.document()
            normalised = tokens.normalised
        }
    }

    /// The kinds of operation (section 2.3).
    package enum OperationKind: String, Sendable {
        case query
        case mutation
        case subscription
    }

    /// One operation.
    struct Operation: Equatable {
        let kind: OperationKind
        let name: String?
        /// The defaults of its variables, where there are any.
        let defaults: [String: Value]
        let selections: [Selection]
    }

    /// What is selected of an object (section 2.4).
    indirect enum Selection: Equatable {
        case field(Field)
        /// `...name`
        case spread(String)
        /// `... on Type { }`
        case inline([Selection])
    }

    /// A field with its arguments (sections 2.5 to 2.7).
    struct Field: Equatable {
        let name: String
        /// The key of its value in the answer.
        let key: String
        let arguments: [String: Value]
        let selections: [Selection]
    }

    /// A value (section 2.9), as far as repositories are named by it.
    indirect enum Value: Equatable {
        case variable(String)
        case string(String)
        case list([Value])
        case object([String: Value])
        /// A number, a truth value, an enumeration's value or null.
        case other
    }
}
