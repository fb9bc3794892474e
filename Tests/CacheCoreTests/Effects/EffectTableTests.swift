import CacheCore
import GitHubCore
import Testing

/// What an event touches and what it leaves alone.
struct EffectTableTests {
    private static let sha = String(repeating: "a", count: 40)
    private static let other = String(repeating: "b", count: 40)

    private func event(_ kind: ObjectKind, _ text: String) throws -> WorkflowEvent {
        let object = try JSONObject(Array(text.utf8))
        let read: WorkflowObject? =
            switch kind {
            case .run: WorkflowRun(object).map(WorkflowObject.run)
            case .job: WorkflowJob(object).map(WorkflowObject.job)
            }
        let known = try #require(read)
        return WorkflowEvent(
            repository: try #require(RepositoryName("o/r")),
            object: known,
            body: Body(Array(text.utf8)),
            version: ObjectVersion(known),
            authority: .webhook,
            source: .webhook,
            isPrivate: false,
            asOf: Timestamp(seconds: 1_800_000_000)
        )
    }

    private func run(_ status: String) throws -> WorkflowEvent {
        try event(
            .run,
            #"{"id":7,"run_attempt":2,"status":"\#(status)","workflow_id":5,"path":".github/workflows/ci.yml@main","#
                + #""head_sha":"\#(Self.sha)","check_suite_id":11}"#
        )
    }

    private func job(
        _ status: String = "in_progress",
        labels: String = #""ubuntu-latest""#,
        startedAt: String = "null"
    ) throws -> WorkflowEvent {
        try event(
            .job,
            #"{"id":9,"run_id":7,"run_attempt":2,"status":"\#(status)","head_sha":"\#(Self.sha)","runner_id":3,"#
                + #""started_at":\#(startedAt),"labels":[\#(labels)],"check_run_url":"https://api.github.com/repos/o/r/check-runs/9"}"#
        )
    }

    @Test func whatIsAboutOneRunJobOrCheckIsTouchedByItsOwnEventsAlone() throws {
        for event in [try run("completed"), try run("queued"), try job("completed"), try job()] {
            let subjects = EffectTable.subjects(of: event.object)
            for path in EndpointUniverse.ofRepository {
                let resource = try #require(Resource(path))
                guard let subject = resource.endpoint.subjectID, !subjects.contains(subject) else { continue }
                #expect(EffectTable.touch(resource, by: event) == .none, "\(path)")
            }
        }
    }

    private func touch(_ path: String, _ event: WorkflowEvent) throws -> Touch {
        EffectTable.touch(try #require(Resource(path)), by: event)
    }

    /// The paths that an event touches at all.
    private func touched(_ event: WorkflowEvent) throws -> Set<String> {
        try EndpointUniverse.below(EndpointUniverse.ofRepository + EndpointUniverse.ofOwners) {
            let touch = EffectTable.touch($0, by: event)
            // The look ahead passes nothing over.
            #expect(touch != .invalidate || EffectTable.mayInvalidate($0.endpoint), "\($0.path)")
            return touch != .none
        }
    }

    private static let ofRun: Set<String> = [
        "actions/runs", "actions/runs?status=queued", "actions/runs?exclude_pull_requests=true", "actions/runs/7",
        "actions/runs/7?exclude_pull_requests=true", "actions/runs/7/attempts/2", "actions/runs/7/jobs",
        "actions/runs/7/jobs?filter=all", "actions/runs/7/attempts/1/jobs", "actions/runs/7/attempts/2/jobs",
        "actions/runs/7/approvals", "actions/runs/7/pending_deployments", "actions/workflows/5/runs",
        "actions/workflows/ci.yml/runs", "check-suites/11", "commits/\(sha)/check-suites",
        "commits/main/check-suites", "commits/v1/check-suites",
    ]

    @Test func aRunsEventTouchesThisAndNothingElse() throws {
        #expect(try touched(run("in_progress")) == Self.ofRun)
        #expect(
            try touched(run("completed")).subtracting(Self.ofRun) == [
                "actions/runs/7/artifacts", "actions/runs/7/timing", "actions/artifacts", "actions/caches",
                "actions/cache/usage", "actions/workflows/5/timing",
            ]
        )
    }

    @Test func aJobsEventTouchesThisAndNothingElse() throws {
        let ofJob: Set<String> = [
            "actions/jobs/9", "actions/runs/7/jobs", "actions/runs/7/jobs?filter=all", "actions/runs/7/attempts/2/jobs",
            "actions/runs/7", "actions/runs/7?exclude_pull_requests=true", "actions/runs", "actions/runs?status=queued",
            "actions/runs?exclude_pull_requests=true", "actions/workflows/5/runs", "actions/workflows/ci.yml/runs",
            "actions/workflows/6/runs", "actions/runs/7/approvals", "actions/runs/7/pending_deployments",
            "check-runs/9", "check-runs/9/annotations", "check-suites/11/check-runs", "check-suites/12/check-runs",
            "commits/\(Self.sha)/check-runs", "commits/main/check-runs", "commits/v1/check-runs", "actions/runners/3",
            "/orgs/o/actions/runners/3",
        ]
        #expect(try touched(job()) == ofJob)
        #expect(
            try touched(job("completed")).subtracting(ofJob) == [
                "actions/runs/7/artifacts", "actions/runs/7/timing", "actions/artifacts",
            ]
        )
        let begun = try job(startedAt: #""2027-01-15T08:00:00Z""#)
        #expect(try touched(begun).subtracting(ofJob) == ["actions/runners", "/orgs/o/actions/runners"])
    }

