import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import SharedData
import Testing

struct SchemaTests {
    private static let openAPI = "github/openapi/github-actions-subset.json"
    private static let current = "github/schemas/current-2026-08"
    private static let octokit = "github/schemas/octokit-webhooks.flattened.schema.json"

    @Test(.enabled(if: SharedData.has(openAPI), "no OpenAPI description beside this checkout"))
    func answersFitTheOpenAPIDescription() throws {
        let schema = try Schema(SharedData.bytes(Self.openAPI))
        var world = try World()
        let hook = try world.hook(events: ["workflow_run", "workflow_job"])
        try world.github.createRunner("box", labels: ["gpu"], in: .repository(World.hello))
        try world.github.createRunner("org-box", in: .owner("octo-tools"))
        let run = try world.finishedRun(
            .init(World.hello, branch: "topic", jobs: ["a", .init("b", conclusion: .failure)])
        )
        try world.github.openPullRequest("topic", in: World.hello)
        try world.github.rerun(run: run, at: world.now)
        try world.github.startRun(.init(World.hello, jobs: [.init("deploy", gate: "staging"), "x"]), at: world.now)
        let gated = try world.github.startRun(.init(World.hello, jobs: [.init("d", gate: "prod")]), at: world.now)
        let artifact = try world.github.createArtifact("report", run: run, at: world.now)
        let sent = world.github.takeDeliveries(at: world.now)
        for delivery in sent { world.github.record(.init(status: 202), of: delivery, at: world.now) }
        let job = world.github.jobs(ofRun: run)[0].id
        try world.github.annotate(job: job, .init(.warning, "Node 16 is old", path: "a.js", line: 3))
        let run0 = try #require(world.github.run(run))
        let runner = world.get("/repos/octo-tools/hello-ci/actions/runners").json.at("runners.0.id")?.integer ?? 0
        let workflow = try #require(world.github.run(run)?.workflowID)
        let values = [
            "{owner}": "octo-tools", "{repo}": "hello-ci", "{org}": "octo-tools", "{username}": "octo-tools",
            "{run_id}": "\(run)", "{job_id}": "\(job)", "{attempt_number}": "1", "{workflow_id}": "\(workflow)",
            "{artifact_id}": "\(artifact.id)", "{runner_id}": "\(runner)", "{hook_id}": "\(hook)",
            "{delivery_id}": "\(sent[0].id)", "{check_run_id}": "\(job)", "{check_suite_id}": "\(run0.checkSuiteID)",
            "{ref}": "topic",
        ]
        for template in Self.templates {
            let path = values.reduce(template) { $0.replacing($1.key, with: $1.value) }
            let answer = world.get(path.replacing("octo-tools/hello-ci/hooks", with: "octo-tools/hello-ci/hooks"))
            #expect(answer.status == 200, "\(path)")
            #expect(schema.answerFaults(in: answer.json, to: "GET", template) == [], "\(path)")
        }
        let pending = world.get("/repos/octo-tools/hello-ci/actions/runs/\(gated)/pending_deployments").json
        #expect(pending.elements.count == 1)
        let template = "/repos/{owner}/{repo}/actions/runs/{run_id}/pending_deployments"
        #expect(schema.answerFaults(in: pending, to: "GET", template) == [])
    }

    @Test(.enabled(if: SharedData.has(openAPI), "no OpenAPI description beside this checkout"))
    func whatIsMadeFitsTheOpenAPIDescription() throws {
        let schema = try Schema(SharedData.bytes(Self.openAPI))
        var world = try World()
        let app = try world.app()
        let installation = world.github.installApp(app.id, with: "octo-tools", grants: [.everything], at: world.now)
        let appToken = try world.token(of: app)
        let repository = "/repos/octo-tools/hello-ci"
        let config: JSON = ["url": "http://127.0.0.1:9/", "content_type": "json", "secret": "s"]
        for (path, template, token, body) in [
            ("\(repository)/hooks", "/repos/{owner}/{repo}/hooks", "admin", JSON.object([.init("config", config)])),
            ("/orgs/octo-tools/hooks", "/orgs/{org}/hooks", "admin", ["name": "web", "config": config]),
            (
                "\(repository)/actions/runners/registration-token",
                "/repos/{owner}/{repo}/actions/runners/registration-token", "admin", nil
            ),
            (
                "\(repository)/actions/runners/remove-token",
                "/repos/{owner}/{repo}/actions/runners/remove-token", "admin", nil
            ),
            (
                "/orgs/octo-tools/actions/runners/generate-jitconfig",
                "/orgs/{org}/actions/runners/generate-jitconfig", "admin",
                ["name": "once", "runner_group_id": 1, "labels": ["gpu"]]
            ),
            (
                "/app/installations/\(installation)/access_tokens",
                "/app/installations/{installation_id}/access_tokens", appToken, nil
            ),
        ] {
            let answer = world.call("POST", path, token: token, body: body)
            #expect(answer.status == 201, "\(path)")
            #expect(schema.answerFaults(in: answer.json, to: "POST", template, status: 201) == [], "\(path)")
        }
    }

