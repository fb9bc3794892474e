import Testing

@testable import GitHubCore

struct LinkHeaderTests {
    private let recorded = """
        <https://api.github.com/repositories/348674220/actions/runs?branch=main&status=completed&per_page=20&page=2>; \
        rel="next", <https://api.github.com/repositories/348674220/actions/runs?branch=main&status=completed\
        &per_page=20&page=7>; rel="last"
        """

    @Test func recordedHeaderIsReadAndPrintedAsItWas() throws {
        let link = try #require(LinkHeader(recorded))
        #expect(link.links.map(\.relation) == ["next", "last"])
        #expect(link.target(relation: "last")?.hasSuffix("&page=7") == true)
        #expect(link.target(relation: "prev") == nil)
        #expect(link.headerValue == recorded)
    }

    @Test func targetsAreMappedInPlace() throws {
        let mapped = try #require(LinkHeader(recorded)).mapTargets { String($0.dropFirst("https://".count)) }
        #expect(mapped.headerValue == recorded.replacing("https://", with: ""))
    }

    @Test func commasInTargetsAndQuotesInValuesAreKept() throws {
        let text = #"<https://e.org/a,b;c>; rel="next"; title="a \"b\", c""#
        let link = try #require(LinkHeader(text))
        #expect(link.links.count == 1)
        #expect(link.links[0].target == "https://e.org/a,b;c")
        #expect(link.links[0].parameters[1].value == #"a "b", c"#)
        #expect(link.headerValue == text)
    }

    @Test func tokensAndSpacesAreRead() throws {
        let link = try #require(LinkHeader("<a> ;rel=next , <b>;REL=\"last x\""))
        #expect(link.target(relation: "next") == "a")
        #expect(link.target(relation: "last") == "b")
    }

    @Test(arguments: ["<a", "a; rel=next", "<a>; =x", "<a>; rel=\"next", "<a>; rel=\"next\\", "<a> x", "<a>; rel=\""])
    func malformedHeadersAreNotRead(value: String) {
        #expect(LinkHeader(value) == nil)
    }

    @Test func everyCutOfAHeaderIsHandled() {
        for length in 0...recorded.utf8.count {
            _ = LinkHeader(String(recorded.prefix(length)))
        }
    }

    @Test func limitsHold() {
        let many = Array(repeating: "<a>; rel=\"next\"", count: LinkHeader.Limits.links + 1).joined(separator: ", ")
        #expect(LinkHeader(many) == nil)
        #expect(LinkHeader("<" + String(repeating: "a", count: LinkHeader.Limits.bytes) + ">") == nil)
    }
}
