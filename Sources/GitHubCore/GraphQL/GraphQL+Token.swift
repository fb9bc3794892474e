extension GraphQL {
    /// A lexical token; commas, white space, comments and byte order marks are none (section 2.1).
    package struct Token: Equatable, Sendable {
        /// The kinds of token that have a value of their own, and the others by their first byte.
        package enum Kind: Equatable, Sendable {
            /// One of `! $ & ( ) : = @ [ ] { | }`.
            case punctuator(UInt8)
            /// `...`
            case spread
            case name(String)
            /// An integer or a float, as written: 1 and 1.0 are not the same to every server.
            case number(String)
            /// The value of a string or a block string, escapes and indentation resolved.
            case string(String)
        }

        /// What it is.
        package let kind: Kind
        /// Where it begins.
        package let offset: Int
    }
}

extension [GraphQL.Token] {
    /// The tokens in their one spelling: no ignored ones, a space only where two would run together, strings quoted.
    ///
    /// Read again it gives the same tokens.
    var normalised: [UInt8] {
        var text: [UInt8] = []
        var endsOpen = false
        for token in self {
            if case .punctuator(let byte) = token.kind {
                text.append(byte)
                endsOpen = false
                continue
            }
            if endsOpen { text.append(UInt8(ascii: " ")) }
            endsOpen = true
            switch token.kind {
            case .punctuator: break
            case .spread: text += "...".utf8
            case .name(let word), .number(let word): text += word.utf8
            case .string(let value): text.append(quoting: value)
            }
        }
        return text
    }
}