    private static let templates: [String] = {
        let run = "/repos/{owner}/{repo}/actions/runs/{run_id}"
        let repository = "/repos/{owner}/{repo}"
        let hook = "/orgs/{org}/hooks"
        return [
            repository, "\(repository)/actions/runs", run, "\(run)/attempts/{attempt_number}",
            "\(run)/attempts/{attempt_number}/jobs", "\(run)/jobs", "\(run)/artifacts", "\(run)/timing",
            "\(run)/approvals", "\(run)/pending_deployments", "\(repository)/actions/jobs/{job_id}",
            "\(repository)/actions/workflows", "\(repository)/actions/workflows/{workflow_id}",
            "\(repository)/actions/workflows/{workflow_id}/runs", "\(repository)/actions/artifacts",
            "\(repository)/actions/artifacts/{artifact_id}", "\(repository)/actions/runners",
            "\(repository)/actions/runners/{runner_id}", "\(repository)/hooks", "/orgs/{org}/actions/runners", hook,
            "\(hook)/{hook_id}", "\(hook)/{hook_id}/config", "\(hook)/{hook_id}/deliveries",
            "\(hook)/{hook_id}/deliveries/{delivery_id}", "/orgs/{org}/repos", "/orgs/{org}",
            "/users/{username}/repos", "/user/repos", "/installation/repositories", "/rate_limit", "/meta",
            "\(repository)/check-runs/{check_run_id}", "\(repository)/check-suites/{check_suite_id}",
            "\(repository)/check-suites/{check_suite_id}/check-runs", "\(repository)/commits/{ref}/check-runs",
            "\(repository)/commits/{ref}/check-suites", "\(repository)/commits/{ref}/status",
            "\(repository)/commits/{ref}/statuses", "\(repository)/actions/caches", "\(repository)/actions/cache/usage",
            "\(repository)/actions/runners/downloads", "\(repository)/actions/runners/{runner_id}/labels",
            "\(repository)/actions/workflows/{workflow_id}/timing",
        ]
    }()

    @Test(.enabled(if: SharedData.has(current), "no schemas beside this checkout"))
    func payloadsFitGitHubsOwnSchemas() throws {
        var seen: Set<String> = []
        for delivery in try Self.everyKindOfDelivery() {
            let file = "\(Self.current)/\(delivery.name).schema.json"
            guard SharedData.has(file) else { continue }
            seen.insert(delivery.name)
            let schema = try Schema(SharedData.bytes(file))
            #expect(schema.faults(in: delivery.json) == [], "\(delivery.name)")
        }
        #expect(seen.count == 10)
    }

    @Test(.enabled(if: SharedData.has(octokit), "no schemas beside this checkout"))
    func payloadsFitOctokitsSchemasButForNewerFields() throws {
        let schema = try Schema(SharedData.bytes(Self.octokit))
        for delivery in try Self.everyKindOfDelivery() where delivery.event != "check_run" {
            let name = delivery.action.map { "\(delivery.event)$\($0)" } ?? "\(delivery.event)$event"
            // Kept by hand and closed: it does not know the fields of 2023 and later, nor a job queued as waiting.
            let faults = schema.faults(in: delivery.json, at: "#/definitions/\(name)").filter {
                !$0.hasSuffix("is one too many") && !$0.contains("none of")
            }
            #expect(faults == [], "\(name)")
        }
    }

    private static func everyKindOfDelivery() throws -> [SimulatedGitHub.OutgoingDelivery] {
        var world = try World()
        let hook = try world.hook(events: ["workflow_run", "workflow_job", "check_run"])
        _ = world.call("POST", "/orgs/octo-tools/hooks/\(hook)/pings")
        let plan = SimulatedGitHub.RunPlan(
            World.hello,
            branch: "topic",
            jobs: ["a", .init("b", conclusion: .failure), .init("c", gate: "production")]
        )
        try world.github.openPullRequest("topic", in: World.hello)
        let run = try world.github.startRun(plan, at: world.now)
        world.pass()
        try world.github.approve(run: run, at: world.now)
        try world.github.finish(run: run, at: world.now)
        let cancelled = try world.github.startRun(.init(World.vault), at: world.now)
        try world.github.cancel(run: cancelled, at: world.now)
        return world.github.takeDeliveries(at: world.now)
    }
}
