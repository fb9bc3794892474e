import Testing

@testable import NodeServer

/// Whom a request is for.
struct HTTPListenerTargetsTests {
    private let world = ListenerWorld()

    @Test func anAbsoluteTargetNamesItsOwnHost() async throws {
        world.node.hold("/repos/o/r/actions/runs", #"{"url":"https://api.github.com/x"}"#)
        let listener = world.api(.tcp)
        let (own, foreign, upstream) = try await serving(listener) {
            let address = await listener.boundAddress()
            let port = try #require(address?.port)
            func get(_ url: String, host: String) async throws -> String {
                let head = "GET \(url)/repos/o/r/actions/runs HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
                return try await exchange(with: address, head)
            }
            return (
                try await get("http://localhost:\(port)", host: "ignored.example"),
                try await get("http://evil.example", host: "127.0.0.1:\(port)"),
                try await get("https://api.github.com", host: "127.0.0.1:\(port)")
            )
        }
        #expect(own.contains(#"{"url":"http://localhost:"#))
        #expect(foreign.hasPrefix("HTTP/1.1 421"))
        #expect(upstream.contains(#"{"url":"https://api.github.com/x"}"#))
    }

    @Test func twoHostsAreRefused() async throws {
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await exchange(
                with: address,
                "GET /user HTTP/1.1\r\nHost: \(host)\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
    }

    @Test(arguments: [
        "ftp://127.0.0.1/repos/o/r/actions/runs", "repos/o/r/actions/runs", "http:/repos/o/r/actions/runs",
        "http:///repos/o/r/actions/runs", "x:/repos/o/r/actions/runs", "*",
        "http://user@127.0.0.1/repos/o/r/actions/runs",
    ])
    func aTargetThatIsNoPathNamesNothing(target: String) async throws {
        world.node.hold("/repos/o/r/actions/runs", #"{"held":1}"#)
        let listener = world.api(.tcp)
        let answer = try await serving(listener) {
            let address = await listener.boundAddress()
            let host = "127.0.0.1:\(try #require(address?.port))"
            return try await exchange(
                with: address,
                "GET \(target) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\r\n"
            )
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"))
        #expect(!answer.contains("held"))
        #expect(world.gitHub.with { $0.seen.isEmpty })
    }
}
