import CacheCore
import GitHubCore
import Testing

@Suite struct PrewarmJobTests {
    private func pattern(_ text: String) throws -> RepositoryPattern { try #require(RepositoryPattern(text)) }
    private func name(_ text: String) throws -> RepositoryName { try #require(RepositoryName(text)) }

    @Test(arguments: [
        ("octo/app", "octo/app", true), ("octo/app", "Octo/App", true), ("Octo/App", "octo/app", true),
        ("octo/app", "octo/apps", false), ("octo/*", "octo/app", true), ("octo/*", "octo-org/app", false),
        ("octo/lib-?", "octo/lib-a", true), ("octo/lib-?", "octo/lib-ab", false), ("octo-*/app", "octo-org/app", true),
        ("*/*", "a/b", true), ("*/app", "a/b", false),
    ])
    func aPatternNamesRepositories(text: String, repository: String, isMatch: Bool) throws {
        #expect(try pattern(text).matches(name(repository)) == isMatch)
    }

    @Test(arguments: ["", "octo", "/", "octo/", "/app", "a/b/c", "oc to/app", "octo/app!", "octo/[a]", "ü/b"])
    func whatIsNoPatternIsRefused(text: String) {
        #expect(RepositoryPattern(text) == nil)
    }

    @Test func aPatternTellsWhatItNamesByItself() throws {
        #expect(try pattern("Octo/App").repository == name("octo/app"))
        #expect(try pattern("octo/*").repository == nil)
        #expect(try pattern("octo/*").login == "octo")
        #expect(try pattern("octo-*/app").login == nil)
        #expect(try pattern("octo-*/app").matches(owner: "OCTO-org"))
        #expect(RepositoryPattern(owner: "Octo") == RepositoryPattern("octo/*"))
    }

    private func job(
        _ name: String = "nightly",
        _ patterns: [String] = ["octo/app", "octo/lib-*"],
        _ resources: [PrewarmJob.Resource] = [.runs, .workflows],
        _ trigger: PrewarmJob.Trigger? = nil,
        priority: PrewarmJob.Priority = .normal,
        jitter: Int = 0
    ) throws -> PrewarmJob {
        PrewarmJob(
            name: name,
            patterns: try patterns.map(pattern),
            resources: resources,
            trigger: try trigger ?? .schedule(CronSchedule("0 3 * * *")),
            priority: priority,
            jitter: jitter
        )
    }

    @Test func nodesKnowAJobByWhatItDoes() throws {
        let digest = try job().digest
        #expect(try job(priority: .low).digest == digest)
        #expect(try job("nightly", ["Octo/Lib-*", "octo/app"], [.workflows, .runs]).digest == digest)
        #expect(try job("nightly", trigger("@daily")).digest != digest)
        #expect(try job("weekly").digest != digest)
        #expect(try job("nightly", ["octo/app"]).digest != digest)
        #expect(try job("nightly", ["octo/app", "octo/lib-*"], [.runs]).digest != digest)
        #expect(try job(jitter: 5).digest != digest)
        #expect(try job("nightly", .events([.push])).digest != digest)
        #expect(try job("nightly", .events([.push])).digest != job("nightly", .events([.push, .create])).digest)
    }

    private func job(_ name: String, _ trigger: PrewarmJob.Trigger) throws -> PrewarmJob {
        try job(name, ["octo/app", "octo/lib-*"], [.runs, .workflows], trigger)
    }

    private func trigger(_ text: String) throws -> PrewarmJob.Trigger { .schedule(try CronSchedule(text)) }

    @Test func onlyItsOwnEventsTriggerIt() throws {
        let job = try job("x", .events([.workflowRun]))
        #expect(try job.isTriggered(by: .workflowRun, of: name("octo/lib-a")))
        #expect(try !job.isTriggered(by: .workflowJob, of: name("octo/lib-a")))
        #expect(try !job.isTriggered(by: .workflowRun, of: name("octo/other")))
        #expect(try !self.job().isTriggered(by: .workflowRun, of: name("octo/app")))
    }

    @Test func jitterIsSettledByTheJobAndTheMoment() throws {
        let slot = Timestamp(seconds: 1_785_578_400)
        #expect(try job().due(slot) == slot)
        let job = try job(jitter: 600)
        var delays: Set<Int64> = []
        for hour in 0..<50 {
            let moment = slot.advanced(bySeconds: hour * 3600)
            let delay = job.due(moment).milliseconds(since: moment)
            #expect((0...600_000).contains(delay))
            #expect(try delay == self.job(jitter: 600).due(moment).milliseconds(since: moment))
            delays.insert(delay)
        }
        #expect(delays.count > 40)
    }

    @Test func whatIsMoreUrgentGoesFirstAndWhatIsLowGoesAtThePaceOfPolls() {
        #expect(PrewarmJob.Priority.allCases.sorted() == [.low, .normal, .high])
        #expect(PrewarmJob.Priority.low.fetch == .poll)
        #expect(PrewarmJob.Priority.normal.fetch == .prewarm && PrewarmJob.Priority.high.fetch == .prewarm)
    }
}
