import CacheCore
import Testing

@Suite struct GlobTests {
    @Test(arguments: [
        ("", "", true), ("*", "", true), ("a", "a", true), ("a", "b", false), ("a*c", "abbc", true),
        ("a*c", "abbcd", false), ("*b*", "abc", true), ("?", "", false), ("a?c", "abc", true), ("**", "x", true),
        ("a*b*c", "aXbXbXc", true), ("[a]", "a", false),
    ])
    func aPatternMatchesAWholeText(pattern: String, text: String, isMatch: Bool) {
        #expect(Glob(pattern).matches(text) == isMatch)
    }

    @Test func manyStarsTakeNoForever() {
        let pattern = String(repeating: "*a", count: 100) + "b"
        #expect(!Glob(pattern).matches(String(repeating: "a", count: 5000)))
    }
}
