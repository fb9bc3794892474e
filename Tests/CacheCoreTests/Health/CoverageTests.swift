import CacheCore
import GitHubCore
import Testing

/// Row by row: which answers events tell wholly, and which keep the lifetime of the table always.
struct CoverageTests {
    private static let runEvents: Set<EventName> = [.workflowRun, .workflowJob]
    private static let withPullRequests: Set<EventName> = [.workflowRun, .workflowJob, .pullRequest]

    private static func representation(_ path: String, media: MediaClass = .json) throws -> Representation {
        Representation(try #require(Resource(path), "\(path)"), media: media)
    }

    private static func events(_ path: String, _ body: String) throws -> Set<EventName>? {
        Coverage.events(try representation("/repos/o/r/\(path)"), Body(Array(body.utf8)))
    }

    @Test func ofEveryKnownPathOnlyTheseAreCovered() throws {
        let never = try EndpointUniverse.below { Coverage.of(Representation($0)) == .none }
        let byContent = try EndpointUniverse.below { Coverage.of(Representation($0)) == .byContent }
        let whole = try EndpointUniverse.below { resource in
            if case .whole = Coverage.of(Representation(resource)) { true } else { false }
        }
        let sha = EndpointUniverse.sha
        #expect(
            byContent == [
                "actions/runs?status=queued", "actions/runs/7", "actions/runs/7?exclude_pull_requests=true",
                "actions/runs/8", "actions/runs/7/attempts/1", "actions/runs/7/attempts/2", "actions/runs/7/jobs",
                "actions/runs/7/jobs?filter=all", "actions/runs/8/jobs", "actions/runs/7/attempts/1/jobs",
                "actions/runs/7/attempts/2/jobs", "actions/jobs/9", "actions/jobs/10",
            ]
        )
        #expect(
            whole == [
                "commits/\(sha)/status", "commits/\(EndpointUniverse.otherSHA)/status", "commits/main/status",
                "commits/v1/statuses",
            ]
        )
        #expect(never.count + byContent.count + whole.count == EndpointUniverse.all.count)
        // What the design names: lists where start-up failures show, runners, artifacts, annotations.
        for path in [
            "actions/runs", "actions/runs?exclude_pull_requests=true", "actions/workflows/5/runs", "actions/runners",
            "actions/runners/3", "/orgs/o/actions/runners", "actions/artifacts/3", "actions/runs/7/artifacts",
            "check-runs/9/annotations", "actions/workflows", "/repos/o/r",
        ] {
            #expect(never.contains(path), "\(path)")
        }
    }

    @Test(arguments: [
        ("queued", true), ("in_progress", true), ("requested", true), ("success", true), ("cancelled", true),
        ("skipped", true), ("neutral", true), ("timed_out", true), ("action_required", true), ("waiting", false),
        ("pending", false), ("completed", false), ("failure", false), ("startup_failure", false), ("stale", false),
        ("something new", false),
    ])
    func ofRunListsThoseThatNoRunComesToUnannounced(status: String, isCovered: Bool) throws {
        let query = [QueryItem("status", status), QueryItem("branch", "main")]
        let repository = try #require(RepositoryName("o/r"))
        for endpoint in [Endpoint.runs(repository), .workflowRuns(repository, "ci.yml")] {
            let resource = Resource(endpoint, query: query)
            #expect(Coverage.of(Representation(resource)) == (isCovered ? .byContent : .none))
            // What a parameter does that is not known, no event tells.
            let unknown = Resource(endpoint, query: query + [QueryItem("shape", "new")])
            #expect(Coverage.of(Representation(unknown)) == .none)
        }
    }

    @Test func aRefsStatusesAreToldByWhatMovesItToo() throws {
        let byName = try Self.representation("/repos/o/r/commits/main/status")
        #expect(Coverage.of(byName) == .whole([.status, .push, .create, .delete]))
        let bySHA = try Self.representation("/repos/o/r/commits/\(EndpointUniverse.sha)/status")
        #expect(Coverage.of(bySHA) == .whole([.status]))
    }

    @Test func otherFormsThanJSONAreNotCovered() throws {
        let rendered = try Self.representation("/repos/o/r/actions/runs/7", media: .raw)
        #expect(Coverage.of(rendered) == .none)
    }

    @Test(arguments: [
        ("completed", true), ("queued", true), ("requested", true), ("in_progress", true), ("waiting", false),
        ("pending", false), ("never heard of", false),
    ])
    func aRunIsToldByEventsButForWhatItWaitsFor(status: String, isTold: Bool) throws {
        let run = #"{"id":7,"status":"\#(status)","pull_requests":[]}"#
        let list = #"{"total_count":1,"workflow_runs":[\#(run)]}"#
        #expect(try Self.events("actions/runs/7", run) == (isTold ? Self.withPullRequests : nil))
        #expect(try Self.events("actions/runs/7/attempts/1", run) == (isTold ? Self.withPullRequests : nil))
        #expect(try Self.events("actions/runs?status=queued", list) == (isTold ? Self.withPullRequests : nil))
        let bare = "actions/runs?exclude_pull_requests=true&status=queued"
        #expect(try Self.events(bare, list) == (isTold ? Self.runEvents : nil))
    }

    @Test func theFirstPullRequestHasAnEventAndThoseThatAreShownChangeUnannounced() throws {
        let run = #"{"id":7,"status":"completed","pull_requests":[{"number":1}]}"#
        #expect(try Self.events("actions/runs/7", run) == nil)
        #expect(try Self.events("actions/runs/7?exclude_pull_requests=true", run) == Self.runEvents)
        let list = #"{"workflow_runs":[{"status":"queued","pull_requests":[]},\#(run)]}"#
        #expect(try Self.events("actions/runs?status=queued", list) == nil)
        #expect(try Self.events("actions/runs?status=queued", #"{"workflow_runs":[]}"#) == Self.runEvents)
    }

    @Test(arguments: [("completed", true), ("queued", true), ("waiting", true), ("in_progress", false), ("?", false)])
    func aJobIsToldByEventsUnlessItHasStepsToShow(status: String, isTold: Bool) throws {
        let job = #"{"id":9,"run_id":7,"status":"\#(status)"}"#
        let over = #"{"id":10,"run_id":7,"status":"completed"}"#
        let expected: Set<EventName>? = isTold ? [.workflowJob] : nil
        #expect(try Self.events("actions/jobs/9", job) == expected)
        for path in ["actions/runs/7/jobs", "actions/runs/7/jobs?filter=all", "actions/runs/7/attempts/1/jobs"] {
            #expect(try Self.events(path, #"{"total_count":2,"jobs":[\#(over),\#(job)]}"#) == expected)
            // GitHub has none yet.
            #expect(try Self.events(path, #"{"total_count":0,"jobs":[]}"#) == nil)
        }
    }

    @Test func whatIsNoObjectIsNotCovered() throws {
        #expect(try Self.events("actions/runs/7", "[]") == nil)
        #expect(try Self.events("actions/jobs/9", "nonsense") == nil)
        #expect(try Self.events("actions/runs/7", "{}") == nil)
    }
}
