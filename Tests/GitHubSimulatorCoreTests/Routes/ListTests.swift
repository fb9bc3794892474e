import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct ListTests {
    private let runs = "/repos/octo-tools/hello-ci/actions/runs"

    @Test func filtersChooseRuns() throws {
        var world = try World()
        let done = try world.finishedRun(.init(World.hello, jobs: [.init("x", conclusion: .failure)]))
        world.pass(seconds: 86_400)
        let plan = SimulatedGitHub.RunPlan(World.hello, event: "pull_request", branch: "topic", actor: "hubot")
        let live = try world.github.startRun(plan, at: world.now)
        let sha = world.github.run(live)?.headSHA ?? ""
        let expected: [(String, [Int64])] = [
            ("", [live, done]), ("?status=queued", [live]), ("?status=completed", [done]), ("?status=failure", [done]),
            ("?status=success", []), ("?branch=topic", [live]), ("?event=push", [done]), ("?actor=HuBot", [live]),
            ("?head_sha=\(sha)", [live]), ("?created=2026-08-01", [done]), ("?created=>2026-08-01", [live]),
            ("?created=2026-08-01..2026-08-02", [live, done]), ("?created=*..2026-08-01", [done]),
            ("?created=%3E%3D2026-08-02T00:00:00Z", [live]), ("?created=<2026-08-02", [done]),
        ]
        for (query, ids) in expected {
            let body = world.get(runs + query).json
            #expect(body["workflow_runs"]?.elements.compactMap { $0["id"]?.integer } == ids, "\(query)")
            #expect(body["total_count"] == .integer(Int64(ids.count)))
        }
    }

    @Test func pagesAreLinkedByNumberInGitHubsForm() throws {
        var world = try World()
        for _ in 0..<5 { try world.github.startRun(.init(World.hello, jobs: []), at: world.now) }
        let id = try #require(world.github.repository(World.hello)?.id)
        let base = "https://api.github.com/repositories/\(id)/actions/runs"
        let first = world.get("\(runs)?per_page=2&branch=main")
        #expect(first.json["total_count"] == 5)
        #expect(
            first.header("Link")
                == "<\(base)?per_page=2&branch=main&page=2>; rel=\"next\", <\(base)?per_page=2&branch=main&page=3>; rel=\"last\""
        )
        let middle = world.get("/repositories/\(id)/actions/runs?per_page=2&page=2&branch=main")
        let link = try #require(middle.header("Link").flatMap { LinkHeader($0) })
        #expect(link.links.map(\.relation) == ["prev", "next", "last", "first"])
        #expect(link.target(relation: "first") == "\(base)?per_page=2&page=1&branch=main")
        let last = world.get("\(runs)?per_page=2&page=3")
        #expect(last.json["workflow_runs"]?.elements.count == 1)
        #expect(last.header("Link").flatMap { LinkHeader($0) }?.links.map(\.relation) == ["prev", "first"])
        #expect(world.get("\(runs)?page=99").json["workflow_runs"] == [])
        #expect(world.get(runs).header("Link") == nil)
    }

    @Test func filteredListsLagAndTheOthersDoNot() throws {
        var world = try World(.init(listLag: 30_000))
        let id = try world.github.startRun(.init(World.hello, jobs: []), at: world.now)
        #expect(world.get("\(runs)?status=queued").json["total_count"] == 0)
        #expect(world.get(runs).json["total_count"] == 1)
        world.pass(seconds: 30)
        #expect(world.get("\(runs)?status=queued").json["total_count"] == 1)
        try world.github.finish(run: id, at: world.now)
        let stale = world.get("\(runs)?branch=main").json
        #expect(stale.at("workflow_runs.0.status") == "queued")
        #expect(world.get("\(runs)/\(id)").json["status"] == "completed")
        world.pass(seconds: 30)
        #expect(world.get("\(runs)?branch=main").json.at("workflow_runs.0.status") == "completed")
    }

    @Test func pullRequestsAppearWithoutAnEventAndCanBeLeftOut() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(.init(World.hello, branch: "topic"), at: world.now)
        _ = world.github.takeDeliveries(at: world.now)
        try world.github.openPullRequest("topic", in: World.hello)
        #expect(world.github.takeDeliveries(at: world.now).isEmpty)
        let whole = world.get("\(runs)/\(run)").json
        let bare = world.get("\(runs)/\(run)?exclude_pull_requests=true").json
        #expect(whole["pull_requests"]?.elements.count == 1)
        #expect(bare == whole.replacing(["pull_requests": []]))
    }

    @Test func workflowsAreFoundByNumberAndByFile() throws {
        var world = try World()
        let run = try world.github.startRun(.init(World.hello, workflow: "ci.yml", jobs: []), at: world.now)
        try world.github.startRun(.init(World.hello, workflow: "nightly.yml", jobs: []), at: world.now)
        let workflow = try #require(world.github.run(run)?.workflowID)
        let base = "/repos/octo-tools/hello-ci/actions/workflows"
        #expect(world.get(base).json["total_count"] == 2)
        for name in ["\(workflow)", "ci.yml"] {
            #expect(world.get("\(base)/\(name)").json["id"] == .integer(workflow))
            let listed = world.get("\(base)/\(name)/runs").json
            #expect(listed["workflow_runs"]?.elements.compactMap { $0["id"]?.integer } == [run])
        }
        world.github.createToken("east", grants: [], minutesEastOfUTC: -300, at: world.now)
        let text = world.get("\(base)/ci.yml", token: "east").json["created_at"]?.text
        #expect(text == "2026-08-01T05:00:00.000-05:00")
    }
}
