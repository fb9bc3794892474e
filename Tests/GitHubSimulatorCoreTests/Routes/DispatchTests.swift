import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct DispatchTests {
    private let hello = "/repos/octo-tools/hello-ci/actions"

    private func world() throws -> World {
        var world = try World()
        let inputs = [SimulatedGitHub.WorkflowInput("name", isRequired: true), .init("greeting", fallback: "hi")]
        try world.github.createWorkflow("greet.yml", inputs: inputs, in: World.hello, at: world.now)
        try world.github.createWorkflow("push.yml", inputs: nil, in: World.hello, at: world.now)
        return world
    }

    @Test func aDispatchStartsARunAndSaysSo() throws {
        var world = try world()
        _ = try world.hook(events: ["workflow_run", "workflow_job"])
        let body: JSON = ["ref": "main", "inputs": ["name": "scully"]]
        #expect(world.call("POST", "\(hello)/workflows/greet.yml/dispatches", body: body).status == 204)
        let run = try #require(world.get("\(hello)/runs?event=workflow_dispatch").json.at("workflow_runs.0"))
        #expect(run["display_title"] == "GREET")
        #expect(run["head_sha"] == world.get("/repos/octo-tools/hello-ci/commits/main").json["sha"])
        let sent = world.github.takeDeliveries(at: world.now).map(\.name)
        #expect(sent == ["workflow_run.requested", "workflow_job.queued"])
    }

    private static let refusals: [(body: JSON, workflow: String, words: String)] = [
        (["inputs": .object([])], "greet.yml", "\"ref\" wasn't supplied"),
        (["ref": "nowhere", "inputs": ["name": "x"]], "greet.yml", "No ref found for: nowhere"),
        (["ref": "main"], "greet.yml", "Required input 'name' not provided"),
        (
            ["ref": "main", "inputs": ["name": "x", "b": "1", "a": "1"]], "greet.yml", "inputs provided: [\"a\", \"b\"]"
        ),
        (["ref": "main"], "push.yml", "Workflow does not have 'workflow_dispatch' trigger"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeStartedIsRefused(body: JSON, workflow: String, words: String) throws {
        var world = try world()
        let answer = world.call("POST", "\(hello)/workflows/\(workflow)/dispatches", body: body)
        #expect(answer.status == 422)
        #expect(answer.json["message"]?.text?.contains(words) == true)
        #expect(world.get("\(hello)/runs").json["total_count"] == 0)
    }

    @Test func aDisabledWorkflowIsNotStarted() throws {
        var world = try world()
        let path = "\(hello)/workflows/greet.yml"
        #expect(world.call("PUT", "\(path)/disable", token: "stranger").status == 403)
        #expect(world.call("PUT", "\(path)/disable").status == 204)
        #expect(world.get(path).json["state"] == "disabled_manually")
        let body: JSON = ["ref": "main", "inputs": ["name": "x"]]
        #expect(world.call("POST", "\(path)/dispatches", body: body).status == 422)
        #expect(world.call("PUT", "\(path)/enable").status == 204)
        #expect(world.get(path).json["state"] == "active")
        #expect(world.call("POST", "\(path)/dispatches", body: body).status == 204)
    }

    @Test func oneJobCanRunAgain() throws {
        var world = try World()
        let run = try world.finishedRun(.init(World.hello, jobs: ["a", "b"]))
        let jobs = world.github.jobs(ofRun: run)
        #expect(world.call("POST", "\(hello)/jobs/\(jobs[1].id)/rerun").status == 201)
        let again = world.github.jobs(ofRun: run)
        #expect(again[0] == jobs[0])
        #expect(again[1].attempt == 2)
        #expect(world.github.run(run)?.attempt.jobIDs == [again[1].id])
        #expect(world.call("POST", "\(hello)/jobs/\(jobs[1].id)/rerun").status == 403)
    }

    @Test func aRunnerComesAndGoes() throws {
        var world = try World()
        let body: JSON = ["name": "once", "runner_group_id": 1, "labels": ["self-hosted", "gpu"]]
        let made = world.call("POST", "\(hello)/runners/generate-jitconfig", body: body)
        #expect(made.status == 201)
        let id = try #require(made.json.at("runner.id")?.integer)
        #expect(world.get("\(hello)/runners/\(id)").json["status"] == "offline")
        #expect(world.get("\(hello)/runners/\(id)/labels").json.at("labels.3.name") == "gpu")
        #expect(world.call("POST", "\(hello)/runners/generate-jitconfig", body: body).status == 409)
        #expect(world.call("DELETE", "\(hello)/runners/\(id)", token: "reader").status == 403)
        #expect(world.call("DELETE", "\(hello)/runners/\(id)").status == 204)
        #expect(world.get("\(hello)/runners/\(id)").status == 404)
        let token = world.call("POST", "/orgs/octo-tools/actions/runners/registration-token")
        #expect(token.header("X-RateLimit-Resource") == "actions_runner_registration")
        #expect(token.header("X-RateLimit-Limit") == "10000")
    }

    @Test func theRootAndTheUserAreThere() throws {
        var world = try World()
        #expect(world.get("/").json["current_user_url"] == "https://api.github.com/user")
        #expect(world.get("/user").json["login"] == "octocat")
        #expect(world.get("/users/octo-tools", token: nil).json["type"] == "Organization")
        #expect(world.get("/user", token: nil).status == 401)
    }

    @Test func tooManyAtOnceAreRefused() throws {
        var world = try World()
        var request = SimulatedGitHub.Request.get("/repos/octo-tools/hello-ci", token: "admin")
        request.atOnce = 100
        #expect(world.github.respond(to: request, at: world.now).status == 200)
        request.atOnce = 101
        let refused = world.github.respond(to: request, at: world.now)
        #expect(refused.status == 403)
        #expect(refused.json["message"]?.text?.contains("secondary rate limit") == true)
    }
}
