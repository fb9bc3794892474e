import GitHubClient
import Testing

@Suite struct UpstreamTests {
    @Test(arguments: [
        ("https://api.github.com", "https://api.github.com"),
        ("https://API.GitHub.com:443/", "https://api.github.com"),
        ("https://ghe.example/api/v3/", "https://ghe.example/api/v3"),
        ("https://ghe.example:8443/api/v3", "https://ghe.example:8443/api/v3"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"), ("http://localhost", "http://localhost"),
        ("http://[::1]:80/", "http://[::1]"), ("http://127.9.9.9:1", "http://127.9.9.9:1"),
    ])
    func readsBaseURLs(text: String, expected: String) throws {
        #expect(try Upstream(text).description == expected)
    }

    @Test(arguments: [
        "", "api.github.com", "ftp://api.github.com", "https://", "https:///api", "https://user:pass@api.github.com",
        "https://api.github.com?x=1", "https://api.github.com/#x", "https://api.github.com:0", "https://host:99999",
        "https://a b", "https://[::1", "https://[]", "https://host:80:80", "unix:/run/x",
    ])
    func refusesWhatIsNoBaseURL(text: String) {
        #expect(throws: Upstream.Problem.malformed) { try Upstream(text) }
    }

    @Test(arguments: [
        "http://api.github.com", "http://127.0.0.1.example.com", "http://127.1", "http://10.0.0.1", "http://[::2]",
        "http://localhost.example",
    ])
    func refusesToSendCredentialsInTheClear(text: String) throws {
        #expect(throws: Upstream.Problem.insecure) { try Upstream(text) }
        #expect(try Upstream(text, allowingPlainHTTP: true).description == text)
    }

    @Test func buildsURLsBelowTheBase() throws {
        let server = try Upstream("https://ghe.example/api/v3")
        #expect(server.url(for: "/repos/o/r?page=2") == "https://ghe.example/api/v3/repos/o/r?page=2")
        #expect(server.url(for: "/graphql") == "https://ghe.example/api/graphql")
        #expect(Upstream.github.url(for: "/graphql") == "https://api.github.com/graphql")
    }

    @Test(arguments: [
        "", "repos", "@evil.example/", ".evil.example/", ":80/", "http://evil.example/", "/a b", "/a#b", "/\r\n", "/é",
    ])
    func refusesTargetsThatCouldLeadElsewhere(target: String) {
        #expect(Upstream.github.url(for: target) == nil)
    }

    @Test(
        arguments: [
            ("https://ghe.example/api/v3/repositories/1/actions/runs?page=2", "/repositories/1/actions/runs?page=2"),
            ("/api/v3/repositories/1", "/repositories/1"), ("https://GHE.example:443/api/v3/x", "/x"),
            ("https://ghe.example/other", nil), ("https://evil.example/api/v3/x", nil),
            ("//evil.example/api/v3/x", nil),
            ("http://ghe.example/api/v3/x", nil), ("https://ghe.example:8443/api/v3/x", nil),
            ("https://ghe.example@evil.example/api/v3/x", nil), ("relative", nil),
        ] as [(String, String?)]
    )
    func followsRedirectsWithinTheUpstreamOnly(location: String, expected: String?) throws {
        #expect(try Upstream("https://ghe.example/api/v3").target(ofLocation: location) == expected)
    }
}
