import AsyncHTTPClient
import Fleet
import NIOCore
import NIOHTTP1

/// A client of the node that joins, which asks for what is stored and no more.
struct Reader {
    let port: Int
    let paths: [String]

    /// Reads any one path.
    func read(_ figures: inout Figures) async throws {
        guard let path = paths.randomElement() else { return }
        let start = ContinuousClock.now
        let isServed = try await isServed(path)
        figures.slowest = max(figures.slowest, .now - start)
        if isServed { figures.served += 1 } else { figures.missed += 1 }
    }

    /// Makes sure that what is said to be there is served, by every hundredth path.
    func check(_ paths: [String]) async throws {
        for index in stride(from: 0, to: paths.count, by: 100) where try await !isServed(paths[index]) {
            throw Fleet.Impatient("\(paths[index]) is served")
        }
    }

    private func isServed(_ path: String) async throws -> Bool {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.headers = ["Cache-Control": "only-if-cached"]
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        _ = try await response.body.collect(upTo: 64 << 20)
        return response.status == .ok
    }
}
