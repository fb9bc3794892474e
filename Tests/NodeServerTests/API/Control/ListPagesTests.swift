import CacheNode
import GitHubCore
import Testing

@testable import NodeServer

struct ListPagesTests {
    private let run = """
        {"id":5,"name":"CI","display_title":"Fix it","run_number":3,"status":"completed","conclusion":"success",\
        "head_branch":"main","head_sha":"ab12","event":"push","run_attempt":2,"workflow_id":9,\
        "actor":{"login":"octocat","id":1},"created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:01:00Z",\
        "html_url":"https://github.com/o/r/actions/runs/5","other":1}
        """

    @Test func runsAreCutOutOfTheListThatEverybodyReads() async throws {
        let api = API(.unixSocket)
        api.node.hold(
            "/repos/o/r/actions/runs?branch=main",
            "{\"total_count\":2,\"workflow_runs\":[\(run),{\"id\":4}]}"
        )
        let answer = try await api.get("/_hookcache/v1/runs?repo=o/r&branch=main&limit=1")
        #expect(
            answer.text == """
                {"runs":[{"id":5,"name":"CI","title":"Fix it","number":3,"attempt":2,"status":"completed",\
                "conclusion":"success","branch":"main","head_sha":"ab12","event":"push","actor":"octocat",\
                "workflow_id":9,"created_at":"2026-01-01T00:00:00Z","started_at":null,\
                "updated_at":"2026-01-01T00:01:00Z","url":"https://github.com/o/r/actions/runs/5"}],\
                "complete":false,"cache":"hookcache; hit; ttl=117; detail=webhook"}
                """
        )
        #expect(api.node.with { $0.reads.first?.caller } == .node)
    }

    @Test func jobsFollowThePages() async throws {
        let api = API(.unixSocket)
        let jobs = (1...101).map { #"{"id":\#($0),"name":"build","labels":["linux"],"runner_name":null}"# }
        let full = jobs[..<100].joined(separator: ",")
        // The last job of the first page moved to the second while they were read.
        let rest = jobs[99...].joined(separator: ",")
        api.node.hold("/repos/o/r/actions/runs/5/jobs?per_page=100", "{\"total_count\":101,\"jobs\":[\(full)]}")
        api.node.hold("/repos/o/r/actions/runs/5/jobs?page=2&per_page=100", "{\"total_count\":101,\"jobs\":[\(rest)]}")
        let answer = try await api.get("/_hookcache/v1/jobs?repo=o/r&run=5")
        let root = try JSONObject(answer.bytes)
        #expect(root.objects("jobs").compactMap { $0.integer("id") } == Array(1...101))
        #expect(root.objects("jobs").last?.strings("labels") == ["linux"])
        #expect(root.objects("jobs").last?.has("conclusion") == true)
        #expect(root.bool("complete") == true)
        #expect(api.node.with { $0.reads.count } == 2)
    }

    @Test func overTCPWithoutATokenOnlyThePublicIsRead() async throws {
        let api = API()
        _ = try await api.get("/_hookcache/v1/runs?repo=o/r")
        #expect(api.node.with { $0.reads.first?.caller } == .anonymous)
        #expect(try await api.get("/_hookcache/v1/repos?owner=o").status == 401)
        #expect(try await api.get("/_hookcache/v1/runners?scope=o").status == 401)
        #expect(api.node.with { $0.reads.count } == 1)
    }

    @Test func whatGitHubRefusesIsTold() async throws {
        let api = API(.unixSocket)
        api.node.hold("/repos/o/r/actions/runs", #"{"message":"Not Found"}"#, status: 404)
        let answer = try await api.get("/_hookcache/v1/runs?repo=o/r")
        #expect(answer.status == 404)
        #expect(
            answer.text == """
                {"error":"GitHub says of /repos/o/r/actions/runs: Not Found; it does not exist, or this credential may \
                not see it"}
                """
        )
        api.node.hold("/repos/o/r/actions/runs", "garbage")
        #expect(try await api.get("/_hookcache/v1/runs?repo=o/r").status == 502)
        #expect(try await api.get("/_hookcache/v1/jobs?repo=o/r&run=x").status == 400)
        #expect(try await api.get("/_hookcache/v1/runs").status == 400)
        let silent = try await api.get("/_hookcache/v1/runners?scope=o/r")
        #expect(silent.status == 504)
        #expect(silent.header("Retry-After") == "7")
    }

    private func repository(_ name: String, pushed: Timestamp, updated: Timestamp? = nil) -> String {
        #"{"id":\#(name.utf8.count),"full_name":"o/\#(name)","private":false,"pushed_at":"\#(pushed.rfc3339)","#
            + #""updated_at":"\#((updated ?? pushed).rfc3339)","permissions":{"pull":true}}"#
    }

    @Test func repositoriesAreSortedByTheLastPushAndFilteredByItsDay() async throws {
        let api = API(.unixSocket)
        let now = WallClock.now()
        let (old, new) = (now.advanced(bySeconds: -10 * 86_400), now.advanced(bySeconds: -600))
        let list = [
            repository("old", pushed: old), repository("newer", pushed: new),
            repository("touched", pushed: old, updated: new), #"{"id":1,"full_name":"o/empty","pushed_at":null}"#,
        ]
        api.node.hold("/orgs/o/repos?per_page=100", "[\(list.joined(separator: ","))]")
        func names(_ query: String) async throws -> [String] {
            let answer = try await api.get("/_hookcache/v1/repos?owner=O\(query)")
            return try JSONObject(answer.bytes).objects("repos").compactMap { $0.string("full_name") }
        }
        #expect(try await names("") == ["o/newer", "o/old", "o/touched", "o/empty"])
        #expect(try await names("&since_days=2") == ["o/newer", "o/touched"])
        for wrong in ["0", "-1", "x", "99999999999999999999"] {
            #expect(try await api.get("/_hookcache/v1/repos?owner=o&since_days=\(wrong)").status == 400)
        }
        #expect(try await api.get("/_hookcache/v1/repos").status == 400)
        #expect(try await api.get("/_hookcache/v1/repos?owner=o/r").status == 400)
    }

    @Test func anOwnerIsAnOrganisationOrAUserAndThatIsRemembered() async throws {
        let api = API(.unixSocket)
        api.node.hold("/orgs/monalisa/repos?per_page=100", #"{"message":"Not Found"}"#, status: 404)
        api.node.hold("/users/monalisa/repos?per_page=100", "[\(repository("mine", pushed: WallClock.now()))]")
        api.node.hold("/user/repos?affiliation=owner,collaborator&per_page=100", "{}", status: 403)
        #expect(try await api.get("/_hookcache/v1/repos?owner=monalisa").text.contains("o/mine"))
        #expect(api.node.with { $0.reads.count } == 3)
        // An app's credential has no list of its own; neither is tried again.
        #expect(try await api.get("/_hookcache/v1/repos?owner=Monalisa").status == 200)
        #expect(api.node.with { $0.reads.count } == 4)
        // A user became an organisation.
        api.node.hold("/users/monalisa/repos?per_page=100", #"{"message":"Not Found"}"#, status: 404)
        api.node.hold("/orgs/monalisa/repos?per_page=100", "[]")
        #expect(try await api.get("/_hookcache/v1/repos?owner=monalisa").text.contains(#""repos":[]"#))
        api.node.hold("/orgs/monalisa/repos?per_page=100", #"{"message":"Not Found"}"#, status: 404)
        let nobody = try await api.get("/_hookcache/v1/repos?owner=monalisa")
        #expect(nobody.status == 404 && nobody.text.contains("no organisation and no user monalisa"))
    }

    @Test func aNodeThatCannotAskIsNoReasonToTryAUser() async throws {
        let api = API(.unixSocket)
        #expect(try await api.get("/_hookcache/v1/repos?owner=o").status == 504)
        #expect(api.node.with { $0.reads.count } == 1)
    }

    @Test func runnersShowTheNamesOfTheirLabels() async throws {
        let api = API(.unixSocket)
        let runner = """
            {"id":7,"name":"big-1","os":"linux","status":"online","busy":true,"runner_group_id":1,\
            "labels":[{"id":1,"name":"self-hosted","type":"read-only"},{"id":2,"name":"gpu","type":"custom"}]}
            """
        api.node.hold("/orgs/o/actions/runners?per_page=100", "{\"total_count\":1,\"runners\":[\(runner)]}")
        let row = """
            {"id":7,"name":"big-1","os":"linux","status":"online","busy":true,"labels":["self-hosted","gpu"],\
            "ephemeral":null,"group":1}
            """
        #expect(try await api.get("/_hookcache/v1/runners?scope=o").text.hasPrefix("{\"runners\":[\(row)],"))
        api.node.hold("/repos/o/r/actions/runners?per_page=100", #"{"message":"Must have admin rights"}"#, status: 403)
        let refused = try await api.get("/_hookcache/v1/runners?scope=o/r")
        #expect(refused.status == 403)
        #expect(refused.text.contains("Must have admin rights") && refused.text.contains("administration: read"))
        #expect(try await api.get("/_hookcache/v1/runners?scope=o/r/x").status == 400)
    }
}
