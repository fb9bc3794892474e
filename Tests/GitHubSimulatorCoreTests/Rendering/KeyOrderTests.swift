import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import SharedData
import Testing

struct KeyOrderTests {
    private let run = """
        id name node_id head_branch head_sha path display_title run_number event status conclusion workflow_id \
        check_suite_id check_suite_node_id url html_url pull_requests created_at updated_at actor run_attempt \
        referenced_workflows run_started_at triggering_actor jobs_url logs_url check_suite_url artifacts_url \
        cancel_url rerun_url previous_attempt_url workflow_url head_commit repository head_repository
        """
    private let job = """
        id run_id workflow_name head_branch run_url run_attempt node_id head_sha url html_url status conclusion \
        created_at started_at completed_at name steps check_run_url labels runner_id runner_name runner_group_id \
        runner_group_name
        """

    @Test func runsAndJobsHaveGitHubsKeysInGitHubsOrder() throws {
        var world = try World()
        let id = try world.finishedRun()
        let base = "/repos/octo-tools/hello-ci/actions"
        let body = world.get("\(base)/runs/\(id)").json
        #expect(body.keys == run.split(separator: " ").map { String($0) })
        #expect(body["repository"]?.keys.count == 46)
        #expect(world.get("\(base)/runs").json["workflow_runs"]?.elements == [body])
        let jobs = world.get("\(base)/runs/\(id)/jobs").json["jobs"]?.elements ?? []
        #expect(jobs[0].keys == job.split(separator: " ").map { String($0) })
        #expect(world.get("\(base)/jobs/\(jobs[0]["id"]?.integer ?? 0)").json == jobs[0])
    }

    @Test func payloadsHaveTheirPartsInOrder() throws {
        var world = try World()
        _ = try world.hook()
        try world.github.startRun(.init(World.hello, jobs: [.init("x", gate: "prod")]), at: world.now)
        let sent = world.github.takeDeliveries(at: world.now).map(\.json)
        #expect(sent[0].keys == ["action", "workflow_run", "workflow", "repository", "organization", "sender"])
        #expect(sent[1].keys == ["action", "workflow_job", "deployment", "repository", "organization", "sender"])
    }

    private static let recorded = "github/payloads/Cogni-DAO__cogni-git-review/workflow_run/in_progress.json"

    @Test(.enabled(if: SharedData.has(recorded), "no recorded payload beside this checkout"))
    func aRecordedRunHasTheSameShapeAllTheWayDown() throws {
        let real = try JSON(parsing: SharedData.bytes(Self.recorded))
        var world = try World()
        _ = try world.hook()
        let own = try #require(RepositoryName("octocat/own"))
        try world.github.createRepository(own, at: world.now)
        try world.github.createHook(in: .repository(own), url: "http://127.0.0.1:9/", secret: nil, at: world.now)
        _ = world.github.takeDeliveries(at: world.now)
        try world.github.startRun(.init(own, jobs: []), at: world.now)
        let ours = world.github.takeDeliveries(at: world.now)[0].json
        #expect(ours["repository"]?.keys == real["repository"]?.keys)
        for part in ["workflow_run", "workflow", "sender"] {
            #expect(shape(ours[part] ?? .null) == shape(real[part] ?? .null), "\(part)")
        }
    }

    private func shape(_ value: JSON, _ path: String = "") -> [String] {
        guard case .object(let members) = value else { return [] }
        return members.flatMap { ["\(path)/\($0.key)"] + shape($0.value, "\(path)/\($0.key)") }
    }
}
