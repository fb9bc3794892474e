import Testing

@testable import NodeServer

struct HostPolicyTests {
    private let loopback = ConnectionContext.LocalAddress(host: "127.0.0.1", port: 8788)

    private func judge(
        _ name: String,
        local: ConnectionContext.LocalAddress?,
        hosts: [String] = [],
        listen: String = "127.0.0.1",
        upstream: String = "https://api.github.com"
    ) throws -> HostPolicy.Verdict {
        HostPolicy(hosts: hosts, listenHost: listen, upstreamURL: upstream).judge(
            try #require(HostName(name)),
            local: local
        )
    }

    @Test(arguments: ["127.0.0.1:8788", "localhost:8788", "LOCALHOST:8788", "[::1]:8788"])
    func ownAddressesAreOwn(name: String) throws {
        #expect(try judge(name, local: loopback) == .own)
    }

    @Test(arguments: [
        "evil.example:8788", "127.0.0.1", "127.0.0.1:80", "localhost", "localhost.evil.example:8788", "10.0.0.1:8788",
    ])
    func othersAreForeign(name: String) throws {
        #expect(try judge(name, local: loopback) == .foreign)
    }

    @Test(arguments: ["api.github.com", "API.github.com", "api.github.com:443"])
    func theUpstreamIsKnown(name: String) throws {
        #expect(try judge(name, local: loopback) == .upstream)
        #expect(try judge(name, local: nil) == .upstream)
    }

    @Test func theUpstreamUnderAnotherPortIsForeign() throws {
        #expect(try judge("api.github.com:80", local: loopback) == .foreign)
        #expect(
            try judge("ghe.example:8443", local: loopback, upstream: "https://ghe.example:8443/api/v3") == .upstream
        )
    }

    @Test func configuredHostsAreOwn() throws {
        #expect(try judge("cache.example", local: loopback, hosts: ["cache.example"]) == .own)
        #expect(try judge("cache.example:8080", local: loopback, hosts: ["Cache.Example"]) == .own)
        #expect(try judge("cache.example:8080", local: loopback, hosts: ["cache.example:443"]) == .foreign)
    }

    @Test func aWildcardListenerAnswersToTheAddressThatWasReached() throws {
        let local = ConnectionContext.LocalAddress(host: "10.1.2.3", port: 8788)
        #expect(try judge("10.1.2.3:8788", local: local, listen: "0.0.0.0") == .own)
        #expect(try judge("0.0.0.0:8788", local: local, listen: "0.0.0.0") == .foreign)
        #expect(try judge("localhost:8788", local: local, listen: "0.0.0.0") == .foreign)
    }

    @Test func aConfiguredListenNameIsOwn() throws {
        let local = ConnectionContext.LocalAddress(host: "10.1.2.3", port: 8788)
        #expect(try judge("cache.internal:8788", local: local, listen: "cache.internal") == .own)
    }

    @Test func theSocketAnswersToLocalhost() throws {
        #expect(try judge("localhost", local: nil) == .own)
        #expect(try judge("evil.example", local: nil) == .foreign)
    }
}
