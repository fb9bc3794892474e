import Testing

@testable import NodeServer

struct HostNameTests {
    @Test(
        arguments: [
            ("API.GitHub.com", "api.github.com", nil), ("127.0.0.1:8788", "127.0.0.1", 8788), ("[::1]:80", "::1", 80),
            ("[::1]", "::1", nil), ("host_name:0", "host_name", 0),
        ] as [(String, String, Int?)]
    )
    func readsHostAndPort(text: String, host: String, port: Int?) {
        #expect(HostName(text)?.host == host)
        #expect(HostName(text)?.port == port)
    }

    @Test(arguments: [
        ("API.GitHub.com", "api.github.com"), ("[::1]:080", "[::1]:80"), ("[FE80::1]", "[fe80::1]"),
        ("h:65535", "h:65535"),
    ])
    func isWrittenOneWay(text: String, written: String) {
        #expect(HostName(text)?.description == written)
    }

    @Test(arguments: [
        "", ":80", "host:", "host:x", "host:99999", "host:1:2", "[::1", "[::1]x80", "a b", "a/b", "user@host", "a\"b",
        "host:123456", "[]:80", "ho%73t", "a,b",
    ])
    func refusesAnythingElse(text: String) {
        #expect(HostName(text) == nil)
    }
}
