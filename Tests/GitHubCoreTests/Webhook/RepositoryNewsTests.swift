import GitHubCore
import Testing

/// What an event without a run or job tells of its repository.
struct RepositoryNewsTests {
    private static let rest =
        #""repository":{"id":5,"full_name":"octo/hello","private":false,"default_branch":"main"}"#

    private func news(_ event: EventName, _ members: String) throws -> RepositoryNews? {
        try Delivery(event: event, body: Array("{\(members),\(Self.rest)}".utf8)).news
    }

    private func ref(_ event: EventName, _ members: String) throws -> GitRef? {
        if case .ref(let ref)? = try news(event, members) { ref } else { nil }
    }

    @Test func checksNameTheirSuiteAndCommit() throws {
        let run = #""action":"created","check_run":{"id":9,"head_sha":"abc","check_suite":{"id":11}}"#
        #expect(try news(.checkRun, run) == .check(run: 9, suite: 11, sha: "abc"))
        let suite = #""action":"completed","check_suite":{"id":11,"head_sha":"abc"}"#
        #expect(try news(.checkSuite, suite) == .check(run: nil, suite: 11, sha: "abc"))
    }

    @Test func refsAreReadWhereverTheyStand() throws {
        let push = try #require(try ref(.push, #""ref":"refs/heads/a/b","before":"0","after":"1","commits":[]"#))
        #expect(push.kind == "heads" && push.name == "a/b" && !push.isDefault)
        let tag = try #require(
            try ref(.create, #""ref":"v1","ref_type":"tag","master_branch":"main","pusher_type":"user""#)
        )
        #expect(tag.kind == "tags" && tag.name == "v1" && !tag.isDefault)
        let branch = try #require(try ref(.delete, #""ref":"main","ref_type":"branch","pusher_type":"user""#))
        #expect(branch.kind == "heads" && branch.name == "main" && branch.isDefault)
    }

    @Test(arguments: [
        ("main", true), ("heads/main", true), ("refs/heads/main", true), ("HEAD", true), ("@", true), ("main~2", true),
        ("main^", true), ("main@{1}", true), ("HEAD~1", true), ("other", false), ("tags/main", false), ("mai", false),
        ("main2", false), ("feature/main", false), ("0123456789012345678901234567890123456789", false), ("v1", false),
    ])
    func aRefIsMeantByItsNamesInAnyForm(asked: String, isMeant: Bool) throws {
        let push = try #require(try ref(.push, #""ref":"refs/heads/main","before":"0","after":"1","commits":[]"#))
        #expect(push.isMeant(by: asked) == isMeant)
    }

    @Test func aBranchThatIsNotTheDefaultIsNotHead() throws {
        let push = try #require(try ref(.push, #""ref":"refs/heads/x","before":"0","after":"1","commits":[]"#))
        #expect(push.isMeant(by: "x") && !push.isMeant(by: "HEAD") && !push.isMeant(by: "main"))
    }

    @Test(arguments: [
        ("opened", true), ("closed", true), ("reopened", true), ("synchronize", true), ("edited", true),
        ("of_next_year", true), ("labeled", false), ("assigned", false), ("review_requested", false),
    ])
    func aPullRequestTellsWhatRunsShow(action: String, isNews: Bool) throws {
        let body = #""action":"\#(action)","pull_request":{"id":8,"head":{"ref":"x","sha":"abc"}}"#
        #expect(try news(.pullRequest, body) == (isNews ? .pullRequest(branch: "x", sha: "abc") : nil))
    }

    @Test func statusesAndDispatchesAreRead() throws {
        #expect(try news(.status, #""sha":"abc","state":"success","context":"ci""#) == .status(sha: "abc"))
        #expect(try news(.workflowDispatch, #""workflow":"w","ref":"r","inputs":{}"#) == .dispatch)
    }
}
