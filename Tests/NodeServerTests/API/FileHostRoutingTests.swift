import HTTPTypes
import Testing

@testable import NodeServer

/// Which requests for GitHub's hosts of files go on, and as what.
struct FileHostRoutingTests {
    private static let storage = "productionresultssa3.blob.core.windows.net"

    @Test(arguments: [storage, "\(storage):443", storage.uppercased()])
    func overTheSocketItGoesOnAsItCame(host: String) async throws {
        let api = API(.unixSocket)
        let target = "/api/v3/x//y%2Fz?sig=a%2Bb"
        api.gitHub.with { state in
            state.headers = [("Content-Type", "application/json"), ("Location", "https://api.github.com/x")]
            state.chunks = [Array(#"{"url":"https://api.github.com/"}"#.utf8)]
        }
        let answer = try await api.get(target, host: host, [("Accept-Encoding", "gzip")])
        let seen = try #require(api.gitHub.with { $0.seen.first })
        #expect(seen.host == Self.storage)
        #expect(seen.target == target)
        #expect(seen.headers["accept-encoding"] == "gzip")
        #expect(answer.text == #"{"url":"https://api.github.com/"}"#)
        #expect(answer.header("Location") == "https://api.github.com/x")
    }

    @Test(arguments: [storage, "uploads.github.com", "raw.githubusercontent.com"])
    func overTCPItDoesNot(host: String) async throws {
        let api = API()
        #expect(try await api.get("/x", host: host).status == 421)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test(arguments: ["\(storage):80", "\(storage):8080", "github.com", "evil.example", "x\(storage)"])
    func anotherPortOrHostIsRefused(host: String) async throws {
        let api = API(.unixSocket)
        #expect(try await api.get("/x", host: host).status == 421)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }

    @Test func theNodesOwnSecretGoesNowhere() async throws {
        let api = API(.unixSocket)
        let headers = [("Authorization", "Bearer control-secret")]
        #expect(try await api.get("/x", host: "uploads.github.com", headers).status == 401)
        let doubled = [("Authorization", "token a"), ("Authorization", "token b")]
        #expect(try await api.get("/x", host: "uploads.github.com", doubled).status == 400)
        #expect(api.gitHub.with { $0.seen.isEmpty })
    }
}
