import GitHubSimulatorCore
import SchemaCheck
import Testing

struct JSONTests {
    private let value: JSON = [
        "z": nil, "a": [1, -2, true], "text": "\"é\\\n\u{1}", "empty": [], "object": ["b": .number(0.5)],
    ]

    @Test func membersKeepTheirOrderAndNothingIsSpacedOut() {
        let text = String(decoding: value.compact, as: UTF8.self)
        #expect(text == #"{"z":null,"a":[1,-2,true],"text":"\"é\\\n\u0001","empty":[],"object":{"b":0.5}}"#)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        #expect(try JSON(parsing: value.compact) == value)
        #expect(try JSON(parsing: value.pretty) == value)
    }

    @Test func peopleGetTwoSpacesALevel() {
        let pretty: JSON = ["a": [1], "b": .object([])]
        #expect(String(decoding: pretty.pretty, as: UTF8.self) == "{\n  \"a\": [\n    1\n  ],\n  \"b\": {}\n}\n")
    }

    @Test func textThatIsJSONAlreadyStands() {
        #expect(JSON.array([.verbatim(Array("{ }".utf8))]).compact == Array("[{ }]".utf8))
    }
}
