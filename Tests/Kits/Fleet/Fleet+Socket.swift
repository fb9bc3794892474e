import AsyncHTTPClient
import Foundation
package import GitHubCore
import HookCacheKit
import NIOCore
package import NIOHTTP1
import NIOPosix

extension Fleet {
    /// Waits until a node answers over TCP and over its socket.
    func listens(_ node: Int) async throws {
        try await eventually("node \(node) answers over TCP") { await nodes[node].apiPort() != nil }
        let path = nodes[node].settings.api.socket
        try await eventually("node \(node) answers over its socket") {
            // The file is there before anybody listens at it.
            let channel = try? await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connect(unixDomainSocketPath: path).get()
            try await channel?.close()
            return channel != nil
        }
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

    /// Asks the control API of a node over its socket, and gives the JSON of its answer.
    package func control(
        _ method: HTTPMethod,
        _ page: String,
        _ body: String? = nil,
        of node: Int = 0
    ) async throws -> (status: Int, json: JSONObject) {
        let answer = try await overSocket(
            "/_hookcache/v1/\(page)",
            host: "localhost",
            of: node,
            method: method,
            headers: ["Content-Type": "application/json"],
            body: body.map { Array($0.utf8) }
        )
        return (answer.status, try JSONObject(answer.body))
    }

    /// Registers the webhook of the repository through a node, which is its receiver; gives GitHub's number of it.
    package func registerHook(of scope: String = Self.repository, node: Int = 0) async throws -> Int64 {
        let port = await nodes[node].webhookPort() ?? 0
        let body = #"{"scope":"\#(scope)","url":"http://127.0.0.1:\#(port)/webhook"}"#
        let (status, json) = try await control(.POST, "hooks", body, of: node)
        guard status == 200, let id = json.integer("id") else {
            throw Impatient("the webhook is registered: \(json.string("error") ?? "status \(status)")")
        }
        return id
    }
}
