import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// Asks the running node over its Unix socket.
struct ControlClient {
    /// What an answer may hold and how long it may take.
    enum Limits {
        static let answerBytes = 64 << 20
        static let wait = TimeAmount.seconds(60)
        static let longWait = TimeAmount.minutes(15)
    }

    /// What a request wants done.
    enum Method: String {
        case get = "GET"
        case post = "POST"
        case delete = "DELETE"
    }

    /// An answer that is no error.
    struct Answer {
        var headers: HTTPHeaders
        var bytes: [UInt8]

        /// The body, which is JSON in all but a few answers.
        func json() throws(CommandError) -> JSONValue {
            guard let value = JSONValue(self.bytes) else { throw .failed("the node's answer is not JSON") }
            return value
        }
    }

    /// Tries once, for a socket that refuses is no node, and lives as long as the process.
    static let http: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    let socket: String

    /// GETs the JSON of a control endpoint.
    func get(_ path: String, _ query: [(String, String?)] = []) async throws -> JSONValue {
        try await self.request(.get, path, query).json()
    }

    /// Sends a request to a control endpoint, and throws what the node says against it.
    func request(
        _ method: Method,
        _ path: String,
        _ query: [(String, String?)] = [],
        body: JSONValue? = nil,
        wait: TimeAmount = Limits.wait
    ) async throws -> Answer {
        guard var request = self.message(method, path, query) else {
            throw CommandError.usage("\(self.socket) is no path of a socket")
        }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(Array(body.line.utf8))
        }
        do {
            let response = try await Self.http.execute(request, timeout: wait)
            let bytes = Array(buffer: try await response.body.collect(upTo: Limits.answerBytes))
            guard (200..<300).contains(response.status.code) else {
                throw CommandError.failed(Self.reason(status: response.status, bytes: bytes))
            }
            return Answer(headers: response.headers, bytes: bytes)
        } catch let error as CommandError {
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw self.failure(error)
        }
    }

    /// A request to a control endpoint, or nil where the socket has no path.
    func message(_ method: Method, _ path: String, _ query: [(String, String?)] = []) -> HTTPClientRequest? {
        let uri = "/_hookcache/v1/" + path + Self.queryString(query)
        guard let url = URL(httpURLWithSocketPath: self.socket, uri: uri) else { return nil }
        var request = HTTPClientRequest(url: url.absoluteString)
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers.add(name: "Host", value: "localhost")
        request.headers.add(name: "User-Agent", value: "hookcache/\(HookCache.version)")
        request.headers.add(name: "Accept", value: "application/json")
        return request
    }

    /// The message of an error answer: our `error`, GitHub's `message`, or the status alone.
    static func reason(status: HTTPResponseStatus, bytes: [UInt8]) -> String {
        let json = JSONValue(bytes)
        let message = json?["error"]?.string ?? json?["error.message"]?.string ?? json?["message"]?.string
        return message.map { "\($0) (\(status.code))" } ?? "the node answered \(status.code) \(status.reasonPhrase)"
    }

    static func queryString(_ query: [(String, String?)]) -> String {
        var allowed = CharacterSet.urlQueryAllowed
        allowed.remove(charactersIn: "&=+?#;")
        let items = query.compactMap { name, value -> String? in
            value?.addingPercentEncoding(withAllowedCharacters: allowed).map { "\(name)=\($0)" }
        }
        return items.isEmpty ? "" : "?" + items.joined(separator: "&")
    }

    private func failure(_ error: any Error) -> CommandError {
        if access(self.socket, F_OK) != 0 {
            return .unavailable(
                "no node answers: there is no socket at \(self.socket); start one with `hookcache serve`, or name it with --socket"
            )
        }
        if access(self.socket, R_OK | W_OK) != 0 {
            return .failed("the socket \(self.socket) belongs to another user: run this as the user of the node")
        }
        switch error as? HTTPClientError {
        case .deadlineExceeded?, .readTimeout?:
            return .failed("the node took too long to answer")
        case .remoteConnectionClosed?:
            return .failed("the node closed the connection before it answered")
        default:
            return .unavailable("no node answers at \(self.socket): start one with `hookcache serve` (\(error))")
        }
    }
}
