import HTTPTypes
import Testing

@testable import GitHubCore

struct RateLimitTests {
    private func fields(_ pairs: KeyValuePairs<String, String>) -> HTTPFields {
        pairs.reduce(into: HTTPFields()) { fields, pair in
            if let name = HTTPField.Name(pair.key) { fields.append(HTTPField(name: name, value: pair.value)) }
        }
    }

    private func fields(_ limit: RateLimit) -> HTTPFields {
        limit.headers.reduce(into: HTTPFields()) { fields, pair in
            if let name = HTTPField.Name(pair.name) { fields.append(HTTPField(name: name, value: pair.value)) }
        }
    }

    @Test func headersAreReadAndPrinted() {
        let limit = RateLimit(limit: 5_000, remaining: 4_953, used: 47, reset: 1_617_640_843)
        #expect(RateLimit(fields(limit)) == limit)
    }

    @Test func aMissingUseIsWorkedOut() {
        let old = fields([
            "X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "58", "X-RateLimit-Reset": "1579305892",
        ])
        #expect(RateLimit(old)?.used == 2)
        #expect(RateLimit(old)?.resource == "core")
    }

    @Test(arguments: ["", "x", "-1", "99999999999999999999", "1e3"])
    func nonsenseIsNoBudget(value: String) {
        let bad = fields(["X-RateLimit-Limit": "60", "X-RateLimit-Remaining": value, "X-RateLimit-Reset": "1"])
        #expect(RateLimit(bad) == nil)
    }

    @Test func aSpentBudgetIsAPrimaryLimitUntilItsReset() {
        let spent = fields(RateLimit(limit: 60, remaining: 0, used: 60, reset: 1_000))
        for status in [403, 429] {
            #expect(RateLimit.refusal(status: status, fields: spent, body: [], now: 900) == .primary(until: 1_000))
        }
        #expect(RateLimit.refusal(status: 200, fields: spent, body: [], now: 900) == nil)
    }

    @Test func theMarkInTheBodyIsASecondaryLimit() {
        let body = Array(#"{"message":"You have exceeded a secondary rate limit. Please wait a few minutes"}"#.utf8)
        let left = fields(RateLimit(limit: 60, remaining: 50, used: 10, reset: 1_000))
        #expect(RateLimit.refusal(status: 403, fields: left, body: body, now: 900) == .secondary(until: nil))
        let spent = fields(RateLimit(limit: 60, remaining: 0, used: 60, reset: 1_000))
        #expect(RateLimit.refusal(status: 429, fields: spent, body: body, now: 900) == .secondary(until: 1_000))
    }

    @Test func retryAfterIsSecondsOrADate() {
        let soon = fields(["Retry-After": "8"])
        #expect(RateLimit.refusal(status: 429, fields: soon, body: [], now: 900) == .secondary(until: 908))
        #expect(RateLimit.retryAfter("Thu, 01 Jan 1970 00:20:00 GMT", now: 900) == 1_200)
        #expect(RateLimit.retryAfter("Thu, 01 Jan 1970 00:00:01 GMT", now: 900) == 900)
        #expect(RateLimit.retryAfter("99999999999999999", now: 900) == 900 + RateLimit.Limits.wait)
        #expect(RateLimit.retryAfter("later", now: 900) == nil)
    }

    @Test func aPlain403IsNoLimit() {
        let left = fields(RateLimit(limit: 60, remaining: 50, used: 10, reset: 1_000))
        let body = Array(#"{"message":"Must have admin rights to Repository."}"#.utf8)
        #expect(RateLimit.refusal(status: 403, fields: left, body: body, now: 900) == nil)
    }

    @Test func aBare429IsSecondary() {
        #expect(RateLimit.refusal(status: 429, fields: [:], body: [], now: 900) == .secondary(until: nil))
    }
}
