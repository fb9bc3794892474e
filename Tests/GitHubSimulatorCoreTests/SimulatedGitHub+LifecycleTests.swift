import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct LifecycleTests {
    @Test func aRunTellsItsHooksEverythingInOrder() throws {
        var world = try World()
        _ = try world.hook()
        try world.finishedRun(.init(World.hello, jobs: ["build", "test"]))
        #expect(
            world.github.takeDeliveries(at: world.now).map(\.name) == [
                "workflow_run.requested", "workflow_job.queued", "workflow_job.queued", "workflow_run.in_progress",
                "workflow_job.in_progress", "workflow_job.in_progress", "workflow_job.completed",
                "workflow_job.completed", "workflow_run.completed",
            ]
        )
    }

    @Test func aRerunHasNewJobsAndNoRequest() throws {
        var world = try World()
        let run = try world.finishedRun()
        let first = world.github.jobs(ofRun: run).map(\.id)
        _ = try world.hook()
        world.pass()
        try world.github.rerun(run: run, at: world.now)
        let second = world.github.jobs(ofRun: run).map(\.id)
        #expect(Set(first).isDisjoint(with: second))
        let body = world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)").json
        #expect(body["run_attempt"] == 2)
        #expect(body["status"] == "queued")
        #expect(body["conclusion"] == .null)
        #expect(body["previous_attempt_url"]?.text?.hasSuffix("/actions/runs/\(run)/attempts/1") == true)
        #expect(
            world.github.takeDeliveries(at: world.now).map(\.name) == ["workflow_job.queued", "workflow_job.queued"]
        )
        #expect(world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)/jobs?filter=all").json["total_count"] == 4)
        #expect(world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)/jobs").json["total_count"] == 2)
        let past = world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)/attempts/1").json
        #expect(past["status"] == "completed")
        #expect(past["jobs_url"]?.text?.hasSuffix("/attempts/1/jobs") == true)
    }

    @Test func onlyFailedJobsRunAgainWhenAskedSo() throws {
        var world = try World()
        let run = try world.finishedRun(.init(World.hello, jobs: ["lint", .init("test", conclusion: .failure)]))
        #expect(world.github.run(run)?.conclusion == .failure)
        let before = world.github.jobs(ofRun: run)
        try world.github.rerun(run: run, failedOnly: true, at: world.now)
        let after = world.github.jobs(ofRun: run)
        #expect(after[0].id == before[0].id)
        #expect(after[1].id != before[1].id)
    }

    @Test func aGatedJobIsWaitingWhileGitHubSaysQueued() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(
            .init(World.hello, jobs: [.init("deploy", gate: "production")]),
            at: world.now
        )
        let before = world.github.takeDeliveries(at: world.now)
        #expect(before.map(\.name) == ["workflow_run.requested", "workflow_job.queued", "workflow_job.waiting"])
        #expect(before[1].json.at("workflow_job.status") == "waiting")
        #expect(before[1].json.at("workflow_job") == before[2].json.at("workflow_job"))
        #expect(try world.github.advance(run: run, at: world.now) == .blocked)
        #expect(world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)").json["status"] == "waiting")
        world.pass()
        try world.github.approve(run: run, at: world.now)
        let after = world.github.takeDeliveries(at: world.now)
        #expect(after.map(\.name) == ["workflow_job.queued"])
        #expect(after[0].json.at("workflow_job.status") == "queued")
        #expect(after[0].json.at("deployment.updated_at") != before[1].json.at("deployment.updated_at"))
        #expect(try world.github.finish(run: run, at: world.now) == .runCompleted)
    }

    @Test func cancellingEndsQueuedJobsWithoutARunner() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(.init(World.hello), at: world.now)
        #expect(world.call("POST", "/repos/octo-tools/hello-ci/actions/runs/\(run)/cancel").status == 202)
        let names = world.github.takeDeliveries(at: world.now).map(\.name)
        #expect(!names.contains("workflow_job.in_progress"))
        #expect(names.suffix(3) == ["workflow_job.completed", "workflow_job.completed", "workflow_run.completed"])
        #expect(world.github.run(run)?.conclusion == .cancelled)
        #expect(world.github.jobs(ofRun: run).allSatisfy { $0.runner == nil })
        #expect(world.call("POST", "/repos/octo-tools/hello-ci/actions/runs/\(run)/cancel").status == 409)
    }

    @Test func aForksRunIsRequestedAsCompletedUntilSomebodyApproves() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(.init(World.hello, opening: .needsApproval), at: world.now)
        let deliveries = world.github.takeDeliveries(at: world.now)
        #expect(deliveries.map(\.name) == ["workflow_run.requested"])
        #expect(deliveries[0].json.at("workflow_run.conclusion") == "action_required")
        #expect(world.call("POST", "/repos/octo-tools/hello-ci/actions/runs/\(run)/approve").status == 201)
        #expect(world.github.run(run)?.attempt.number == 2)
        #expect(try world.github.finish(run: run, at: world.now) == .runCompleted)
    }

    @Test func aStartupFailureIsSilent() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(.init(World.hello, opening: .startupFailure), at: world.now)
        #expect(world.github.takeDeliveries(at: world.now).isEmpty)
        #expect(world.get("/repos/octo-tools/hello-ci/actions/runs/\(run)").json["conclusion"] == "startup_failure")
    }

    @Test func stepsGoOnSilently() throws {
        var world = try World()
        _ = try world.hook()
        let run = try world.github.startRun(.init(World.hello, jobs: ["build"]), at: world.now)
        try world.github.advance(run: run, at: world.now)
        _ = world.github.takeDeliveries(at: world.now)
        let job = world.github.jobs(ofRun: run)[0].id
        try world.github.advanceSteps(ofJob: job, at: world.now)
        #expect(world.github.takeDeliveries(at: world.now).isEmpty)
        let steps = world.get("/repos/octo-tools/hello-ci/actions/jobs/\(job)").json["steps"]?.elements ?? []
        #expect(steps.map { $0["status"] } == ["completed", "in_progress"])
    }

    @Test func selfHostedJobsNeedAFreeRunnerWithTheirLabels() throws {
        var world = try World()
        let runner = try world.github.createRunner("box", labels: ["gpu"], in: .repository(World.hello))
        let jobs: [SimulatedGitHub.JobPlan] = ["a", "b"].map { .init($0, labels: ["self-hosted", "gpu"]) }
        let run = try world.github.startRun(.init(World.hello, jobs: jobs), at: world.now)
        #expect(try world.github.advance(run: run, at: world.now) == .jobStarted(world.github.jobs(ofRun: run)[0].id))
        let path = "/repos/octo-tools/hello-ci/actions/runners"
        #expect(world.get(path).json.at("runners.0.busy") == true)
        #expect(world.github.jobs(ofRun: run)[0].runner?.id == runner.id)
        #expect(try world.github.finish(run: run, at: world.now) == .runCompleted)
        #expect(world.get(path).json.at("runners.0.busy") == false)
    }

    @Test func theSameSeedGivesTheSameGitHub() throws {
        func history(_ seed: UInt64) throws -> [[UInt8]] {
            var world = try World(.init(seed: seed))
            _ = try world.hook()
            try world.finishedRun()
            return world.github.takeDeliveries(at: world.now).map(\.body)
        }
        #expect(try history(7) == history(7))
        #expect(try history(7) != history(8))
    }

    @Test(arguments: 0..<6)
    func whateverHappensTheLastDeliveryOfAThingIsWhatRESTAnswers(seed: UInt64) throws {
        var world = try World(.init(seed: seed, pointsPerMinute: .max))
        _ = try world.hook(events: ["workflow_run", "workflow_job"])
        var random = SeededRandom(seed: seed)
        var runs: [Int64] = []
        for _ in 0..<60 {
            world.pass(seconds: Int.random(in: 0...3, using: &random))
            let jobs: [SimulatedGitHub.JobPlan] = [
                .init("a", conclusion: .failure), .init("b"),
                .init("c", gate: Bool.random(using: &random) ? "prod" : nil),
            ]
            guard let run = runs.randomElement(using: &random), Int.random(in: 0..<6, using: &random) > 0 else {
                runs.append(try world.github.startRun(.init(World.hello, jobs: jobs), at: world.now))
                continue
            }
            switch Int.random(in: 0..<10, using: &random) {
            case 0: try? world.github.cancel(run: run, at: world.now)
            case 1: try? world.github.rerun(run: run, failedOnly: Bool.random(using: &random), at: world.now)
            case 2: try? world.github.approve(run: run, at: world.now)
            default: try world.github.advance(run: run, at: world.now)
            }
        }
        for run in runs {
            try? world.github.approve(run: run, at: world.now)
            try world.github.finish(run: run, at: world.now)
        }
        var last: [String: JSON] = [:]
        for delivery in world.github.takeDeliveries(at: world.now) {
            let object = try #require(delivery.json["workflow_run"] ?? delivery.json["workflow_job"])
            last[try #require(object["url"]?.text)] = object
        }
        for (url, object) in last {
            #expect(world.get(String(url.dropFirst("https://api.github.com".count))).json == object)
        }
        #expect(runs.allSatisfy { world.github.run($0)?.status == .completed })
    }

    @Test func aDeletedRunIsGone() throws {
        var world = try World()
        let run = try world.finishedRun()
        let path = "/repos/octo-tools/hello-ci/actions/runs/\(run)"
        #expect(world.call("DELETE", path).status == 204)
        #expect(world.get(path).status == 404)
        #expect(world.get("/repos/octo-tools/hello-ci/actions/runs").json["total_count"] == 0)
    }

    @Test func whatIsNotThereCannotBeDriven() throws {
        var world = try World()
        #expect(throws: SimulatedGitHub.Misuse.unknown("run 1")) { try world.github.advance(run: 1, at: world.now) }
        let run = try world.finishedRun()
        #expect(throws: SimulatedGitHub.Misuse.self) { try world.github.cancel(run: run, at: world.now) }
        #expect(try world.github.advance(run: run, at: world.now) == .nothing)
    }
}
