import GitHubCore
import Testing

struct JSONSlicesTests {
    private func object(_ text: String) throws -> JSONObject { try JSONObject(Array(text.utf8)) }

    @Test func slicesAreTheVeryBytes() throws {
        let text = #" { "a" : {"x": [1 , 2.50e+3],"y":"ü\u00fc\/"} ,"b":[ {} ,null,true ] } "#
        let slices = try JSONSlices(Array(text.utf8))
        let root = try JSONObject(slices)
        #expect(
            String(decoding: try #require(root.object("a")).bytes, as: UTF8.self)
                == #"{"x": [1 , 2.50e+3],"y":"ü\u00fc\/"}"#
        )
        let elements = root.elements("b").map { String(decoding: slices.bytes[$0], as: UTF8.self) }
        #expect(elements == ["{}", "null", "true"])
        #expect(slices.root == 1..<(text.utf8.count - 1))
        #expect(root.bytes == Array(Array(text.utf8)[slices.root]))
        #expect(slices.value(of: "b", in: slices.root) == root.valueRange("b"))
        #expect(slices.value(of: "c", in: slices.root) == nil)
    }

    @Test func everyCutThrows() throws {
        let text = Array(#"{"a":{"x":[1,-2.5e-3],"y":"z\u00e9\n\ud83d\ude00"},"b":[true,false,null,{}],"c":[]}"#.utf8)
        _ = try JSONSlices(text)
        for count in 0..<text.count {
            #expect(throws: JSONError.self) { try JSONSlices(Array(text[..<count])) }
        }
    }

    @Test func everyChangedByteIsReadOrRefusedButNeverTraps() throws {
        let text = Array(#"{"id":1,"k":"\u00e9","n":[1.5e3,{"id":null}],"t":true}"#.utf8)
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[index] = byte
                guard let slices = try? JSONSlices(changed), let root = try? JSONObject(slices) else { continue }
                _ = (root.integer("id"), root.string("k"), root.objects("n"), root.strings("n"), root.bool("t"))
                _ = (root.object("n"), root.timestamp("k"), slices.value(of: "id", in: slices.root))
            }
        }
    }

    @Test(arguments: [
        "", " ", "nul", "truex", "1 2", "{} {}", "[1,]", "[,1]", #"{"a"}"#, #"{"a":}"#, #"{a:1}"#, #"{"a":1,}"#, "01",
        "1.", ".5",
        "-", "+1", "1e", "1e+", "'a'", "\"\u{1}\"", #""\x""#, #""\u12g4""#, "\u{FEFF}{}", "[1 2]", "NaN", "]", "}",
        "//",
    ])
    func whatIsNoJSONIsRefused(text: String) {
        #expect(throws: JSONError.self) { try JSONSlices(Array(text.utf8)) }
    }

    @Test func depthIsBounded() throws {
        func nested(_ depth: Int) -> [UInt8] {
            Array(repeating: 0x5B, count: depth) + Array(repeating: 0x5D, count: depth)
        }
        _ = try JSONSlices(nested(JSONSlices.maximumDepth))
        #expect(throws: JSONError.tooDeep) { try JSONSlices(nested(JSONSlices.maximumDepth + 1)) }
        #expect(throws: JSONError.tooDeep) { try JSONSlices(Array(repeating: 0x5B, count: 1_000_000)) }
        #expect(throws: JSONError.tooDeep) {
            try JSONSlices(Array(String(repeating: #"{"a":"#, count: 100_000).utf8))
        }
    }

    @Test func ofEqualKeysTheLastCounts() throws {
        let root = try object(#"{"id":1,"\u0069d":2}"#)
        #expect(root.integer("id") == 2)
        #expect(root.has("id"))
        #expect(!root.has("x"))
    }

    @Test(arguments: [
        (#""a\"\\\/\b\f\n\r\t""#, "a\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u00e9\uD83D\uDE00!""#, "é😀!"),
        (#""\ud83d""#, "\u{FFFD}"),
        (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
        (#""\ud83dx\ude00""#, "\u{FFFD}x\u{FFFD}"),
        (#""\u0000""#, "\0"),
        ("\"é😀\"", "é😀"),
        ("\"\"", ""),
    ])
    func escapesAreDecoded(text: String, decoded: String) throws {
        let slices = try JSONSlices(Array(text.utf8))
        #expect(slices.string(slices.root) == decoded)
    }

    @Test func bytesThatAreNoTextAreMended() throws {
        let slices = try JSONSlices([0x22, 0xFF, 0x41, 0x22])
        #expect(slices.string(slices.root) == "\u{FFFD}A")
    }

    @Test func onlyIntegersThatFitAreIntegers() throws {
        let root = try object(
            #"{"a":9223372036854775807,"b":9223372036854775808,"c":1.0,"d":1e3,"e":-1,"f":"1","g":-0,"h":1e999999}"#
        )
        #expect(root.integer("a") == .max)
        #expect(["b", "c", "d", "f", "h"].allSatisfy { root.integer($0) == nil })
        #expect(root.integer("e") == -1)
        #expect(root.integer("g") == 0)
        _ = try JSONSlices(Array(repeating: 0x39, count: 1_000_000))
    }

    @Test func fieldsOfAnotherKindAreAbsent() throws {
        let root = try object(#"{"s":"x","n":1,"b":true,"o":{},"a":[1,"x",{}],"z":null}"#)
        #expect(root.string("n") == nil && root.string("z") == nil && root.string("o") == nil)
        #expect(root.integer("s") == nil && root.bool("n") == nil && root.object("a") == nil)
        #expect(root.strings("a") == ["x"])
        #expect(root.objects("a").count == 1)
        #expect(root.elements("o").isEmpty)
        #expect(throws: JSONError.wrongKind) { try JSONObject([0x5B, 0x5D]) }
    }
}
