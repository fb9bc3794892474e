import HTTPTypes
import Testing

@testable import GitHubCore

struct GraphQLRequestTests {
    private func body(_ query: String, _ rest: String = "") -> [UInt8] {
        var body = Array("{\"query\":".utf8)
        body.append(quoting: query)
        return body + Array("\(rest)}".utf8)
    }

    private func query(_ body: [UInt8], _ variant: GraphQL.Variant = GraphQL.Variant()) throws -> GraphQL.Query {
        guard case .query(let query) = GraphQL.Request(body: body, variant: variant) else {
            throw GraphQL.SyntaxError.truncated
        }
        return query
    }

    private func reason(_ body: String) -> GraphQL.Reason? {
        guard case .other(let reason) = GraphQL.Request(body: Array(body.utf8)) else { return nil }
        return reason
    }

    @Test func formattingMakesNoOtherQuery() throws {
        let plain = try query(
            body(#"query Q($o:String!,$n:Int){repository(owner:$o,name:"r"){id}}"#, #","variables":{"o":"x","n":1}"#)
        )
        let others = [
            body(
                "# who\nquery Q (\n  $o : String!\n  $n : Int\n) {\n repository(owner: $o name: \"\\u0072\") { id, }\n}\n",
                #", "operationName" : "Q", "variables": { "n" : 1, "o" : "\u0078" }"#
            ),
            Array(
                #"{"variables":{"n":1,"o":"x"},"operationName":null,"extensions":{},"query":"query Q($o:String!,$n:Int){repository(owner:$o,name:\"r\"){id}}"}"#
                    .utf8
            ),
        ]
        for other in others { #expect(try query(other) == plain) }
    }

    @Test func whatAsksSomethingElseIsAnotherQuery() throws {
        let bodies = [
            body("{a}"), body("{b}"), body("{a b}"), body("{b a}"), body("query Q{a}"), body("query R{a}"),
            body("query Q{a} query R{a}", #","operationName":"Q""#),
            body("query Q{a} query R{a}", #","operationName":"R""#),
            body("{a}", #","variables":{"x":1}"#), body("{a}", #","variables":{"x":1.0}"#),
            body("{a}", #","variables":{"x":"1"}"#),
            body("{a}", #","variables":{"x":[1]}"#), body("{a}", #","variables":{"y":1}"#),
            body("{a}", #","variables":{"x":null}"#),
            body("{x:a}"), body("{a(x:1)}"), body("{a(x:1.0)}"), body("{a(x:\"1\")}"), body("{a @d}"),
        ]
        var digests = try Set(bodies.map { try query($0).digest })
        #expect(digests.count == bodies.count)
        let variants = [
            GraphQL.Variant(accept: "application/vnd.github.merge-info-preview+json"),
            GraphQL.Variant(features: "merge_queue"), GraphQL.Variant(timeZone: "Europe/Berlin"),
        ]
        for variant in variants { digests.insert(try query(bodies[0], variant).digest) }
        #expect(digests.count == bodies.count + variants.count)
    }

    @Test func noVariablesAreEmptyVariables() throws {
        let digest = try query(body("{a}")).digest
        #expect(try query(body("{a}", #","variables":{}"#)).digest == digest)
        #expect(try query(body("{a}", #","variables":null"#)).digest == digest)
    }

    @Test(
        arguments: [
            ("", .unreadable), ("{", .unreadable), ("1", .unreadable), (#"[{"query":"{a}"}]"#, .batch),
            ("{}", .noQuery),
            (#"{"query":""}"#, .noQuery), (#"{"query":null}"#, .noQuery), (#"{"query":["{a}"]}"#, .noQuery),
            (#"{"extensions":{"persistedQuery":{"sha256Hash":"x"}}}"#, .unreadable),
            (#"{"query":"{a}","id":"x"}"#, .unreadable),
            (#"{"query":"{a}","query":"{a}"}"#, .unreadable),
            (#"{"query":"{a}","variables":{"a":1,"a":1}}"#, .unreadable),
            (#"{"query":"{a}","variables":[]}"#, .unreadable), (#"{"query":"{a}","variables":"{}"}"#, .unreadable),
            (#"{"query":"{a(x:\"\ud800\")}"}"#, .unreadable), (#"{"query":"query Q{a} query R{b}"}"#, .operation),
            (#"{"query":"{a}","operationName":""}"#, .operation), (#"{"query":"{a}","operationName":"Q"}"#, .operation),
            (#"{"query":"{a}","operationName":1}"#, .operation), (#"{"query":"fragment F on T{a}"}"#, .operation),
            (#"{"query":"mutation{a}"}"#, .mutation),
            (#"{"query":"query Q{a} mutation M{b}","operationName":"M"}"#, .mutation),
            (#"{"query":"subscription{a}"}"#, .subscription), (#"{"query":"{a rateLimit{remaining}}"}"#, .live),
            (#"{"query":"{...F} fragment F on Query{x:rateLimit{cost}}"}"#, .live),
            (#"{"query":"{a"}"#, .malformed(.truncated)), (#"{"query":"{a ?}"}"#, .malformed(.unexpected(offset: 3))),
        ] as [(String, GraphQL.Reason)]
    )
    func whatIsNoPlainQueryIsHandedOn(text: String, expected: GraphQL.Reason) {
        #expect(reason(text) == expected)
    }

    @Test func whatIsLargerThanTheLimitIsHandedOn() throws {
        let padding = String(repeating: " ", count: GraphQL.Limits.bodyBytes - #"{"query":"{a}"}"#.utf8.count)
        #expect(reason(#"{"query":"{a}"\#(padding)}"#) == nil)
        #expect(reason(#"{"query":"{a}"\#(padding) }"#) == .tooLarge)
        // A few fragments that spread each other name more fields than anyone would visit, and are visited once each.
        let fragments = (0..<64).map { "fragment F\($0) on T{a ...F\($0 + 1) ...F\($0 + 1)}" }.joined(separator: " ")
        #expect(try query(body("{...F0} \(fragments) fragment F64 on T{b}")).placement == .unknown)
        let roots = String(repeating: "x{...F} ", count: GraphQL.Limits.visits)
        #expect(reason(String(decoding: body("{\(roots)} fragment F on T{a}"), as: UTF8.self))?.mayWrite == true)
    }

    @Test func everyCutOfABodyIsHandedOn() {
        let whole = body(#"query Q($o:String!){repository(owner:$o,name:"r"){id}}"#, #","variables":{"o":"x"}"#)
        for count in 0..<whole.count {
            guard case .other = GraphQL.Request(body: Array(whole[..<count])) else {
                Issue.record("a cut after \(count) bytes was read")
                return
            }
        }
    }

    @Test func headersThatChangeAnswersHaveOneSpelling() throws {
        let gh: HTTPFields = [
            .accept: "application/vnd.github.nebula-preview, application/vnd.github.merge-info-preview+json;q=1",
            try #require(HTTPField.Name("GraphQL-Features")): "merge_queue",
            try #require(HTTPField.Name("Time-Zone")): "Etc/UTC",
        ]
        let variant = try #require(GraphQL.Variant(gh))
        #expect(
            variant.accept == "application/vnd.github.merge-info-preview+json, application/vnd.github.nebula-preview"
        )
        #expect(variant.headers.map(\.name) == ["GraphQL-Features", "Time-Zone"])
        for plain in ["", "*/*", "application/json", "application/vnd.github.v3+json", "application/vnd.github+json"] {
            #expect(GraphQL.Variant([.accept: plain]) == GraphQL.Variant())
        }
    }

    @Test(arguments: ["X-GitHub-Next-Global-ID", "GraphQL-Schema", "X-GitHub-OTP", "Cookie"])
    func anUnknownHeaderThatMayChangeAnswersIsNotUnderstood(name: String) throws {
        #expect(GraphQL.Variant([try #require(HTTPField.Name(name)): "1"]) == nil)
        var twice: HTTPFields = [:]
        for _ in 0..<2 { twice.append(HTTPField(name: .accept, value: "application/json")) }
        #expect(GraphQL.Variant(twice) == nil)
    }
}