    @Test(arguments: [
        ("/repos/o/r/actions/runs/7", Touch.replace),
        ("/repos/o/r/actions/runs/7?exclude_pull_requests=true", .replace),
        ("/repos/o/r/actions/runs/7?exclude_pull_requests=1", .invalidate),
        ("/repos/o/r/actions/runs/7?x=1", .invalidate),
        ("/repos/o/r/actions/runs/7/approvals", .invalidate),
        ("/repos/o/r/actions/runs/7/pending_deployments", .invalidate),
        ("/repos/o/r/actions/runs/8/approvals", .none),
        ("/repos/o/r/actions/artifacts/3", .none),
        ("/repos/o/r/actions/runs/8", .none),
        ("/repos/o/r/actions/runs/7/attempts/2", .invalidate),
        ("/repos/o/r/actions/runs/7/attempts/1", .none),
        ("/repos/o/r/actions/runs", .list),
        ("/repos/o/r/actions/runs?status=queued&page=2", .list),
        ("/repos/o/r/actions/workflows/5/runs", .list),
        ("/repos/o/r/actions/workflows/ci.yml/runs", .list),
        ("/repos/o/r/actions/workflows/6/runs", .none),
        ("/repos/o/r/actions/workflows/release.yml/runs", .none),
        ("/repos/o/r/actions/runs/7/jobs", .list),
        ("/repos/o/r/actions/runs/8/jobs", .none),
        ("/repos/o/r/check-suites/11", .invalidate),
        ("/repos/o/r/check-suites/12", .none),
        ("/repos/o/r/commits/\(sha)/check-suites", .invalidate),
        ("/repos/o/r/commits/main/check-suites", .invalidate),
        ("/repos/o/r/commits/\(other)/check-suites", .none),
        ("/repos/o/r/actions/jobs/9", .none),
        ("/repos/o/r/actions/workflows", .none),
        ("/repos/o/r/actions/runners", .none),
        ("/repos/o/r", .none),
    ])
    func aRunsEvent(_ path: String, _ expected: Touch) throws {
        #expect(try touch(path, run("in_progress")) == expected)
        #expect(try touch(path, run("completed")) == expected)
    }

    @Test(arguments: [
        "/repos/o/r/actions/runs/7/artifacts", "/repos/o/r/actions/runs/7/timing", "/repos/o/r/actions/artifacts",
        "/repos/o/r/actions/caches", "/repos/o/r/actions/cache/usage", "/repos/o/r/actions/workflows/ci.yml/timing",
    ])
    func onlyACompletedRunChangesWhatItLeaves(_ path: String) throws {
        #expect(try touch(path, run("in_progress")) == .none)
        #expect(try touch(path, run("completed")) == .invalidate)
    }

    @Test(arguments: [
        ("/repos/o/r/actions/jobs/9", Touch.replace),
        ("/repos/o/r/actions/jobs/8", .none),
        ("/repos/o/r/check-runs/9", .invalidate),
        ("/repos/o/r/check-runs/8", .none),
        ("/repos/o/r/check-runs/9/annotations", .invalidate),
        ("/repos/o/r/check-runs/8/annotations", .none),
        ("/repos/o/r/actions/runs/7/approvals", .invalidate),
        ("/repos/o/r/actions/runs/7/pending_deployments", .invalidate),
        ("/repos/o/r/actions/runs/8/pending_deployments", .none),
        ("/repos/o/r/actions/runs/7/jobs", .list),
        ("/repos/o/r/actions/runs/7/jobs?filter=all", .list),
        ("/repos/o/r/actions/runs/8/jobs", .none),
        ("/repos/o/r/actions/runs/7/attempts/2/jobs", .list),
        ("/repos/o/r/actions/runs/7/attempts/1/jobs", .none),
        ("/repos/o/r/commits/\(sha)/check-runs", .invalidate),
        ("/repos/o/r/commits/\(other)/check-runs", .none),
        ("/repos/o/r/check-suites/11/check-runs", .invalidate),
        ("/repos/o/r/actions/runners/3", .runners),
        ("/repos/o/r/actions/runners/4", .none),
        ("/orgs/o/actions/runners/3", .runners),
        ("/orgs/o/actions/runners/4", .none),
        ("/repos/o/r/actions/runners/3/labels", .none),
        ("/repos/o/r/actions/runs/7/artifacts", .none),
        ("/repos/o/r/actions/jobs/9?x=1", .invalidate),
        ("/repos/o/r/actions/runners", .none),
        ("/orgs/o/actions/runners", .none),
        ("/repos/o/r/actions/artifacts", .none),
    ])
    func aJobsEvent(_ path: String, _ expected: Touch) throws {
        #expect(try touch(path, job()) == expected)
    }

    @Test(arguments: [
        "/repos/o/r/actions/runs/7/artifacts", "/repos/o/r/actions/runs/7/timing", "/repos/o/r/actions/artifacts",
    ])
    func aCompletedJobChangesWhatItLeaves(_ path: String) throws {
        #expect(try touch(path, job("completed")) == .invalidate)
    }

    @Test(arguments: [#""self-hosted","linux""#, #""gpu""#])
    func aJobThatARunnerHasTellsWhichRunnersWork(_ labels: String) throws {
        let begun = try job(labels: labels, startedAt: #""2027-01-15T08:00:00Z""#)
        #expect(try touch("/repos/o/r/actions/runners", begun) == .runners)
        #expect(try touch("/orgs/o/actions/runners?per_page=100", begun) == .runners)
        #expect(try touch("/orgs/o/actions/runners?x=1", begun) == .invalidate)
    }
}
