import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// A tool that reads GitHub's API through one node, with a credential of its own.
struct DemoReader: Sendable {
    /// How long the demo waits for something to become visible.
    static let patience = Duration.seconds(10)

    static let token = "ghp_demoReader"

    let apiURL: String
    private let githubURL: String

    init(apiURL: String, githubURL: String) {
        self.apiURL = apiURL
        self.githubURL = githubURL
    }

    /// Reads a path; nil where the node has no copy.
    ///
    /// Without `mayFetch` the node answers from what it has.
    func read(_ path: String, mayFetch: Bool) async throws -> [UInt8]? {
        var request = HTTPClientRequest(url: self.apiURL + path)
        request.headers.add(name: "Authorization", value: "Bearer \(Self.token)")
        request.headers.add(name: "User-Agent", value: "hookcache-demo/\(HookCache.version)")
        request.headers.add(name: "Accept", value: "application/vnd.github+json")
        if !mayFetch { request.headers.add(name: "Cache-Control", value: "only-if-cached") }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let body = try await response.body.collect(upTo: ControlClient.Limits.answerBytes)
        guard response.status == .ok else { return nil }
        return Array(buffer: body)
    }

    /// Reads a path until its object is as wanted; nil if that does not happen in time.
    func wait(for path: String, mayFetch: Bool = false, until isWanted: (JSONValue) -> Bool) async throws -> JSONValue?
    {
        let deadline = ContinuousClock.now + Self.patience
        while ContinuousClock.now < deadline {
            if let bytes = try await self.read(path, mayFetch: mayFetch),
                let object = JSONValue(self.asGitHubSays(bytes)),
                isWanted(object)
            {
                return object
            }
            try await Task.sleep(for: .milliseconds(2))
        }
        return nil
    }

    /// The body with the URLs that it had at GitHub.
    private func asGitHubSays(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        return Array(text.replacing(self.apiURL, with: self.githubURL).utf8)
    }
}
