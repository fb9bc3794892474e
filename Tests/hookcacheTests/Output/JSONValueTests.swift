import Testing

@testable import hookcache

@Suite struct JSONValueTests {
    private let value = JSONValue(#"{"id":9007199254740993,"a":{"b":[1,2.5]},"n":null,"s":"x","t":true}"#.utf8)

    @Test func largeIdentifiersKeepEveryDigit() {
        #expect(self.value?["id"] == .integer(9_007_199_254_740_993))
        #expect(self.value?.line == #"{"a":{"b":[1,2.5]},"id":9007199254740993,"n":null,"s":"x","t":true}"#)
    }

    @Test func aPathReachesIntoObjects() {
        #expect(self.value?["a.b"] == .array([.integer(1), .number(2.5)]))
        #expect(self.value?["a.c"] == nil)
        #expect(self.value?["s.c"] == nil)
    }

    @Test func pickingKeepsTheFieldsThatWereAskedFor() {
        #expect(self.value?.picking(["s", "a.b", "zz"]).line == #"{"a.b":[1,2.5],"s":"x","zz":null}"#)
    }

    @Test func rowsAreFoundBareOrUnderAName() {
        #expect(JSONValue("[1]".utf8)?.rows("x") == [.integer(1)])
        #expect(JSONValue(#"{"jobs":[1]}"#.utf8)?.rows("runs", "jobs") == [.integer(1)])
        #expect(JSONValue(#"{"jobs":{}}"#.utf8)?.rows("jobs") == [])
    }

    @Test(arguments: ["", "{", "[1}", "nope"]) func whatIsNoJSONIsNone(text: String) {
        #expect(JSONValue(text.utf8) == nil)
    }
}
