import CacheCore
import GitHubClient
import GitHubCore
import RawServers
import Testing

@Suite struct GitHubHookAdminTests {
    private static let hook = #"""
        {"type":"Repository","id":12,"name":"web","active":true,"events":["workflow_job","workflow_run"],
        "config":{"content_type":"json","insecure_ssl":"0","secret":"********","url":"https://ci.example/webhook"}}
        """#
    private let repository = Scope.owner("octo")
    private let settings = HookSettings(url: "https://ci.example/webhook", secret: "s3\"cret")
    private let expected = RemoteHook(
        id: 12,
        url: "https://ci.example/webhook",
        events: ["workflow_job", "workflow_run"],
        isActive: true,
        contentType: "json",
        verifiesTLS: true
    )

    @discardableResult
    private func admin<Result: Sendable>(
        token: String? = "node-token",
        _ script: @escaping ScriptedServer.Script,
        _ body: @Sendable (GitHubHookAdmin, ScriptedServer) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.run(script) { server in
            try await withOrigin(at: server.url, token: token) { try await body(GitHubHookAdmin($0), server) }
        }
    }

    @Test(arguments: [("Octo/Hello", "/repos/Octo/Hello/hooks"), ("octo", "/orgs/octo/hooks")])
    func makesAndSetsHooks(scope: String, path: String) async throws {
        let scope = try #require(Scope(scope))
        try await admin { _, _ in
            .answer(201, json, Array(Self.hook.utf8))
        } _: { admin, server in
            let made = try await admin.create(settings, in: scope)
            let set = try await admin.update(12, to: settings, in: scope)
            #expect(made == expected)
            #expect(set == expected)
            let seen = server.requests
            #expect(seen.map { "\($0.method) \($0.target)" } == ["POST \(path)", "PATCH \(path)/12"])
            #expect(seen.allSatisfy { $0["Authorization"] == "Bearer node-token" })
            #expect(seen.allSatisfy { $0["Content-Type"] == "application/json" })
            let config =
                #""config":{"content_type":"json","insecure_ssl":"0","secret":"s3\"cret","url":"https://ci.example/webhook"}"#
            let events = #""events":["workflow_job","workflow_run"]"#
            #expect(
                String(decoding: seen[0].body, as: UTF8.self)
                    == "{\"active\":true,\(config),\(events),\"name\":\"web\"}"
            )
            #expect(String(decoding: seen[1].body, as: UTF8.self) == "{\"active\":true,\(config),\(events)}")
        }
    }

    private func hook(_ priority: FetchPriority = .read) -> HookAddress {
        HookAddress(id: 12, scope: repository, priority: priority)
    }

    @Test func aDeliveryLogIsReadPageByPage() async throws {
        let item = """
            {"id":7,"guid":"g7","delivered_at":"2026-08-01T10:00:00Z","redelivery":false,"status":"OK","status_code":200,\
            "event":"workflow_run","action":"completed"}
            """
        let link =
            #"<https://api.github.com/organizations/1/hooks/12/deliveries?cursor=v1_6%2B&per_page=100>; rel="next""#
        try await admin { number, _ in
            guard number < 2 else { return .answer(304, [:], []) }
            let headers = json.merging(["ETag": "\"e\(number)\""]) { first, _ in first }
            return .answer(
                200,
                number == 0 ? headers.merging(["Link": link]) { first, _ in first } : headers,
                Array("[\(item), 3, {}]".utf8)
            )
        } _: { admin, server in
            let first = try #require(try await admin.deliveries(DeliveryQuery(failedOnly: true), of: hook(.poll)))
            #expect(first.deliveries.map(\.guid.text) == ["g7"])
            #expect(first.next == "v1_6+" && first.etag == "\"e0\"")
            let query = DeliveryQuery(failedOnly: false, cursor: first.next)
            let second = try #require(try await admin.deliveries(query, of: hook()))
            #expect(second.next == nil)
            let again = DeliveryQuery(failedOnly: false, etag: "\"e1\"")
            #expect(try await admin.deliveries(again, of: hook()) == nil)
            let path = "/orgs/octo/hooks/12/deliveries?per_page=100"
            #expect(server.requests.map(\.target) == ["\(path)&status=failure", "\(path)&cursor=v1_6%2B", path])
            #expect(server.requests.map { $0["If-None-Match"] } == [nil, nil, "\"e1\""])
        }
    }

    @Test func aPayloadIsReadAndADeliverySentAgain() async throws {
        try await admin { number, _ in
            let body = [#"{"id":7,"request":{"payload":{"a" :1}}}"#, #"{"id":7,"request":{"payload":null}}"#, "{}"]
            return .answer(number == 2 ? 202 : 200, json, Array(body[number].utf8))
        } _: { admin, server in
            #expect(try await admin.payload(ofDelivery: 7, of: hook()) == Array(#"{"a" :1}"#.utf8))
            #expect(try await admin.payload(ofDelivery: 7, of: hook()) == nil)
            try await admin.redeliver(7, of: hook())
            let path = "/orgs/octo/hooks/12/deliveries/7"
            let seen = server.requests.map { "\($0.method) \($0.target)" }
            #expect(seen == ["GET \(path)", "GET \(path)", "POST \(path)/attempts"])
        }
    }

    @Test func aSecretIsSetAlone() async throws {
        try await admin { _, _ in
            .answer(200, json, Array(#"{"content_type":"json","secret":"********"}"#.utf8))
        } _: { admin, server in
            try await admin.setSecret("s3\"cret", of: 12, in: repository)
            let seen = server.requests
            #expect(seen.map { "\($0.method) \($0.target)" } == ["PATCH /orgs/octo/hooks/12/config"])
            #expect(seen.map { String(decoding: $0.body, as: UTF8.self) } == [#"{"secret":"s3\"cret"}"#])
        }
    }

    @Test(arguments: [
        ("octo/hello", "workflow, read:org", "scopes workflow, read:org: it lacks admin:repo_hook"),
        ("octo/hello", "", "no scope: it lacks admin:repo_hook"),
        ("octo/hello", "repo", "its user is not an administrator of the repository"),
        ("octo/hello", "admin:repo_hook", "its user is not an administrator of the repository"),
        ("octo", "repo, admin:repo_hook", "it lacks admin:org_hook"),
        ("octo", "admin:org_hook", "its user is not an owner of the organisation"),
    ])
    func whatAClassicTokenLacksIsNamed(scope: String, scopes: String, words: String) async throws {
        let scope = try #require(Scope(scope))
        let headers = json.merging(["X-OAuth-Scopes": scopes]) { first, _ in first }
        for status in [403, 404] {
            try await admin { _, _ in
                .answer(status, headers, Array(#"{"message":"Not Found"}"#.utf8))
            } _: { admin, _ in
                let failure = await #expect(throws: HookFailure.self) { try await admin.hooks(of: scope) }
                switch failure {
                case .forbidden(let text), .notFound(let text): #expect(text.contains(words), "\(text)")
                default: Issue.record("wrong kind of failure")
                }
            }
        }
    }

    @Test func listsAllPages() async throws {
        try await admin { number, _ in
            let link = "<http://127.0.0.1:1/evil?page=2>; rel=\"next\""
            let headers = number < 2 ? json.merging(["Link": link]) { first, _ in first } : json
            return .answer(200, headers, Array("[\(Self.hook), 3, {}]".utf8))
        } _: { admin, server in
            let hooks = try await admin.hooks(of: repository)
            #expect(hooks == [expected, expected, expected])
            #expect(server.requests.map(\.target) == (1...3).map { "/orgs/octo/hooks?per_page=100&page=\($0)" })
        }
    }

    @Test func anEndlessListEnds() async throws {
        try await admin { _, _ in
            .answer(200, json.merging(["Link": "<x>; rel=\"next\""]) { first, _ in first }, Array("[]".utf8))
        } _: { admin, server in
            let hooks = try await admin.hooks(of: repository)
            #expect(hooks.isEmpty)
            #expect(server.requests.count == 10)
        }
    }

    @Test func pingsAndRemoves() async throws {
        try await admin { _, _ in
            .answer(204, [:], [])
        } _: { admin, server in
            try await admin.ping(12, in: repository)
            try await admin.remove(12, in: repository)
            let seen = server.requests.map { "\($0.method) \($0.target)" }
            #expect(seen == ["POST /orgs/octo/hooks/12/pings", "DELETE /orgs/octo/hooks/12"])
        }
    }

    @Test(arguments: [
        (401, "Bad credentials"), (403, "Resource not accessible by personal access token"), (404, "Not Found"),
    ])
    func aMissingPermissionIsNamed(status: Int, message: String) async throws {
        let scope = try #require(Scope("octo/hello"))
        let headers = json.merging(["X-Accepted-GitHub-Permissions": "repository_hooks=write"]) { first, _ in first }
        try await admin { _, _ in
            .answer(status, headers, Array("{\"message\":\"\(message)\"}".utf8))
        } _: { admin, _ in
            let failure = await #expect(throws: HookFailure.self) { try await admin.hooks(of: scope) }
            let text: String
            switch failure {
            case .forbidden(let words) where status != 404: text = words
            case .notFound(let words) where status == 404: text = words
            default:
                Issue.record("wrong kind of failure")
                return
            }
            #expect(text.contains("admin:repo_hook"))
            #expect(text.contains("permission \"Webhooks\""))
            #expect(status == 404 || text.contains(message))
            #expect(status != 403 || text.contains("repository_hooks=write"))
        }
    }

    @Test func whatGitHubRefusesIsPassedOn() async throws {
        let body =
            #"{"message":"Validation Failed","errors":[{"resource":"Hook","code":"custom","message":"Hook already exists on this repository"}]}"#
        try await admin { _, _ in
            .answer(422, json, Array(body.utf8))
        } _: { admin, _ in
            await #expect(throws: HookFailure.refused("Validation Failed: Hook already exists on this repository")) {
                try await admin.create(settings, in: repository)
            }
        }
    }

    @Test func otherFailuresAreTheOrigins() async throws {
        try await admin { number, _ in
            .answer(number == 0 ? 502 : 200, json, Array("{}".utf8))
        } _: { admin, _ in
            await #expect(throws: HookFailure.origin(.unusable(status: 502, "server error"))) {
                try await admin.remove(1, in: repository)
            }
            await #expect(throws: HookFailure.origin(.unusable(status: 200, "the body is no hook"))) {
                try await admin.create(settings, in: repository)
            }
            await #expect(throws: HookFailure.origin(.unusable(status: 200, "the body is no list"))) {
                try await admin.hooks(of: repository)
            }
        }
    }

    @Test func aWriteIsNeverSentTwice() async throws {
        try await admin { _, _ in
            .close
        } _: { admin, server in
            await #expect(throws: HookFailure.self) { try await admin.create(settings, in: repository) }
            #expect(server.requests.count == 1)
        }
    }

    @Test func withoutATokenNothingIsAsked() async throws {
        try await admin(token: nil) { _, _ in
            .close
        } _: { admin, server in
            await #expect(throws: HookFailure.noCredential) { try await admin.hooks(of: repository) }
            #expect(server.requests.isEmpty)
        }
    }
}
