import Testing

@testable import GitHubClient

@Suite struct HopByHopTests {
    private let headers: [(name: String, value: String)] = [
        ("Host", "localhost:8788"), ("Accept", "a"), ("connection", "keep-alive, X-Only-Here"), ("X-Only-Here", "1"),
        ("Keep-Alive", "timeout=5"), ("TE", "trailers"), ("Transfer-Encoding", "chunked"), ("Content-Length", "5"),
        ("Expect", "100-continue"), ("Proxy-Authorization", "secret"), ("Authorization", "token t"), ("Upgrade", "h2c"),
        ("Accept", "b"),
    ]

    @Test func requestsGoOnWithoutWhatConcernsTheConnection() {
        let kept = HopByHop.request(headers).map { "\($0.name): \($0.value)" }
        #expect(kept == ["Accept: a", "Authorization: token t", "Accept: b"])
    }

    @Test func answersKeepTheirLength() {
        let kept = HopByHop.response(headers).map(\.name)
        #expect(kept == ["Host", "Accept", "Content-Length", "Expect", "Authorization", "Accept"])
    }
}
