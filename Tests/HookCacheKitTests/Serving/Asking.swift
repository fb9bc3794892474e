import Fleet
import HookCacheKit
import NIOCore

extension Fleet {
    /// The address that a client over TCP gives as `Host`.
    func host(of node: Int = 0) async -> String { "127.0.0.1:\(await nodes[node].apiPort() ?? 0)" }

    /// GitHub's own name, as gh gives it over the socket.
    var upstreamHost: String { String(githubURL.dropFirst("http://".count)) }

    /// Asks once, on a connection of its own, with nothing added and nothing undone.
    func ask(
        _ target: String,
        method: String = "GET",
        at door: Wire.Door = .tcp,
        of node: Int = 0,
        host: String? = nil,
        _ headers: String...
    ) async throws -> RawAnswer {
        var lines = ["\(method) \(target) HTTP/1.1", "Connection: close", "User-Agent: tests"] + headers
        if let host { lines.append("Host: \(host)") } else { lines.append("Host: \(await self.host(of: node))") }
        let request = lines.joined(separator: "\r\n") + "\r\n\r\n"
        return try await connect(at: door, of: node) { wire in
            await wire.send(request)
            guard let answer = try await wire.answer(to: method) else { throw RawAnswer.Nonsense() }
            return answer
        }
    }
}
