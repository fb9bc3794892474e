import CacheCore
import Foundation
import GitHubCore
import Testing

@testable import HookCacheKit

@Suite struct PrewarmFileTests {
    private func jobs(_ text: String) throws -> [PrewarmJob] { try PrewarmFile(text: text, path: "jobs.yaml").jobs }

    private func problems(_ text: String) -> [String] {
        do throws(SettingsError) {
            _ = try PrewarmFile(text: text, path: "jobs.yaml")
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    private static let yaml = """
        # What the autoscalers read.
        jobs:
          nightly:
            repositories: [octo-org/app, "octo-org/lib-*"]
            owners: octo-labs
            resources: [workflows, artifacts]
            schedule: "0 3 * * mon-fri"
            priority: low
            jitter: 300
          after runs:
            repositories:
              - octo-org/app
            on: [workflow_run, push]
        """

    private static let json = """
        {"jobs": {
          "nightly": {"repositories": ["octo-org/app", "octo-org/lib-*"], "owners": ["octo-labs"],
            "resources": ["workflows", "artifacts"], "schedule": "0 3 * * mon-fri", "priority": "low", "jitter": 300},
          "after runs": {"repositories": ["octo-org/app"], "on": ["workflow_run", "push"]}
        }}
        """

    @Test(arguments: [yaml, json])
    func jobsAreReadFromYAMLAndFromJSON(text: String) throws {
        let jobs = try jobs(text)
        #expect(
            try jobs == [
                PrewarmJob(
                    name: "nightly",
                    patterns: ["octo-org/app", "octo-org/lib-*", "octo-labs/*"].compactMap { RepositoryPattern($0) },
                    resources: [.workflows, .artifacts],
                    trigger: .schedule(CronSchedule("0 3 * * mon-fri")),
                    priority: .low,
                    jitter: 300
                ),
                PrewarmJob(
                    name: "after runs",
                    patterns: ["octo-org/app"].compactMap { RepositoryPattern($0) },
                    resources: [.runs, .jobs, .workflows],
                    trigger: .events([.workflowRun, .push])
                ),
            ]
        )
    }

    @Test func theExampleIsRead() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../deploy").standardized
        let file = try PrewarmFile(path: path.appending(path: "prewarm.example.yaml").path)
        #expect(file.jobs.count >= 2)
    }

    @Test func noJobsAreNoProblem() throws {
        #expect(try jobs("jobs: {}").isEmpty)
    }

    /// A job that is right but for what is added to it.
    private static func job(_ lines: String, without: String = "") -> String {
        let base = ["repositories: [o/r]", "schedule: '@daily'"].filter { !$0.hasPrefix(without) || without.isEmpty }
        return "jobs:\n  a:\n" + (base + [lines]).map { "    \($0)\n" }.joined()
    }

    @Test(
        arguments: [
            ("", "jobs.yaml: wants a mapping with the key jobs"),
            ("[]", "jobs.yaml:1: wants a mapping with the key jobs"),
            ("jobs: []", "jobs.yaml:1: wants jobs: a mapping from each job's name to what it is"),
            ("jobs: {}\nother: 1", "jobs.yaml:2: got \"other\", wants the key jobs and no other"),
            ("jobs:\n  a: 1", "jobs.yaml:2: job a: wants a mapping with repositories"),
            ("jobs:\n  '': {}", "jobs.yaml:2: got \"\", wants a job's name of 1 to 64 characters"),
            (job("color: red"), "jobs.yaml:5: job a: got \"color\", wants one of repositories, owners"),
            (job("resources: [moon]"), "jobs.yaml:5: job a: resources: got \"moon\", wants one of runs, jobs"),
            (job("resources: []"), "jobs.yaml:5: job a: resources: wants a list of 1 to 100"),
            (job("resources: {runs: 1}"), "jobs.yaml:5: job a: resources: wants a list of 1 to 100"),
            (job("priority: urgent"), "jobs.yaml:5: job a: priority: got \"urgent\", wants one of low, normal, high"),
            (job("priority: [low]"), "jobs.yaml:5: job a: priority: wants one of low"),
            (job("jitter: -1"), "jobs.yaml:5: job a: jitter: got \"-1\", wants whole seconds from 0 to 3600"),
            (job("jitter: 3601"), "jobs.yaml:5: job a: jitter: got \"3601\", wants whole seconds"),
            (job("owners: a/b"), "jobs.yaml:5: job a: owners: got \"a/b\", wants OWNER"),
            (job("on: [push]"), "jobs.yaml:3: job a: wants either schedule"),
            (job("", without: "schedule"), "jobs.yaml:3: job a: wants either schedule"),
            (job("", without: "repositories"), "jobs.yaml:3: job a: wants repositories or owners"),
            (job("on: [moon]", without: "schedule"), "jobs.yaml:4: job a: on: got \"moon\", wants one of workflow_run"),
            (job("on: ping", without: "schedule"), "jobs.yaml:4: job a: on: got \"ping\", wants one of workflow_run"),
            (
                job("schedule: 0 0 30 2 *", without: "schedule"),
                "jobs.yaml:4: job a: schedule: got \"0 0 30 2 *\", wants a date"
            ),
            (job("schedule: [x]", without: "schedule"), "jobs.yaml:4: job a: schedule: wants a text in cron's syntax"),
            (
                job("repositories: [o]", without: "repositories"),
                "jobs.yaml:4: job a: repositories: got \"o\", wants OWNER/REPO"
            ),
            ("jobs:\n  a: {}\n  a: {}", "jobs.yaml:2: got \"a\", wants each key once"),
            ("jobs: [", "jobs.yaml:2: wants YAML or JSON"),
            ("jobs: {}\n---\njobs: {}", "jobs.yaml:2: wants YAML or JSON"),
            ("a: *b", "jobs.yaml:1: wants YAML or JSON"),
        ]
    )
    func whatIsWrongIsToldWithItsPlace(text: String, problem: String) {
        let found = problems(text)
        #expect(found.count == 1 && found.first?.hasPrefix(problem) == true, "\(found)")
    }

