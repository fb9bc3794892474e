import Foundation
import GitHubCore
import SharedData
import Testing

/// The table against GitHub's OpenAPI description, where that is beside the checkout.
@Suite(.enabled(if: SharedData.has(GitHubAPI.file), "no OpenAPI description beside this checkout"))
struct EndpointTableTests {
    /// What is not stored, and why.
    static let uncached: [String: String] = [
        "/repos/{owner}/{repo}/actions/runs/{run_id}/logs": "a redirect to a signed URL",
        "/repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/logs": "a redirect to a signed URL",
        "/repos/{owner}/{repo}/actions/jobs/{job_id}/logs": "a redirect to a signed URL",
        "/repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}": "a redirect to a signed URL",
        "/repos/{owner}/{repo}/actions/runners/downloads": "may carry a token",
        "/orgs/{org}/actions/runners/downloads": "may carry a token",
        "/repos/{owner}/{repo}/hooks": "administration",
        "/repos/{owner}/{repo}/hooks/{hook_id}": "administration",
        "/repos/{owner}/{repo}/hooks/{hook_id}/config": "administration",
        "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries": "live",
        "/repos/{owner}/{repo}/hooks/{hook_id}/deliveries/{delivery_id}": "may carry secrets",
        "/orgs/{org}/hooks": "administration",
        "/orgs/{org}/hooks/{hook_id}": "administration",
        "/orgs/{org}/hooks/{hook_id}/config": "administration",
        "/orgs/{org}/hooks/{hook_id}/deliveries": "live",
        "/orgs/{org}/hooks/{hook_id}/deliveries/{delivery_id}": "may carry secrets",
        "/app/hook/deliveries": "live",
        "/app/hook/deliveries/{delivery_id}": "may carry secrets",
        "/rate_limit": "live",
        "/meta": "seldom asked for",
    ]

    @Test func everyReadIsInTheTableOrLeftOutOnPurpose() throws {
        let operations = try GitHubAPI.reads()
        #expect(operations.count == 59)
        for operation in operations {
            let isKnown = Resource(operation.sample) != nil
            #expect(isKnown == (Self.uncached[operation.template] == nil), "\(operation.template)")
        }
        #expect(Set(Self.uncached.keys).isSubset(of: operations.map(\.template)))
    }

    @Test func pathsAreGitHubs() throws {
        for operation in try GitHubAPI.reads() where Self.uncached[operation.template] == nil {
            #expect(Resource(operation.sample)?.path == operation.sample)
        }
    }

    @Test func parametersAndDefaultsAreGitHubs() throws {
        for operation in try GitHubAPI.reads() where Self.uncached[operation.template] == nil {
            let row = try #require(Resource(operation.sample)).endpoint.row
            let own = Dictionary(uniqueKeysWithValues: row.parameters.map { ($0.name, $0.fallback) })
            #expect(own == operation.parameters, "\(operation.template)")
        }
    }

    @Test func shapesAreGitHubs() throws {
        for operation in try GitHubAPI.reads() where Self.uncached[operation.template] == nil {
            #expect(
                try #require(Resource(operation.sample)).endpoint.row.shape == operation.shape,
                "\(operation.template)"
            )
        }
    }
}

/// GitHub's description of its REST API, as far as the tests ask.
private enum GitHubAPI {
    static let file = "github/openapi/github-actions-subset.json"

    struct Read {
        let template: String
        let parameters: [String: String?]
        let shape: Endpoint.Shape

        /// The path with something in its places.
        var sample: String {
            template.replacing(/\{(\w+)\}/) { place in
                switch place.output.1 {
                case "owner", "org", "username": "octo"
                case "repo": "hello"
                case "ref": "main"
                case "archive_format": "zip"
                default: "7"
                }
            }
        }
    }

    static func reads() throws -> [Read] {
        let whole = try #require(
            JSONSerialization.jsonObject(with: Data(SharedData.bytes(file))) as? [String: Any]
        )
        let paths = try #require(whole["paths"] as? [String: [String: Any]])
        return try paths.compactMap { template, item in
            guard let operation = item["get"] as? [String: Any] else { return nil }
            let all =
                (operation["parameters"] as? [[String: Any]] ?? []) + (item["parameters"] as? [[String: Any]] ?? [])
            var parameters: [String: String?] = [:]
            for parameter in try all.map({ try resolved($0, whole) }) where parameter["in"] as? String == "query" {
                let schema = parameter["schema"] as? [String: Any] ?? [:]
                parameters[try #require(parameter["name"] as? String)] = .some(fallback(schema))
            }
            return Read(template: template, parameters: parameters, shape: try shape(operation, whole))
        }.sorted { $0.template < $1.template }
    }

    private static func fallback(_ schema: [String: Any]) -> String? {
        guard let value = schema["default"] else { return nil }
        return schema["type"] as? String == "boolean" ? "\(value as? Bool ?? false)" : "\(value)"
    }

    private static func shape(_ operation: [String: Any], _ whole: [String: Any]) throws -> Endpoint.Shape {
        let responses = operation["responses"] as? [String: Any] ?? [:]
        let found = try resolved(responses["200"] as? [String: Any] ?? [:], whole)
        let json = (found["content"] as? [String: Any])?["application/json"] as? [String: Any] ?? [:]
        let schema = try resolved(json["schema"] as? [String: Any] ?? [:], whole)
        if schema["type"] as? String == "array" { return .array }
        let properties = schema["properties"] as? [String: [String: Any]] ?? [:]
        guard properties["total_count"] != nil else { return .object }
        let arrays = properties.filter { $0.value["type"] as? String == "array" }.keys
        return try .envelope(#require(arrays.first))
    }

    private static func resolved(_ value: [String: Any], _ whole: [String: Any]) throws -> [String: Any] {
        guard let path = value["$ref"] as? String else { return value }
        let found = path.split(separator: "/").dropFirst().reduce(whole as Any?) { value, key in
            (value as? [String: Any])?[String(key)]
        }
        return try #require(found as? [String: Any])
    }
}
