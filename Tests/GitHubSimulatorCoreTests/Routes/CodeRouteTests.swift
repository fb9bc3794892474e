import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct CodeRouteTests {
    private let hello = "/repos/octo-tools/hello-ci"

    @Test func aFileIsItsContentInBase64OrAsItIs() throws {
        var world = try World()
        let text = "name: x\n" + String(repeating: "# ünïcödé ✓\n", count: 20)
        try world.github.write(text, to: "docs/a b.md", in: World.hello, at: world.now)
        let file = world.get("\(hello)/contents/docs/a%20b.md").json
        #expect(file["path"] == "docs/a b.md")
        #expect(file["encoding"] == "base64")
        #expect(file["size"]?.integer == Int64(text.utf8.count))
        #expect(file["content"]?.text?.split(separator: "\n").first?.count == 60)
        let headers = [
            HeaderField("User-Agent", "t"), HeaderField("Authorization", "token admin"),
            HeaderField("Accept", "application/vnd.github.raw"),
        ]
        let target = "\(hello)/contents/docs/a%20b.md"
        let raw = world.github.respond(to: .init(target: target, headers: headers), at: world.now)
        #expect(raw.body == Array(text.utf8))
        #expect(raw.header("Content-Type") == "application/vnd.github.raw+json; charset=utf-8")
        #expect(raw.header("X-GitHub-Media-Type") == "github.v3; param=raw")
        #expect(raw.header("ETag") != nil)
        let folder = world.get("\(hello)/contents/docs?ref=main").json
        #expect(folder.at("0.path") == "docs/a b.md")
        #expect(folder.at("0.content") == nil)
        let names = world.get("\(hello)/contents").json.elements.compactMap { $0["name"]?.text }
        #expect(names == ["README.md", "docs"])
        #expect(world.get("\(hello)/contents/nothing").status == 404)
        #expect(world.get("\(hello)/contents/docs?ref=nowhere").status == 404)
    }

    @Test func theReadmeIsThereUntilItIsRemoved() throws {
        var world = try World()
        #expect(world.get("\(hello)/readme").json["name"] == "README.md")
        #expect(world.get("\(hello)/readme").json["download_url"]?.text?.contains("?") == false)
        let secret = world.get("/repos/octo-tools/vault-ci/readme", token: "admin").json
        #expect(secret["download_url"]?.text?.contains("?token=") == true)
        try world.github.removeFile("README.md", in: World.hello, at: world.now)
        #expect(world.get("\(hello)/readme").status == 404)
        #expect(world.get("/repos/octo-tools/vault-ci/readme", token: "stranger").status == 404)
    }

    @Test func aBranchIsTheHeadOfItsRuns() throws {
        var world = try World()
        let run = try world.finishedRun(.init(World.hello, branch: "feature/x"))
        let head = try #require(world.github.run(run)?.headSHA)
        #expect(world.get("\(hello)/git/ref/heads/feature/x").json.at("object.sha")?.text == head)
        #expect(world.get("\(hello)/branches/feature/x").json.at("commit.sha")?.text == head)
        #expect(world.get("\(hello)/branches").json.elements.compactMap { $0["name"]?.text } == ["feature/x", "main"])
        #expect(world.get("\(hello)/git/matching-refs/heads/feature").json.elements.count == 1)
        #expect(world.get("\(hello)/commits/\(head)").json.at("commit.message")?.text == "Say hello to feature/x")
        #expect(world.get("\(hello)/commits?sha=feature/x").json.elements.count == 1)
        #expect(world.get("\(hello)/branches/none").status == 404)
        #expect(world.get("\(hello)/commits/none").status == 422)
    }

    @Test func checksAreTheJobsOfACommit() throws {
        var world = try World()
        let run = try world.finishedRun(.init(World.hello, jobs: ["a", .init("b", conclusion: .failure)]))
        let jobs = world.github.jobs(ofRun: run)
        try world.github.annotate(job: jobs[1].id, .init(.failure, "Process completed with exit code 1."))
        let checks = world.get("\(hello)/commits/main/check-runs").json
        #expect(checks["check_runs"]?.elements.compactMap { $0["id"]?.integer } == jobs.map(\.id))
        #expect(checks.at("check_runs.1.output.annotations_count") == 1)
        let notes = world.get("\(hello)/check-runs/\(jobs[1].id)/annotations").json
        #expect(notes.at("0.message") == "Process completed with exit code 1.")
        #expect(world.get("\(hello)/check-runs/\(jobs[0].id)/annotations").json == [])
        #expect(world.get("\(hello)/check-runs/1/annotations").status == 404)
        try world.github.rerun(run: run, failedOnly: true, at: world.now)
        #expect(world.get("\(hello)/commits/main/check-runs").json["total_count"] == 2)
        #expect(world.get("\(hello)/commits/main/check-runs?filter=all").json["total_count"] == 3)
        #expect(world.get("\(hello)/commits/main/check-runs?check_name=b").json["total_count"] == 1)
    }

    @Test func aCheckIsAnnouncedTwice() throws {
        var world = try World()
        _ = try world.hook(events: ["check_run"])
        let run = try world.github.startRun(.init(World.hello, jobs: ["a", .init("b", gate: "prod")]), at: world.now)
        world.pass()
        try world.github.approve(run: run, at: world.now)
        try world.github.finish(run: run, at: world.now)
        let sent = world.github.takeDeliveries(at: world.now)
        #expect(
            sent.map { "\($0.json.at("check_run.name")?.text ?? "") \($0.action ?? "")" } == [
                "a created", "b created", "a completed", "b completed",
            ]
        )
    }
}
