package import AsyncHTTPClient
package import GitHubCore
import NIOCore
package import NIOHTTP1

/// What goes over the wire for a client of GitHub: its headers with each request, no redirects followed, and validators
/// where it keeps any.
package struct ReplayClient: Sendable {
    /// One answer.
    package struct Answer: Sendable {
        /// The status.
        package let status: Int
        /// The headers.
        package let headers: HTTPHeaders
        /// The body; what is kept of it where the answer was 304.
        package let body: [UInt8]
    }

    /// One request with its answer, in which `{api}` stands for the API's address: the same by whatever way it was asked.
    package struct Exchange: Hashable, Sendable {
        /// Method and target.
        package let request: String
        /// The status.
        package let status: Int
        /// The answer's `Link`.
        package let link: String?
        /// The answer's body.
        package let body: String
    }

    /// What it takes for GitHub's API, without a slash at the end.
    package let api: String
    /// The headers that it sends with everything.
    package var headers: [(name: String, value: String)]
    /// Whether it remembers validators, as few clients do.
    package let hasETags: Bool
    /// Requests so far.
    package private(set) var requests = 0
    /// What it asked and what it was answered, where it was told to write that down.
    package private(set) var exchanges: [Exchange] = []

    private let http: HTTPClient
    private let writesDown: Bool
    private let afterwards: @Sendable () async -> Void
    private var known: [String: (etag: String, body: [UInt8])] = [:]

    /// A client.
    ///
    /// - Parameters:
    ///   - api: What it takes for GitHub's API, without a slash at the end.
    ///   - headers: What it sends with everything.
    ///   - hasETags: Whether it remembers validators.
    ///   - http: What carries its requests.
    ///   - writesDown: Whether ``exchanges`` are kept.
    ///   - afterwards: What happens after each answer.
    package init(
        api: String,
        headers: [(name: String, value: String)],
        hasETags: Bool = false,
        http: HTTPClient = .shared,
        writesDown: Bool = false,
        afterwards: @escaping @Sendable () async -> Void = {}
    ) {
        self.api = api
        self.headers = headers
        self.hasETags = hasETags
        self.http = http
        self.writesDown = writesDown
        self.afterwards = afterwards
    }

    /// GETs a path below the API, or a whole URL, and gives the JSON; nil where the answer is none of 200 and 304.
    package mutating func get(_ target: String) async throws -> JSONSlices? {
        let answer = try await send(.GET, target)
        return answer.status == 200 || answer.status == 304 ? try JSONSlices(answer.body) : nil
    }

    /// Asks for a path below the API, or for a whole URL.
    package mutating func send(_ method: HTTPMethod, _ target: String) async throws -> Answer {
        let url = target.hasPrefix("http") ? target : api + target
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = HTTPHeaders(headers.map { ($0.name, $0.value) })
        if let known = known[url] { request.headers.add(name: "If-None-Match", value: known.etag) }
        let response = try await http.execute(request, timeout: .seconds(30))
        var body = Array(buffer: try await response.body.collect(upTo: 16 << 20))
        requests += 1
        await afterwards()
        if response.status == .notModified, let known = known[url] { body = known.body }
        if hasETags, response.status == .ok, let etag = response.headers.first(name: "ETag") {
            known[url] = (etag, body)
        }
        if writesDown {
            exchanges.append(
                Exchange(
                    request: "\(method.rawValue) \(url.replacing(api, with: ""))",
                    status: Int(response.status.code),
                    link: response.headers.first(name: "Link")?.replacing(api, with: "{api}"),
                    body: String(decoding: body, as: UTF8.self).replacing(api, with: "{api}")
                )
            )
        }
        return Answer(status: Int(response.status.code), headers: response.headers, body: body)
    }
}
