import AsyncHTTPClient
import Foundation
import HookCacheKit
import NIOCore
package import NIOHTTP1

extension Fleet {
    /// Waits until a node answers over TCP and over its socket.
    package func listens(_ node: Int = 0) async throws {
        try await eventually("node \(node) answers over TCP") { await nodes[node].apiPort() != nil }
        let path = nodes[node].settings.api.socket
        try await eventually("node \(node) answers over its socket") { FileManager.default.fileExists(atPath: path) }
    }

    /// Asks a node over its Unix socket, under the host name that the client means; redirects are not followed.
    package func overSocket(
        _ target: String,
        host: String,
        of node: Int = 0,
        method: HTTPMethod = .GET,
        headers: HTTPHeaders = [:],
        body: [UInt8]? = nil
    ) async throws -> (status: Int, headers: HTTPHeaders, body: [UInt8]) {
        let path = nodes[node].settings.api.socket
        var request = HTTPClientRequest(
            url:
                "http+unix://\(path.split(separator: "/", omittingEmptySubsequences: false).joined(separator: "%2F"))\(target)"
        )
        request.method = method
        request.headers = headers
        request.headers.replaceOrAdd(name: "Host", value: host)
        request.body = body.map { .bytes($0) }
        let response = try await http.execute(request, timeout: .seconds(60))
        let answer = try await response.body.collect(upTo: 256 << 20)
        return (Int(response.status.code), response.headers, Array(buffer: answer))
    }
}
