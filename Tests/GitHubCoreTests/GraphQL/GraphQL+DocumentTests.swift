import Testing

@testable import GitHubCore

struct GraphQLDocumentTests {
    /// One of everything that an executable document can hold.
    static let whole = #"""
        # Everything
        query Q($a: [Int!]! = [1, -2.5e3] @d, $b: In = {x: "s", y: {z: [E, null, true, $c]}}, $c: ID) @d(on: true) {
          me: viewer @include(if: $a) { login, ...F @skip(if: false), ... on User @d { id } ... @d { x } ... { y } }
          on fragment query
          f(text: """
            block
          """, n: [], o: {})
        }
        mutation M { g }
        subscription S { h { i } }
        fragment F on User @d { repository(name: "r") { id } }
        """#

    @Test func everythingIsRead() throws {
        let document = try GraphQL.Document(Self.whole)
        #expect(document.operations.map(\.kind) == [.query, .mutation, .subscription])
        #expect(document.operations.map(\.name) == ["Q", "M", "S"])
        #expect(document.fragments.keys.sorted() == ["F"])
        guard case .field(let viewer) = document.operations[0].selections[0] else {
            Issue.record("no field")
            return
        }
        #expect((viewer.key, viewer.name) == ("me", "viewer"))
        #expect(viewer.selections.count == 5)
        #expect(
            document.operations[0].defaults["b"]
                == .object(["x": .string("s"), "y": .object(["z": .list([.other, .other, .other, .variable("c")])])])
        )
        guard case .field(let last)? = document.operations[0].selections.last else {
            Issue.record("no field")
            return
        }
        #expect(last.arguments == ["text": .string("block"), "n": .list([]), "o": .object([:])])
    }

    @Test func itsOneSpellingIsTheSameDocument() throws {
        let document = try GraphQL.Document(Self.whole)
        let text = String(decoding: document.normalised, as: UTF8.self)
        #expect(!text.contains("\n") && !text.contains("#") && !text.contains(","))
        #expect(try GraphQL.Document(text) == document)
    }

    @Test func everyCutThrowsOrIsAWholeDocument() throws {
        let text = Array(Self.whole.utf8)
        var whole = 0
        for count in 0..<text.count {
            let cut = String(decoding: text[..<count], as: UTF8.self)
            guard let document = try? GraphQL.Document(cut) else { continue }
            // Only between two definitions.
            #expect("}\n sf#".contains(cut.last ?? " "), "\(cut.suffix(20))")
            #expect(document.operations.count >= 1)
            whole += 1
        }
        #expect(whole > 0 && whole < 20)
    }

    @Test func everyChangedByteIsReadOrRefusedAndKeepsItsMeaning() throws {
        let text =
            Array(#"query Q($a:Int=1){f(x:"\u0041",y:"""b"""){...F}}fragment F on T{id #c"#.utf8) + Array("\n}".utf8)
        for index in text.indices {
            for byte in UInt8.min...0x7F {
                var changed = text
                changed[index] = byte
                guard let document = try? GraphQL.Document(String(decoding: changed, as: UTF8.self)) else { continue }
                let again = try GraphQL.Document(String(decoding: document.normalised, as: UTF8.self))
                #expect(again == document)
            }
        }
    }

    @Test(arguments: [
        "", "{", "{}", "}", "{a}}", "{a{}}", "query", "query Q", "query {}", "query Q(){a}", "query($a){a}",
        "query($a:){a}", "query(a:Int){a}",
        "{f()}", "{f(a)}", "{f(a:)}", "{f(a:$)}", "{a:}", "{a:b:c}", "{...}", "{... on}", "{... on T}", "{@d}", "{a @}",
        "{f(a:[1)}", "{f(a:{x})}",
        "fragment on on T {a}", "fragment F {a}", "fragment F on T", "{a} {b}", "query Q{a} {b}",
        "query Q{a} query Q{b}",
        "fragment F on T{a} fragment F on T{b} {c}", "type T { a: Int }", "schema { query: Q }",
        "extend type T { a: Int }", "{a} type T {b:Int}",
        "{a!}", "{a|b}", "{a&b}", "{f(a:b:c)}", "{1}", "{\"a\"}", "query($a:[Int){a}", "query($a:Int!!){a}",
    ])
    func whatIsNoExecutableDocumentIsRefused(text: String) {
        #expect(throws: GraphQL.SyntaxError.self) { try GraphQL.Document(text) }
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "{a", count: depth) + String(repeating: "}", count: depth)
        }
        _ = try GraphQL.Document(nested(GraphQL.Limits.depth))
        #expect(throws: GraphQL.SyntaxError.tooDeep) { try GraphQL.Document(nested(GraphQL.Limits.depth + 1)) }
        #expect(throws: GraphQL.SyntaxError.tooDeep) {
            try GraphQL.Document("{f(a:" + String(repeating: "[", count: 10_000))
        }
        #expect(throws: GraphQL.SyntaxError.tooDeep) {
            try GraphQL.Document("query($a:" + String(repeating: "[", count: 10_000))
        }
        #expect(throws: GraphQL.SyntaxError.tooDeep) {
            try GraphQL.Document("{f(a:" + String(repeating: "{a:", count: 10_000))
        }
    }
}
