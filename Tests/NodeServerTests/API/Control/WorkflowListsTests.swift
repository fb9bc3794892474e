import CacheNode
import GitHubCore
import Testing

@testable import NodeServer

struct WorkflowListsTests {
    private let run = """
        {"id":5,"name":"CI","display_title":"Fix it","status":"completed","conclusion":"success","head_branch":"main","event":"push",\
        "run_attempt":2,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:01:00Z",\
        "html_url":"https://github.com/o/r/actions/runs/5","other":1}
        """

    @Test func runsAreCutOutOfTheList() async throws {
        let api = API(.unixSocket)
        api.node.hold(
            "/repos/o/r/actions/runs?branch=main&per_page=5",
            "{\"total_count\":1,\"workflow_runs\":[\(run)]}"
        )
        let answer = try await api.get("/_hookcache/v1/runs?repo=o/r&branch=main&limit=5")
        #expect(
            answer.text == """
                {"runs":[{"id":5,"name":"CI","title":"Fix it","status":"completed","conclusion":"success","branch":"main",\
                "event":"push","attempt":2,"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:01:00Z",\
                "url":"https://github.com/o/r/actions/runs/5"}],"cache":"hookcache; hit; ttl=117; detail=webhook"}
                """
        )
        #expect(api.node.with { $0.reads.first?.caller } == .node)
    }

    @Test func jobsFollowThePages() async throws {
        let api = API(.unixSocket)
        let job = #"{"id":1,"name":"build","status":"queued","labels":["linux"],"runner_name":null}"#
        let full = Array(repeating: job, count: 100).joined(separator: ",")
        api.node.hold("/repos/o/r/actions/runs/5/jobs?per_page=100", "{\"total_count\":101,\"jobs\":[\(full)]}")
        api.node.hold("/repos/o/r/actions/runs/5/jobs?page=2&per_page=100", "{\"total_count\":101,\"jobs\":[\(job)]}")
        let answer = try await api.get("/_hookcache/v1/jobs?repo=o/r&run=5")
        let root = try JSONObject(JSONSlices(answer.bytes))
        #expect(root.objects("jobs").count == 101)
        #expect(root.objects("jobs").last?.strings("labels") == ["linux"])
        #expect(root.objects("jobs").last?.has("conclusion") == true)
        #expect(api.node.with { $0.reads.count } == 2)
    }

    @Test func overTCPWithoutATokenOnlyThePublicIsRead() async throws {
        let api = API()
        _ = try await api.get("/_hookcache/v1/runs?repo=o/r")
        #expect(api.node.with { $0.reads.first?.caller } == .anonymous)
    }

    @Test func whatGitHubRefusesIsTold() async throws {
        let api = API(.unixSocket)
        api.node.hold("/repos/o/r/actions/runs", #"{"message":"Not Found"}"#, status: 404)
        let answer = try await api.get("/_hookcache/v1/runs?repo=o/r")
        #expect(answer.status == 404)
        #expect(answer.text == #"{"error":"Not Found"}"#)
        api.node.hold("/repos/o/r/actions/runs", "garbage")
        #expect(try await api.get("/_hookcache/v1/runs?repo=o/r").status == 502)
        #expect(try await api.get("/_hookcache/v1/jobs?repo=o/r&run=x").status == 400)
        #expect(try await api.get("/_hookcache/v1/runs").status == 400)
    }
}
