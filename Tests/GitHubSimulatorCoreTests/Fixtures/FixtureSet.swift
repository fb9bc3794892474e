import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

/// What `fixtures/` holds, made by the simulator: paths below it, and contents.
struct FixtureSet {
    private(set) var files: [String: [UInt8]] = [:]
    private var world: World

    init() throws {
        world = try World()
        try addPing()
        try addDeliveries()
        try addAnswers()
        try addRefusals()
    }

    private mutating func addPing() throws {
        try world.github.createHook(
            in: .repository(World.hello),
            url: "https://hooks.example.com/webhook",
            secret: World.secret,
            at: world.now
        )
        try world.github.createHook(
            in: .repository(World.vault),
            url: "https://hooks.example.com/webhook",
            secret: World.secret,
            isForm: true,
            at: world.now
        )
        take("ping")
    }

    private mutating func addDeliveries() throws {
        let hello = try world.github.startRun(
            .init(World.hello, title: "Greet the world", jobs: ["build", .init("test", conclusion: .failure)]),
            at: world.now
        )
        try play(hello)
        take("hello-ci")

        try world.github.rerun(run: hello, failedOnly: true, at: world.now)
        try play(hello)
        take("hello-ci-rerun")

        let gated = SimulatedGitHub.RunPlan(
            World.hello,
            workflow: "deploy.yml",
            title: "Deploy the greeting",
            jobs: [.init("deploy", gate: "production")]
        )
        let deployment = try world.github.startRun(gated, at: world.now)
        world.pass(seconds: 20)
        try world.github.approve(run: deployment, at: world.now)
        try play(deployment)
        take("hello-ci-gated")

        let cancelled = try world.github.startRun(
            .init(World.hello, title: "Greet nobody", jobs: ["build"]),
            at: world.now
        )
        world.pass(seconds: 3)
        try world.github.cancel(run: cancelled, at: world.now)
        take("hello-ci-cancelled")

        let vault = try world.github.startRun(
            .init(World.vault, title: "Count the gold", jobs: ["count"]),
            at: world.now
        )
        try play(vault)
        take("vault-ci-form")
    }

    private mutating func addAnswers() throws {
        try world.github.createRunner("box-1", labels: ["gpu"], in: .repository(World.hello))
        let repository = "/repos/octo-tools/hello-ci"
        let runs = "\(repository)/actions/runs"
        let list = world.get(runs).json
        let run = list.at("workflow_runs.2.id")?.integer ?? 0
        let job = world.github.jobs(ofRun: run)[0].id
        try world.github.createArtifact("report", run: run, at: world.now)
        for (name, target) in [
            ("repository", repository), ("runs", runs), ("runs.page-2", "\(runs)?per_page=1&page=2"),
            ("runs.completed", "\(runs)?status=completed&exclude_pull_requests=true"), ("run", "\(runs)/\(run)"),
            ("run.attempt-1", "\(runs)/\(run)/attempts/1"), ("jobs", "\(runs)/\(run)/jobs"),
            ("jobs.all", "\(runs)/\(run)/jobs?filter=all"), ("job", "\(repository)/actions/jobs/\(job)"),
            ("workflows", "\(repository)/actions/workflows"), ("workflow", "\(repository)/actions/workflows/ci.yml"),
            ("workflow-runs", "\(repository)/actions/workflows/deploy.yml/runs"),
            ("artifacts", "\(runs)/\(run)/artifacts"), ("runners", "\(repository)/actions/runners"),
            ("organisation-repositories", "/orgs/octo-tools/repos"), ("rate-limit", "/rate_limit"),
            ("logs", "\(runs)/\(run)/logs"),
        ] {
            add(name, .get(target, token: "admin"))
        }
        add("run.anonymous", .get("\(runs)/\(run)"))
        let tag = world.get("\(runs)/\(run)").header("ETag")
        add("run.not-modified", .get("\(runs)/\(run)", token: "admin", ifNoneMatch: tag))
    }

    private mutating func addRefusals() throws {
        let vault = "/repos/octo-tools/vault-ci"
        add("private.not-found", .get(vault, token: "stranger"))
        add("bad-credentials", .get(vault, token: "nonsense"))
        add("runners.forbidden", .get("/repos/octo-tools/hello-ci/actions/runners", token: "stranger"))
        world.github.faults.add(.secondaryLimit(retryAfter: 60), times: 1)
        add("secondary-limit", .get(vault, token: "admin"))
        world.github.faults.add(.html, times: 1)
        add("unicorn", .get(vault, token: "admin"))
        world.github.createToken("spent", grants: [], callsPerHour: 0, at: world.now)
        add("primary-limit", .get("/repos/octo-tools/hello-ci", token: "spent"))
        let renamed = RepositoryName("octo-tools/safe-ci")
        try world.github.rename(World.vault, to: #require(renamed), at: world.now)
        add("moved", .get("\(vault)/actions/runs?status=queued", token: "admin"))
    }

    private mutating func play(_ run: Int64) throws {
        repeat { world.pass(seconds: 4) } while try world.github.advance(run: run, at: world.now) != .runCompleted
    }

    private mutating func take(_ folder: String) {
        for (index, delivery) in world.github.takeDeliveries(at: world.now).enumerated() {
            let place = index < 9 ? "0\(index + 1)" : "\(index + 1)"
            let isForm = delivery.headers.first("Content-Type") != "application/json"
            let path = "deliveries/\(folder)/\(place).\(delivery.name)"
            files["\(path).\(isForm ? "form" : "json")"] = delivery.body
            let lines = delivery.headers.map { "\($0.name): \($0.value)\n" }
            files["\(path).headers"] = Array(lines.joined().utf8)
        }
    }

    private mutating func add(_ name: String, _ request: SimulatedGitHub.Request) {
        let response = world.github.respond(to: request, at: world.now)
        let asked = ["\(request.method) \(request.target)"] + request.headers.map { "\($0.name): \($0.value)" }
        let answered = ["\(response.status)"] + response.headers.map { "\($0.name): \($0.value)" }
        let text = asked.map { "> \($0)\n" } + answered.map { "< \($0)\n" }
        files["answers/\(name).headers"] = Array(text.joined().utf8)
        guard !response.body.isEmpty else { return }
        let isHTML = response.header("Content-Type") == "text/html"
        files["answers/\(name).\(isHTML ? "html" : "json")"] = response.body
    }
}
