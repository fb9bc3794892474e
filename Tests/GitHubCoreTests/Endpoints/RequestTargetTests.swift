import GitHubCore
import Testing

struct RequestTargetTests {
    @Test func aTargetIsDecoded() throws {
        let target = try #require(
            RequestTarget("/repos/octo/h%65llo/actions/workflows/a%20b%2B.yml?branch=a%2Fb+c&x&y=1=2")
        )
        #expect(target.segments == ["repos", "octo", "hello", "actions", "workflows", "a b+.yml"])
        #expect(target.query == [QueryItem("branch", "a/b c"), QueryItem("x", ""), QueryItem("y", "1=2")])
    }

    @Test(arguments: [
        "", "repos/o/r", "http://api.github.com/repos/o/r", "*", "/", "//repos", "/repos/o/r/", "/repos//r",
        "/repos/./r",
        "/repos/../r", "/repos/%2e%2E/r", "/repos/%2e/r", "/repos/o%2Fr", "/repos/o%2fr/x", "/repos/o\\r",
        "/repos/o%5Cr",
        "/repos/o/r%00", "/repos/o/%0a", "/repos/o/%7F", "/repos/o/r%", "/repos/o/r%4", "/repos/o/r%zz",
        "/repos/o/r%FF",
        "/repos/o/r#x", "/repos/o/r x", "/repos/o/r\n", "/repos/ö/r", "/repos/o/r?\u{301}=1", "/repos/o/r?a=%",
        "/repos/o/r?a=%C3", "/repos/o/r?a=b\r\n",
    ])
    func whatNamesNothingAtGitHubIsRefused(text: String) {
        #expect(RequestTarget(text) == nil)
    }

    @Test func aTargetIsBounded() {
        let long = "/" + String(repeating: "a", count: RequestTarget.maximumLength - 1)
        #expect(RequestTarget(long) != nil)
        #expect(RequestTarget(long + "a") == nil)
    }

    @Test func whatIsEncodedIsDecodedAgain() {
        let all = String(decoding: (1...255).map { UInt16($0) }, as: UTF16.self)
        #expect(PercentEncoding.decode(PercentEncoding.segment(all), plusIsSpace: false) == all)
        #expect(PercentEncoding.decode(PercentEncoding.query(all), plusIsSpace: true) == all)
    }
}
