import GitHubCore
import Testing

/// A path of every kind that is known, so that a test can say what an event touches and that it leaves all else alone.
enum EndpointUniverse {
    static let sha = String(repeating: "a", count: 40)
    static let otherSHA = String(repeating: "b", count: 40)

    static let ofRepository: [String] = [
        "", "/actions/runs", "/actions/runs?status=queued", "/actions/runs?exclude_pull_requests=true",
        "/actions/runs/7", "/actions/runs/7?exclude_pull_requests=true", "/actions/runs/8",
        "/actions/runs/7/attempts/1",
        "/actions/runs/7/attempts/2", "/actions/runs/7/jobs", "/actions/runs/7/jobs?filter=all",
        "/actions/runs/8/jobs", "/actions/runs/7/attempts/1/jobs", "/actions/runs/7/attempts/2/jobs",
        "/actions/runs/7/artifacts", "/actions/runs/7/timing", "/actions/runs/7/approvals",
        "/actions/runs/7/pending_deployments", "/actions/runs/8/artifacts", "/actions/jobs/9", "/actions/jobs/10",
        "/actions/workflows", "/actions/workflows/5", "/actions/workflows/5/runs", "/actions/workflows/ci.yml/runs",
        "/actions/workflows/6/runs", "/actions/workflows/5/timing", "/actions/artifacts", "/actions/artifacts/3",
        "/actions/caches", "/actions/cache/usage", "/actions/runners", "/actions/runners/3", "/actions/runners/4",
        "/actions/runners/3/labels", "/check-runs/9", "/check-runs/10", "/check-runs/9/annotations",
        "/check-runs/10/annotations", "/check-suites/11", "/check-suites/12", "/check-suites/11/check-runs",
        "/check-suites/12/check-runs", "/commits/\(sha)/check-runs", "/commits/\(otherSHA)/check-runs",
        "/commits/main/check-runs", "/commits/v1/check-runs", "/commits/\(sha)/check-suites",
        "/commits/\(otherSHA)/check-suites", "/commits/main/check-suites", "/commits/v1/check-suites",
        "/commits/\(sha)/status", "/commits/\(otherSHA)/status", "/commits/main/status", "/commits/v1/statuses",
        "/readme", "/readme?ref=v1",
    ].map { "/repos/o/r\($0)" }

    static let ofOwners: [String] = [
        "/orgs/o", "/orgs/o/repos", "/users/o/repos", "/user/repos", "/installation/repositories",
        "/orgs/o/actions/cache/usage", "/orgs/o/actions/cache/usage-by-repository", "/orgs/o/actions/runners",
        "/orgs/o/actions/runners/3", "/orgs/o/actions/runners/4", "/orgs/o/actions/runners/3/labels",
    ]

    static let ofOthers: [String] = [
        "/repos/o/other", "/repos/o/other/actions/runs", "/repos/o/other/check-runs/9", "/repos/other/r",
        "/orgs/other/repos", "/orgs/other/actions/runners",
    ]

    static let all = ofRepository + ofOwners + ofOthers

    /// The paths below the repository for which something holds.
    static func below(_ paths: [String] = all, where holds: (Resource) -> Bool) throws -> Set<String> {
        var found: Set<String> = []
        for path in paths where holds(try #require(Resource(path), "\(path)")) {
            found.insert(path.hasPrefix("/repos/o/r/") ? String(path.dropFirst("/repos/o/r/".count)) : path)
        }
        return found
    }
}
