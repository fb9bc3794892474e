import Testing

@testable import GitHubCore

struct GraphQLLexerTests {
    private func normalised(_ text: String) throws -> String {
        String(decoding: try GraphQL.Lexer.tokens(of: text).normalised, as: UTF8.self)
    }

    private func value(_ text: String) throws -> String? {
        let tokens = try GraphQL.Lexer.tokens(of: text)
        guard tokens.count == 1, case .string(let value) = tokens[0].kind else { return nil }
        return value
    }

    @Test(arguments: [
        ("{a b}", "{a b}"), (" {\ta,\r\n,b , } # note } \n", "{a b}"), ("\u{FEFF}{a\u{FEFF}b}", "{a b}"),
        ("query Q ( $a : [ Int ! ] = [ 1 , 2 ] ) { f ( x : $a ) }", "query Q($a:[Int!]=[1 2]){f(x:$a)}"),
        ("{ ... on T { a } ...F }", "{... on T{a}... F}"), ("{ f(a: -1 b: 1.5e-3) }", "{f(a:-1 b:1.5e-3)}"),
        (#"{f(a:"x" b:"y")}"#, #"{f(a:"x" b:"y")}"#), (#"{f(a:["" ""])}"#, #"{f(a:["" ""])}"#),
        (#"{f(a:"\u00e9\/\u0009")}"#, "{f(a:\"é/\\t\")}"), ("{f(a:\"\"\"x\"\"\")}", #"{f(a:"x")}"#),
        ("#only\n{a}#end", "{a}"), ("{a @include(if: true)}", "{a@include(if:true)}"),
        ("{f(a:[1 0.5])}", "{f(a:[1 0.5])}"), ("{f(a:1 ...B)}", "{f(a:1 ... B)}"),
    ])
    func aTextHasOneSpelling(text: String, expected: String) throws {
        #expect(try normalised(text) == expected)
        #expect(try normalised(expected) == expected)
        #expect(try GraphQL.Lexer.tokens(of: text).map(\.kind) == GraphQL.Lexer.tokens(of: expected).map(\.kind))
    }

    @Test(arguments: [
        (#""""#, ""), (#""a\"b\\c\/d\b\f\n\r\t""#, "a\"b\\c/d\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u20AC""#, "Aé€"),
        (#""😀""#, "😀"), (#"" # , ""#, " # , "), (#""\u0000""#, "\u{0}"),
    ])
    func stringsAreTheirValues(text: String, expected: String) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        ("\"\"\"\"\"\"", ""), ("\"\"\"a\"\"\"", "a"), ("\"\"\"  a  \"\"\"", "  a  "),
        (
            "\"\"\"\n    Hello,\n      World!\n\n    Yours,\n      GraphQL.\n  \"\"\"",
            "Hello,\n  World!\n\nYours,\n  GraphQL."
        ),
        ("\"\"\"a\r\n  b\r  c\n\td\"\"\"", "a\n b\n c\nd"), ("\"\"\"\n\n  \t\n\"\"\"", ""),
        ("\"\"\"a\\\"\"\"b\"\"\"", "a\"\"\"b"),
        ("\"\"\"a\\nb\"\"\"", "a\\nb"), ("\"\"\"\"a\"\"\"", "\"a"),
        ("\"\"\"one\n   two\n\n \n   three\n\"\"\"", "one\ntwo\n\n\nthree"),
    ])
    func blockStringsLoseTheirIndentation(text: String, expected: String) throws {
        #expect(try value(text) == expected)
    }

    @Test(arguments: [
        "01", "-", "1.", "1.e3", "1e", "1e+", "1a", "1_", "0x1", "1.5.2", "00", "1.2e3f", ".", "..", "....", ". ..",
        "?", "%",
        "\"", "\"a", "\"a\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\\ud83d\\ude00\"", "\"\\ud800\"", "\"\u{1}\"", "\"\"\"",
        "\"\"\"a\"\"",
        "\"\"\"\u{7}\"\"\"", "#\u{1}", "é", "\u{1}", "\u{FEFE}", "a-b", "\\", "'a'", "\u{A0}", "~", ";",
    ])
    func whatIsNoTokenIsRefused(text: String) {
        #expect(throws: GraphQL.SyntaxError.self) { try GraphQL.Lexer.tokens(of: text) }
    }

    @Test func theNumberOfTokensIsBounded() throws {
        _ = try GraphQL.Lexer.tokens(of: String(repeating: "a ", count: GraphQL.Limits.tokens))
        #expect(throws: GraphQL.SyntaxError.tooLong) {
            try GraphQL.Lexer.tokens(of: String(repeating: "a ", count: GraphQL.Limits.tokens + 1))
        }
    }
}
