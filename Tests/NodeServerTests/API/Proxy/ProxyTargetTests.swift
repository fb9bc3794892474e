import GitHubCore
import Testing

@testable import NodeServer

struct ProxyTargetTests {
    @Test(arguments: [
        ("/repos/o/r/actions/runs?page=2", "", "/repos/o/r/actions/runs?page=2"),
        ("/api/v3/repos/o/r", "/api/v3", "/repos/o/r"), ("/api/v3", "/api/v3", "/"),
        ("/api/v3?x=1", "/api/v3", "/?x=1"),
        ("/api/graphql", "/api/v3", "/graphql"), ("/graphql", "", "/graphql"), ("/api/v30/x", "", "/api/v30/x"),
        ("/repos/o/r/branches/feature%2Fx", "", "/repos/o/r/branches/feature%2Fx"),
        ("/repos/o/r/contents/", "", "/repos/o/r/contents/"), ("/", "", "/"),
    ])
    func takesThePrefixOff(target: String, prefix: String, text: String) {
        #expect(ProxyTarget(target)?.prefix == prefix)
        #expect(ProxyTarget(target)?.text == text)
    }

    @Test(arguments: [
        "", "repos", "*", "/repos/../user", "/repos/%2e%2E/user", "/./x", "/repos/o%2f..%2fr", "/a%5Cb", "/a\\b",
        "/a%00b",
        "/a%0d%0ab", "/a%", "/a%zz", "/a b", "/a#b", "/é", "http://x/", "/a%7F", "/api/v3/../x",
    ])
    func refusesTricks(target: String) {
        #expect(ProxyTarget(target) == nil)
    }

    @Test func aLongTargetIsRefused() {
        #expect(ProxyTarget("/" + String(repeating: "a", count: 9000)) == nil)
    }

    @Test(arguments: [
        "/repos/o/r%2Factions/runs", "/repos/o/r/actions/runs/", "//repos/o/r/actions/runs",
        "/repos/o/r/actions/runs?access_token=x", "/user", "/repos/o/r/actions/runs/x",
    ])
    func theseAreNotCached(target: String) throws {
        let passed = try #require(ProxyTarget(target))
        #expect(passed.request.flatMap { Resource($0) } == nil)
    }
}
