import CacheCore
import GitHubCore
import NIOHTTP1
import Testing

@testable import GitHubClient

@Suite struct VerdictTests {
    private func verdict(
        _ status: Int,
        _ body: String,
        type: String? = "application/json; charset=utf-8",
        media: MediaClass = .json,
        held: Body? = nil,
        wasConditional: Bool = false
    ) -> OriginResult {
        var headers = HTTPHeaders()
        if let type { headers.add(name: "content-type", value: type) }
        headers.add(name: "link", value: "<x>; rel=\"next\"")
        let answer = ReceivedAnswer(
            status: status,
            headers: headers,
            body: Array(body.utf8),
            askedAt: Timestamp(seconds: 5)
        )
        return Verdict.of(answer, media: media, held: held, wasConditional: wasConditional)
    }

    @Test(arguments: [200, 202, 400, 401, 403, 404, 410, 422, 451])
    func jsonIsPassedOnWithItsStatus(status: Int) {
        let answer = verdict(status, #"{"message":"so"}"#).answer
        #expect(answer?.status == status)
        #expect(answer?.body == Body(Array(#"{"message":"so"}"#.utf8)))
        #expect(answer?.askedAt == Timestamp(seconds: 5))
        #expect(answer?.headers.link == "<x>; rel=\"next\"")
    }

    @Test(arguments: [
        (200, "<html>Unicorn!</html>", "text/html"), (200, "{}", "text/html"), (200, #"{"cut":"#, "application/json"),
        (200, "", "application/json"), (200, "{}{}", "application/json"), (404, "gone", "text/plain"),
        (500, "{}", "application/json"), (502, "<html>", "text/html"), (503, "{}", "application/json"),
        (301, "{}", "application/json"), (304, "", "application/json"), (200, "{}", ""),
    ])
    func whatIsNotWhatItSaysIsUnusable(status: Int, body: String, type: String) {
        guard case .unusable(let told, _)? = verdict(status, body, type: type).failure else {
            Issue.record("passed for data")
            return
        }
        #expect(told == status)
    }

    @Test func anUnchangedAnswerNeedsAQuestionForIt() {
        #expect(verdict(304, "", wasConditional: true).unchanged?.link == "<x>; rel=\"next\"")
        #expect(verdict(304, "").failure != nil)
    }

    @Test func otherMediaNeedNotBeJSON() {
        #expect(verdict(200, "# Hello", type: "text/plain", media: .raw).answer?.status == 200)
        #expect(verdict(204, "", type: nil).answer?.body.bytes == [])
        #expect(verdict(200, "{}", type: "application/vnd.github+json").answer?.status == 200)
    }
}
