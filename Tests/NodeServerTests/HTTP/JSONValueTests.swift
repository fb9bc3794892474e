import GitHubCore
import Testing

@testable import NodeServer

struct JSONValueTests {
    @Test func writesEveryKind() {
        let value: JSONValue = [
            "a": nil, "b": true, "c": -3, "d": .number(0.5), "e": ["x", JSONValue(nil as String?)],
            "f": .raw(Array("[1]".utf8)[...]), "g": .number(.infinity),
        ]
        let text = String(decoding: value.bytes, as: UTF8.self)
        #expect(text == #"{"a":null,"b":true,"c":-3,"d":0.5,"e":["x",null],"f":[1],"g":null}"#)
    }

    @Test func escapesWhatMustBe() throws {
        let text = "a\"b\\c\n\u{1}é\u{1F600}"
        let json = try JSONSlices(JSONValue.string(text).bytes)
        #expect(json.string(json.root) == text)
    }
}
