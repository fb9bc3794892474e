import CacheCore
import GitHubCore
import Testing

/// What an event without a run or job touches, and that it leaves all else alone: one test for each row of what GitHub's
/// events change.
struct RepositoryEffectTests {
    private static let sha = EndpointUniverse.sha
    private static let rest =
        #""repository":{"id":5,"full_name":"o/r","private":false,"default_branch":"main"}"#

    private func effect(_ event: EventName, _ members: String) throws -> RepositoryEffect {
        let delivery = try Delivery(event: event, body: Array("{\(members),\(Self.rest)}".utf8))
        return RepositoryEffect(try #require(delivery.repository), try #require(delivery.news))
    }

    /// The paths that an event touches, each in one way.
    private func touched(_ effect: RepositoryEffect, _ touch: NewsTouch = .invalidate) throws -> Set<String> {
        let touched = try EndpointUniverse.below { effect.touch($0) == touch && isNear($0) }
        let anyhow = try EndpointUniverse.below { effect.touch($0) != .none && isNear($0) }
        #expect(touched == anyhow)
        return touched
    }

    /// Only answers of the repository itself are held against an effect.
    private func isNear(_ resource: Resource) -> Bool { resource.endpoint.repository == RepositoryName("o/r") }

    @Test(arguments: ["created", "completed", "rerequested", "requested_action", "of_next_year"])
    func aCheckRun(action: String) throws {
        let check = #""action":"\#(action)","check_run":{"id":9,"head_sha":"\#(Self.sha)","check_suite":{"id":11}}"#
        #expect(
            try touched(effect(.checkRun, check)) == [
                "check-runs/9", "check-runs/9/annotations", "check-suites/11", "check-suites/11/check-runs",
                "commits/\(Self.sha)/check-runs", "commits/main/check-runs", "commits/v1/check-runs",
                "commits/\(Self.sha)/check-suites", "commits/main/check-suites", "commits/v1/check-suites",
            ]
        )
    }

    @Test func aCheckSuite() throws {
        let suite = #""action":"completed","check_suite":{"id":11,"head_sha":"\#(Self.sha)"}"#
        #expect(
            try touched(effect(.checkSuite, suite)) == [
                "check-suites/11", "check-suites/11/check-runs",
                "commits/\(Self.sha)/check-runs", "commits/main/check-runs", "commits/v1/check-runs",
                "commits/\(Self.sha)/check-suites", "commits/main/check-suites", "commits/v1/check-suites",
            ]
        )
    }

    @Test(arguments: [
        (EventName.push, #""ref":"refs/heads/main","before":"0","after":"1","commits":[]"#),
        (.create, #""ref":"main","ref_type":"branch","master_branch":"main","pusher_type":"user""#),
        (.delete, #""ref":"main","ref_type":"branch","pusher_type":"user""#),
    ])
    func theDefaultBranch(event: EventName, members: String) throws {
        #expect(
            try touched(effect(event, members)) == [
                "/repos/o/r", "actions/workflows", "actions/workflows/5", "commits/main/check-runs",
                "commits/main/check-suites", "commits/main/status", "readme", "readme?ref=v1",
            ]
        )
    }

    @Test(arguments: [
        (EventName.push, #""ref":"refs/tags/v1","before":"0","after":"1","commits":[]"#),
        (.create, #""ref":"v1","ref_type":"tag","master_branch":"main","pusher_type":"user""#),
        (.delete, #""ref":"v1","ref_type":"tag","pusher_type":"user""#),
    ])
    func aTag(event: EventName, members: String) throws {
        #expect(
            try touched(effect(event, members)) == [
                "/repos/o/r", "actions/workflows", "actions/workflows/5", "commits/v1/check-runs",
                "commits/v1/check-suites", "commits/v1/statuses", "readme?ref=v1",
            ]
        )
    }

    @Test func aPullRequest() throws {
        let request = #""action":"opened","pull_request":{"id":8,"head":{"ref":"x","sha":"\#(Self.sha)"}}"#
        let effect = try effect(.pullRequest, request)
        #expect(
            try touched(effect, .ifShowing(branch: "x", sha: Self.sha)) == [
                "actions/runs", "actions/runs?status=queued", "actions/runs/7", "actions/runs/8",
                "actions/runs/7/attempts/1", "actions/runs/7/attempts/2", "actions/workflows/5/runs",
                "actions/workflows/ci.yml/runs", "actions/workflows/6/runs",
            ]
        )
    }

    @Test func aStatus() throws {
        let status = #""sha":"\#(Self.sha)","state":"success","context":"ci""#
        #expect(
            try touched(effect(.status, status)) == [
                "commits/\(Self.sha)/status", "commits/main/status", "commits/v1/statuses",
            ]
        )
    }

    @Test func aDispatch() throws {
        let dispatch = #""inputs":null,"ref":"refs/heads/main","workflow":".github/workflows/ci.yml""#
        #expect(
            try touched(effect(.workflowDispatch, dispatch), .expect) == [
                "actions/runs", "actions/runs?status=queued", "actions/runs?exclude_pull_requests=true",
                "actions/workflows/5/runs", "actions/workflows/ci.yml/runs", "actions/workflows/6/runs",
            ]
        )
    }

    @Test func whatDoesNotTellItsCommitTouchesEveryOne() throws {
        let bare = try effect(.checkSuite, #""action":"completed","check_suite":{"id":11}"#)
        #expect(try touched(bare).contains("commits/\(EndpointUniverse.otherSHA)/check-runs"))
    }
}
