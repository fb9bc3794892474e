import AsyncHTTPClient
import HookCacheKit
import NIOCore
package import NIOHTTP1

extension Fleet {
    /// What a client gets.
    package typealias Answer = (status: Int, headers: HTTPHeaders, body: [UInt8])

    /// GETs a path of a node's API by many clients at once, each over a connection of its own.
    package func get(
        _ path: String,
        from node: Int,
        byEachOf clients: [HTTPHeaders]
    ) async throws -> [Answer] {
        let port = await nodes[node].apiPort() ?? 0
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = clients.count
        let http = HTTPClient(configuration: configuration)
        do {
            let answers = try await withThrowingTaskGroup(of: Answer.self) { group in
                for headers in clients {
                    var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
                    request.headers = headers
                    group.addTask { [request] in
                        let response = try await http.execute(request, timeout: .seconds(60))
                        let body = try await response.body.collect(upTo: 64 << 20)
                        return (Int(response.status.code), response.headers, Array(buffer: body))
                    }
                }
                return try await group.reduce(into: [Answer]()) { $0.append($1) }
            }
            try await http.shutdown()
            return answers
        } catch {
            try await http.shutdown()
            throw error
        }
    }
}
