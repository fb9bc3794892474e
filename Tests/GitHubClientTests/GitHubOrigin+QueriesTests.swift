import CacheCore
import GitHubClient
import GitHubCore
import RawServers
import Testing

struct GitHubOriginQueriesTests {
    private static let body = Array(#"{ "query" : "{viewer{login}}" }"#.utf8)
    private static let caller = Identity.caller(CredentialID("c"), authorization: "token theirs")

    private func question(_ variant: GraphQL.Variant = GraphQL.Variant()) throws -> OriginRequest {
        guard case .query(let query) = GraphQL.Request(body: Self.body, variant: variant) else {
            throw GraphQL.SyntaxError.truncated
        }
        let posted = PostedQuery(query, body: Self.body)
        return OriginRequest(GitHubClientTests.question().representation, query: posted, priority: .read)
    }

    private func headers(remaining: Int, _ more: [String: String] = [:]) -> [String: String] {
        quotaHeaders(remaining: remaining).merging(["X-RateLimit-Resource": "graphql"]) { $1 }.merging(more) { $1 }
    }

    @Test func aQueryIsPostedAsItsClientSentIt() async throws {
        let answer = #"{"data":{"viewer":{"login":"octocat"}}}"#
        try await ScriptedServer.run { _, _ in
            .answer(200, headers(remaining: 4_990), Array(answer.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let variant = GraphQL.Variant(
                    accept: "application/vnd.github.nebula-preview",
                    features: "merge_queue",
                    timeZone: "Etc/UTC"
                )
                let result = try await origin.fetch(question(variant), as: Self.caller)
                #expect(result.answer?.body.bytes == Array(answer.utf8))
                _ = try await origin.fetch(question(), as: Self.caller)
                let shown = origin.rateLimitHeaders(for: Self.caller, of: .graphql)
                #expect(shown.first { $0.name == "X-RateLimit-Remaining" }?.value == "4990")
                #expect(shown.first { $0.name == "X-RateLimit-Resource" }?.value == "graphql")
                #expect(origin.rateLimitHeaders(for: Self.caller).isEmpty)
                #expect(origin.statistics.callsMade == 2)
            }
            let request = try #require(server.requests.first)
            #expect(request.method == "POST")
            #expect(request.target == "/graphql")
            #expect(request.body == Self.body)
            #expect(request["Authorization"] == "token theirs")
            #expect(request["Accept"] == "application/vnd.github.nebula-preview")
            #expect(request["GraphQL-Features"] == "merge_queue")
            #expect(request["Time-Zone"] == "Etc/UTC")
            #expect(request["Content-Type"] == "application/json")
            #expect(request["If-None-Match"] == nil)
            #expect(server.requests[1]["Accept"] == "application/vnd.github+json")
            #expect(server.requests[1]["GraphQL-Features"] == nil)
        }
    }

    @Test(arguments: ["RATE_LIMITED", "RATE_LIMIT"])
    func aSpentQuotaIn200IsALimitOfQueriesAlone(type: String) async throws {
        let refusal = #"{"errors":[{"type":"\#(type)","message":"API rate limit exceeded for user ID 1."}]}"#
        try await ScriptedServer.run { _, request in
            request.method == "GET"
                ? .answer(200, quotaHeaders(remaining: 9), Array(#"{"id":7}"#.utf8))
                : .answer(200, headers(remaining: 0), Array(refusal.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let question = try question()
                let until = Timestamp(seconds: 1_800_003_600)
                #expect(await origin.fetch(question, as: Self.caller).failure == .limited(until: until))
                // Nobody asks again before it is over.
                #expect(await origin.fetch(question, as: Self.caller).failure == .limited(until: until))
                #expect(server.requests.count == 1)
                let run = GitHubClientTests.question()
                #expect(await origin.fetch(run, as: Self.caller).answer?.status == 200)
            }
        }
    }

    @Test(arguments: [200, 403])
    func aSecondaryLimitIsObeyedWhateverItsStatus(status: Int) async throws {
        let words = "You have exceeded a secondary rate limit. Please wait a few minutes."
        let refusal = status == 200 ? #"{"errors":[{"message":"\#(words)"}]}"# : #"{"message":"\#(words)"}"#
        try await ScriptedServer.run { _, _ in
            .answer(status, headers(remaining: 4_000, ["Retry-After": "30"]), Array(refusal.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let question = try question()
                let until = Timestamp(seconds: 1_800_000_030)
                #expect(await origin.fetch(question, as: Self.caller).failure == .limited(until: until))
                #expect(await origin.fetch(question, as: Self.caller).failure == .limited(until: until))
                #expect(server.requests.count == 1)
            }
        }
    }

    @Test func otherErrorsAreAnswers() async throws {
        let refusal = #"{"data":{"repository":null},"errors":[{"type":"NOT_FOUND","message":"no such repository"}]}"#
        try await ScriptedServer.run { _, _ in
            .answer(200, headers(remaining: 0), Array(refusal.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let question = try question()
                #expect(await origin.fetch(question, as: Self.caller).answer?.body.bytes == Array(refusal.utf8))
            }
        }
    }

    @Test func aQueryWhoseConnectionBreaksIsAskedOnceMore() async throws {
        try await ScriptedServer.run { number, _ in
            number == 0 ? .close : .answer(200, headers(remaining: 1), Array(#"{"data":{}}"#.utf8))
        } _: { server in
            try await withOrigin(at: server.url) { origin in
                let question = try question()
                #expect(await origin.fetch(question, as: Self.caller).answer?.status == 200)
                #expect(server.requests.count == 2)
            }
        }
    }
}
