import GitHubCore
import Testing

struct GraphQLAnswerTests {
    private func answer(_ text: String) throws -> GraphQL.Answer { try #require(GraphQL.Answer(Array(text.utf8))) }

    @Test(arguments: [
        (#"{"data":{"a":1}}"#, true), (#"{"data":{"a":1},"errors":null}"#, true),
        (#"{"data":{"a":1},"errors":[]}"#, false),
        (#"{"data":{"a":null},"errors":[{"type":"NOT_FOUND","message":"no"}]}"#, false), (#"{"data":null}"#, false),
        (#"{"errors":[{"message":"x"}]}"#, false), (#"{"data":{"a":1},"errors":"x"}"#, false),
        (#"{"data":[],"errors":null}"#, false),
    ])
    func onlyDataWithoutErrorsIsKept(text: String, expected: Bool) throws {
        #expect(try answer(text).isWhole == expected)
    }

    @Test(arguments: ["", "{}", "[]", #"{"message":"Bad credentials"}"#, "<html>", #"{"data":{}"#])
    func whatIsNoAnswerIsNone(text: String) {
        #expect(GraphQL.Answer(Array(text.utf8)) == nil)
    }

    @Test func limitsAreTold() throws {
        let spent = try answer(
            #"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded for user ID 1."}]}"#
        )
        #expect(spent.refusal(resetAt: 1_500, retryAfter: nil, now: 1_000) == .primary(until: 1_500))
        #expect(spent.refusal(resetAt: nil, retryAfter: nil, now: 1_000) == .primary(until: 1_060))
        #expect(spent.refusal(resetAt: 900, retryAfter: nil, now: 1_000) == .primary(until: 1_000))
        #expect(spent.refusal(resetAt: .max, retryAfter: nil, now: 1_000) == .primary(until: 87_400))
        let newer = try answer(
            #"{"errors":[{"type":"RATE_LIMIT","code":"graphql_rate_limit","message":"API rate limit already exceeded"}]}"#
        )
        #expect(newer.refusal(resetAt: 1_500, retryAfter: nil, now: 1_000) == .primary(until: 1_500))
        let secondary = try answer(#"{"errors":[{"message":"You have exceeded a secondary rate limit. Please wait"}]}"#)
        #expect(secondary.refusal(resetAt: 1_500, retryAfter: 1_030, now: 1_000) == .secondary(until: 1_030))
        #expect(secondary.refusal(resetAt: 1_500, retryAfter: nil, now: 1_000) == .secondary(until: nil))
        #expect(
            try answer(#"{"data":{},"errors":[{"type":"NOT_FOUND","message":"x"}]}"#).refusal(
                resetAt: 1,
                retryAfter: nil,
                now: 0
            ) == nil
        )
    }
}
