import HTTPTypes
import Testing

@testable import NodeServer

struct ReadConditionTests {
    private let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    private let tag = "W/\"a\""

    private func isMet(_ headers: HTTPFields, modified: String?) -> Bool {
        ReadCondition(headers).isMet(byTag: tag, modified: modified)
    }

    @Test(arguments: ["W/\"a\"", "\"a\"", "*", "\"b\", W/\"a\"", "\"x,y\", \"a\""])
    func aTagThatIsThere(tags: String) {
        #expect(isMet([.ifNoneMatch: tags], modified: nil))
    }

    @Test(arguments: ["\"b\"", "a", "", "W/a", "\"a", "w/\"a\"", "\"A\"", "\"b\" *"])
    func aTagThatIsNot(tags: String) {
        #expect(!isMet([.ifNoneMatch: tags], modified: date))
    }

    @Test func datesCountOnlyWithoutTags() {
        #expect(isMet([.ifModifiedSince: date], modified: date))
        #expect(!isMet([.ifModifiedSince: date, .ifNoneMatch: "\"b\""], modified: date))
        #expect(isMet([.ifModifiedSince: "Sun, 06 Nov 1994 08:49:36 GMT", .ifNoneMatch: tag], modified: date))
    }

    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:38 GMT", true), ("Sunday, 06-Nov-94 08:49:37 GMT", true),
        ("Sun, 06 Nov 1994 08:49:36 GMT", false), ("yesterday", false), ("", false),
    ])
    func aDateIsCompared(since: String, expected: Bool) {
        #expect(isMet([.ifModifiedSince: since], modified: date) == expected)
    }

    @Test func withoutADateOfChangeNothingIsUnchangedSince() {
        #expect(!isMet([.ifModifiedSince: date], modified: nil))
        #expect(!isMet([.ifModifiedSince: date], modified: "never"))
        #expect(!isMet([:], modified: date))
    }
}
