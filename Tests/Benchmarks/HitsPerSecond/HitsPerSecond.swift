import Fleet
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1

/// Answers a second from the store over connections that stay open, in the forms in which clients ask for them.
@main
enum HitsPerSecond {
    static let connections = 8
    static let asked = 1000
    static let runs = 30

    static func main() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            guard let repository = RepositoryName(Fleet.repository), let port = await fleet.nodes[0].apiPort() else {
                return
            }
            for _ in 0..<runs { try await fleet.github.startRun(.init(repository)) }
            let path = "/repos/\(Fleet.repository)/actions/runs"
            let first = try await fleet.get(path, from: 0)
            let tag = first.headers.first(name: "ETag") ?? ""
            let upstream = String(fleet.githubURL.dropFirst("http://".count))
            let own = "127.0.0.1:\(port)"
            print("\(connections) connections, a list of \(runs) runs, \(first.body.count) bytes")
            let before = await fleet.github.statistics
            for (name, host, headers) in [
                ("as stored, plain", upstream, ""),
                ("as stored, gzip", upstream, "Accept-Encoding: gzip\r\n"),
                ("rewritten, plain", own, ""),
                ("rewritten, gzip", own, "Accept-Encoding: gzip\r\n"),
                ("unchanged (304)", own, "If-None-Match: \(tag)\r\n"),
            ] {
                let request =
                    "GET \(path) HTTP/1.1\r\nHost: \(host)\r\nAuthorization: token \(Fleet.token)\r\n\(headers)\r\n"
                try await measure(name, request, port: port)
            }
            print("requests upstream meanwhile: \(await fleet.github.statistics.requests - before.requests)")
        }
    }

    private static func measure(_ name: String, _ request: String, port: Int) async throws {
        try await Asker.ask(request, times: 20, port: port)
        let start = ContinuousClock.now
        let bytes = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<connections {
                group.addTask { try await Asker.ask(request, times: asked / connections, port: port) }
            }
            return try await group.reduce(0, +)
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        let rate = Double(asked / connections * connections) / seconds
        let size = bytes / (asked / connections * connections)
        print(String(format: "%@: %.0f a second, %d bytes each", name, rate, size))
    }
}
