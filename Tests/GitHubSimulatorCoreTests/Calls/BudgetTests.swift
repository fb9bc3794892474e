import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct BudgetTests {
    private let hello = "/repos/octo-tools/hello-ci"

    private func limit(_ response: SimulatedGitHub.Response) -> RateLimit? {
        RateLimit { response.header($0) }
    }

    @Test func theValidatorIsTheFormulasAndA304IsFree() throws {
        var world = try World()
        let first = world.get(hello)
        let tag = try #require(first.header("ETag"))
        #expect(
            tag
                == ETagFormula.etag(
                    of: first.body,
                    accept: "application/vnd.github+json",
                    authorization: "Bearer admin"
                )
        )
        let again = world.get(hello, ifNoneMatch: tag)
        #expect(again.status == 304)
        #expect(again.body.isEmpty)
        #expect(again.header("ETag") == String(tag.dropFirst(2)))
        #expect(limit(again)?.remaining == limit(first)?.remaining)
        #expect(world.github.calls.counted == 1)
        #expect(world.github.calls.notModified == 1)
        #expect(world.get(hello, token: "reader", ifNoneMatch: tag).status == 200)
        try world.github.setPrivate(true, World.hello, at: world.now)
        #expect(world.get(hello, ifNoneMatch: tag).status == 200)
    }

    @Test func everyCredentialHasItsHour() throws {
        var world = try World(.init(callsPerHour: 3, anonymousCallsPerHour: 1))
        for left in [2, 1, 0] { #expect(limit(world.get(hello))?.remaining == left) }
        let refused = world.get(hello)
        #expect(refused.status == 403)
        let reset = world.now.seconds + 3_600
        let refusal = RateLimit.refusal(status: 403, body: refused.body, now: world.now.seconds) { refused.header($0) }
        #expect(refusal == .primary(until: reset))
        #expect(world.get(hello, token: "reader").status == 200)
        #expect(world.get(hello, token: nil).status == 200)
        #expect(world.get(hello, token: nil).status == 403)
        #expect(world.get("/rate_limit").json.at("resources.core.remaining") == 0)
        #expect(world.get("/rate_limit").header("Cache-Control") == "no-cache")
        world.pass(seconds: 3_600)
        #expect(limit(world.get(hello))?.remaining == 2)
    }

    @Test func tooMuchInAMinuteIsASecondaryLimit() throws {
        var world = try World(.init(pointsPerMinute: 6))
        #expect(world.get(hello).status == 200)
        #expect(world.call("POST", "\(hello)/actions/runs/1/rerun").status == 404)
        let refused = world.get(hello)
        #expect(refused.status == 403)
        let refusal = RateLimit.refusal(status: 403, body: refused.body, now: world.now.seconds) { refused.header($0) }
        #expect(refusal == .secondary(until: world.now.seconds + 60))
        #expect(limit(refused)?.remaining == 4_998)
        world.pass(seconds: 60)
        #expect(world.get(hello).status == 200)
    }

    @Test func answersSayWhoMayKeepThem() throws {
        var world = try World()
        let own = world.get(hello)
        #expect(own.header("Cache-Control") == "private, max-age=60, s-maxage=60")
        #expect(
            own.headers.filter { $0.name == "Vary" }.map(\.value) == [
                "Accept, Authorization, Cookie, X-GitHub-OTP", "Accept-Encoding, Accept, X-Requested-With",
            ]
        )
        #expect(world.get(hello, token: nil).header("Cache-Control") == "public, max-age=60, s-maxage=60")
        #expect(world.get("/repos/octo-tools/nothing").header("Cache-Control") == nil)
        #expect(own.header("X-GitHub-Request-Id") != world.get(hello).header("X-GitHub-Request-Id"))
    }

    @Test func peopleGetOtherBytesAndAnotherValidator() throws {
        var world = try World()
        let headers = [HeaderField("User-Agent", "curl/8.5")]
        let pretty = world.github.respond(to: .init(target: hello, headers: headers), at: world.now)
        #expect(pretty.body.starts(with: "{\n  \"id\": ".utf8))
        #expect(pretty.header("ETag") == ETagFormula.etag(of: pretty.body, accept: nil, authorization: nil))
    }

    @Test func theLogCountsCallsAndNamesNoToken() throws {
        var world = try World()
        _ = world.get("\(hello)/actions/runs?per_page=1")
        _ = world.get("\(hello)/actions/runs?per_page=2", token: nil)
        _ = world.get("/rate_limit")
        #expect(world.github.calls.total == 3)
        #expect(world.github.calls.counted == 2)
        #expect(world.github.calls.countedByPath == ["\(hello)/actions/runs": 2])
        #expect(world.github.calls.entries.map(\.login) == ["octocat", nil, "octocat"])
    }

    @Test func faultsComeAsOrdered() throws {
        var world = try World()
        world.github.faults.add(.serverError(503), toPathsWith: "/actions/", times: 2)
        #expect(world.get(hello).status == 200)
        #expect(world.get("\(hello)/actions/runs").status == 503)
        #expect(world.get("\(hello)/actions/runs").status == 503)
        #expect(world.get("\(hello)/actions/runs").status == 200)
        world.github.faults.add(.html, times: 1)
        #expect(world.get(hello).header("Content-Type") == "text/html")
        world.github.faults.add(.truncated, times: 1)
        let cut = world.get(hello)
        #expect(cut.manner == .truncated(after: cut.body.count / 2))
        world.github.faults.add(.slow(250), times: 1)
        #expect(world.get(hello).manner == .late(milliseconds: 250))
        world.github.faults.add(.reset, times: 1)
        #expect(world.get(hello).manner == .reset)
        world.github.faults.add(.secondaryLimit(retryAfter: 7))
        #expect(world.get(hello).header("Retry-After") == "7")
        world.github.faults.clear()
        #expect(world.get(hello).status == 200)
    }
}
