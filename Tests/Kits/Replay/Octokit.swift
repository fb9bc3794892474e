package import AsyncHTTPClient
package import GitHubCore
import NIOHTTP1

/// octokit with `paginate`, as src/iterator.ts and src/normalize-paginated-list-response.ts of
/// octokit/plugin-paginate-rest.js do it (at c3202ca, August 2026).
///
/// Its `baseUrl` has no slash at the end. It asks for the next page by the URL that `Link` gives, as it stands there and
/// wherever that leads, with the same headers. A list is an array, or the first of an object's members besides
/// `total_count`, which must be there.
package struct Octokit: Sendable {
    /// What it asks with.
    package private(set) var client: ReplayClient

    /// A client with a token.
    package init(baseURL: String, token: String, http: HTTPClient) {
        client = ReplayClient(
            api: baseURL,
            headers: [
                ("accept", "application/vnd.github.v3+json"),
                ("user-agent", "octokit-rest.js/22.0.1 octokit-core.js/7.0.6 Node.js/22"),
                ("authorization", "token \(token)"), ("accept-encoding", "gzip, deflate"),
            ],
            http: http,
            writesDown: true
        )
    }

    /// All elements of a list.
    package mutating func paginate(_ route: String) async throws -> [JSONObject] {
        var found: [JSONObject] = []
        var next: String? = client.api + route
        while let url = next {
            let answer = try await client.send(.GET, url)
            guard answer.status == 200 else { throw ReplayWorld.Failure("\(url) was answered with \(answer.status)") }
            let json = try JSONSlices(answer.body)
            let list = try Self.list(in: json)
            found += try list.map { element throws(JSONError) in try JSONObject(json, at: element) }
            next = answer.headers.first(name: "link").flatMap(Self.next)
        }
        return found
    }

    /// Where the elements stand.
    private static func list(in json: JSONSlices) throws -> [Range<Int>] {
        guard json.bytes.first != UInt8(ascii: "[") else { return try json.elements(of: json.root) }
        let members = try json.members(of: json.root)
        let extras = ["total_count", "total_commits", "incomplete_results", "repository_selection"]
        guard members.contains(where: { $0.key == "total_count" }), !members.contains(where: { $0.key == "url" }),
            let list = members.first(where: { !extras.contains($0.key) })
        else { throw ReplayWorld.Failure("an answer is no list") }
        return try json.elements(of: list.value)
    }

    private static func next(in link: String) -> String? {
        link.firstMatch(of: #/<([^<>]+)>;\s*rel="next"/#).map { String($0.1) }
    }

    /// What a program may do with the Actions of a repository.
    package mutating func walk(_ repository: String) async throws {
        let actions = "/repos/\(repository)/actions"
        _ = try await paginate("/orgs/\(repository.prefix { $0 != "/" })/repos?per_page=1")
        let runs = try await paginate("\(actions)/runs?branch=main&per_page=2")
        for run in runs.compactMap({ $0.integer("id") }).prefix(2) {
            _ = try await paginate("\(actions)/runs/\(run)/jobs?per_page=1")
            _ = try await paginate("\(actions)/runs/\(run)/artifacts")
        }
        _ = try await paginate("\(actions)/workflows/ci.yml/runs?per_page=2")
        _ = try await paginate("\(actions)/artifacts?per_page=1")
        _ = try await paginate("\(actions)/runners?per_page=2")
    }
}