    @Test func jitterIsForSchedules() {
        let found = problems("jobs: {a: {repositories: o/r, on: push, jitter: 5}}")
        #expect(found == ["jobs.yaml:1: job a: jitter: wants to be there with a schedule only"])
    }

    @Test func everyProblemIsToldAtOnce() {
        #expect(problems(Self.job("resources: [moon, sun]\n    priority: x") + "  b: 1\n").count == 4)
    }

    @Test func aFileIsBounded() {
        let many = (0...PrewarmJob.Limits.jobs).map { "j\($0): {repositories: o/r, schedule: '@daily'}" }
        #expect(problems("jobs: {\(many.joined(separator: ", "))}").first?.contains("at most 100 jobs") == true)
        let patterns = (0...60).map { "o/r\($0)" }.joined(separator: ", ")
        let owners = (0...60).map { "o\($0)" }.joined(separator: ", ")
        let text = "jobs: {a: {repositories: [\(patterns)], owners: [\(owners)], schedule: '@daily'}}"
        #expect(problems(text).first?.contains("at most 100 repositories and owners; there are 122") == true)
    }

    @Test func aFileThatIsTooLargeOrNotThereIsRefused() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "prewarm-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "jobs.yaml").path
        #expect(throws: SettingsError.self) { try PrewarmFile(path: path) }
        #expect(throws: SettingsError.self) { try PrewarmFile(path: folder.path) }
        try Data("jobs: {}\n".utf8).write(to: URL(filePath: path))
        #expect(try PrewarmFile(path: path).jobs.isEmpty)
        try Data([0xff, 0xfe, 0x00]).write(to: URL(filePath: path))
        #expect(throws: SettingsError.self) { try PrewarmFile(path: path) }
        try Data(Array(repeating: UInt8(ascii: "\n"), count: PrewarmJob.Limits.fileBytes + 1)).write(
            to: URL(filePath: path)
        )
        let error = #expect(throws: SettingsError.self) { try PrewarmFile(path: path) }
        #expect(error?.description.contains("at most 262144 bytes") == true)
    }

    @Test func theSettingsNameTheFile() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "prewarm-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "jobs.yaml").path
        try Data(Self.yaml.utf8).write(to: URL(filePath: path))
        let none = SettingsFile(text: "", path: "f")
        let flags: [Settings.Key: String] = [.directory: folder.path, .prewarmFile: path]
        let settings = try Settings(flags: flags, environment: [:], settingsFile: none)
        #expect(settings.prewarm.jobs.map(\.name) == ["nightly", "after runs"])
        try Data("jobs: {a: {repositories: o/r}}".utf8).write(to: URL(filePath: path))
        let error = #expect(throws: SettingsError.self) {
            try Settings(flags: flags, environment: [:], settingsFile: none)
        }
        #expect(error?.description.hasPrefix("CACHE_PREWARM_FILE: \(path):1: job a: wants either schedule") == true)
    }
}
