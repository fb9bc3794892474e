import GitHubCore
import Testing

struct JSONSlicesCanonicalTests {
    private func canonical(_ text: String) throws -> String {
        let slices = try JSONSlices(Array(text.utf8))
        return String(decoding: try slices.canonical(slices.root), as: UTF8.self)
    }

    @Test(arguments: [
        (#" { "b" : 1 , "a" : [ 1.0 , 1.00, 1e2, -0 ] } "#, #"{"a":[1.0,1.00,1e2,-0],"b":1}"#),
        (#"{"é":1,"e":2,"\u00e9a":3}"#, #"{"e":2,"é":1,"éa":3}"#),
        (#"["\u0041\/\"\\\u000a\u0001\ud83d\ude00"]"#, #"["A/\"\\\n\u0001😀"]"#), ("[]", "[]"), ("{ }", "{}"),
        ("[ null , true , false ]", "[null,true,false]"), ("12345678901234567890.5", "12345678901234567890.5"),
    ])
    func aValueHasOneSpelling(text: String, expected: String) throws {
        #expect(try canonical(text) == expected)
        #expect(try canonical(expected) == expected)
    }

    @Test func aKeyGivenTwiceHasNoMeaning() {
        #expect(throws: JSONError.ambiguous) { try canonical(#"{"a":1,"b":2,"a":1}"#) }
        #expect(throws: JSONError.ambiguous) { try canonical(#"[{"x":{"a":1,"\u0061":1}}]"#) }
    }

    @Test(arguments: [#"["\ud800"]"#, #"{"\udc00":1}"#, #"["\ufffd"]"#])
    func textThatIsNoUnicodeIsRefused(text: String) {
        #expect(throws: JSONError.self) { try canonical(text) }
    }

    @Test func bytesThatAreNoUTF8AreRefused() throws {
        let slices = try JSONSlices([0x22, 0xC3, 0x22])
        #expect(throws: JSONError.self) { try slices.canonical(slices.root) }
    }
}
